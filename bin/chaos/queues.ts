import { POISON } from '#lib/local-cloud/faults/message-effects.ts';
import type { ChaosShop, Json } from './shop.ts';

const WAITING = ['', 'Delayed', 'NotVisible'].map((state) => `ApproximateNumberOfMessages${state}`);
const MESSAGES_PER_CALL = 10;

interface Queue {
  url: string;
  name: string;
  arn: string;
  /** Messages in it, whatever they wait for. */
  messages: number;
  deadLetterArn?: string;
}

/** What an operator sees of the queues, and does with them. */
export class Queues {
  readonly #shop: ChaosShop;

  constructor(shop: ChaosShop) {
    this.#shop = shop;
  }

  /** What waits, by queue, but for dead letters. */
  async waiting(): Promise<string[]> {
    const queues = await this.#all();
    const isDeadLetters = ({ arn }: Queue) => queues.some(({ deadLetterArn }) => deadLetterArn === arn);
    const busy = queues.filter((queue) => queue.messages > 0 && !isDeadLetters(queue));
    return busy.map(({ name, messages }) => `${messages} messages in ${name}`);
  }

  /** Puts dead letters back into their queues, and throws poison away. Resolves to how many were put back. */
  async redrive(): Promise<number> {
    const queues = await this.#all();
    let count = 0;
    for (const deadLetters of queues.filter(({ messages }) => messages > 0)) {
      const source = queues.find(({ deadLetterArn }) => deadLetterArn === deadLetters.arn);
      if (source) count += await this.#moveBack(deadLetters, source);
    }
    return count;
  }

  async #moveBack({ url: QueueUrl }: Queue, { url }: Queue): Promise<number> {
    let count = 0;
    for (;;) {
      const input = { QueueUrl, MaxNumberOfMessages: MESSAGES_PER_CALL };
      const { Messages = [] } = await this.#shop.call('sqs', 'ReceiveMessage', input);
      if (Messages.length === 0) return count;
      for (const { Body, ReceiptHandle } of Messages) {
        const isPoison = Body === POISON;
        if (!isPoison) await this.#shop.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: Body });
        if (!isPoison) count += 1;
        await this.#shop.call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
      }
    }
  }

  async #all(): Promise<Queue[]> {
    const resources = this.#shop.cloud.resources('AWS::SQS::Queue');
    return Promise.all(
      resources.map(async ({ physicalId, stackName, path }) => {
        const input = { QueueUrl: physicalId, AttributeNames: ['All'] };
        const { Attributes } = await this.#shop.call('sqs', 'GetQueueAttributes', input);
        return toQueue(physicalId, `${stackName}/${path}`, Attributes);
      }),
    );
  }
}

function toQueue(url: string, name: string, attributes: Json): Queue {
  const { RedrivePolicy, QueueArn } = attributes;
  return {
    url,
    name,
    arn: QueueArn,
    messages: WAITING.reduce((sum, state) => sum + Number(attributes[state] ?? 0), 0),
    ...(RedrivePolicy && { deadLetterArn: JSON.parse(RedrivePolicy).deadLetterTargetArn }),
  };
}
