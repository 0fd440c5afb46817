import { POISON } from '#lib/local-cloud/faults/message-effects.ts';
import { type DeadLetterQueue, deadLetterQueues } from '../events/edges.ts';
import { Operator } from '../events/operator.ts';
import { redriveQueues } from '../events/redrive.ts';
import type { ChaosShop } from './shop.ts';

const WAITING = ['', 'Delayed', 'NotVisible'].map((state) => `ApproximateNumberOfMessages${state}`);

/** What an operator sees of the queues, and does with them. */
export class Queues {
  readonly #shop: ChaosShop;
  readonly #operator: Operator;
  readonly #deadLetters: Promise<DeadLetterQueue[]>;
  #stuck: string[] = [];

  constructor(shop: ChaosShop) {
    this.#shop = shop;
    const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
    this.#operator = new Operator('dev', { endpoint: shop.cloud.awsUrl, region: 'us-east-1', credentials });
    this.#deadLetters = deadLetterQueues(this.#operator);
  }

  /** What waits, by queue; dead letters only where they could not be put back. */
  async waiting(): Promise<string[]> {
    const deadLetters = new Set((await this.#deadLetters).map(({ url }) => url));
    const queues = this.#shop.cloud
      .resources('AWS::SQS::Queue')
      .filter(({ physicalId }) => !deadLetters.has(physicalId));
    const waiting = queues.map(async ({ physicalId, stackName, path }) => {
      const messages = await this.#messagesIn(physicalId);
      return messages > 0 ? [`${messages} messages in ${stackName}/${path}`] : [];
    });
    return [...(await Promise.all(waiting)).flat(), ...this.#stuck];
  }

  /** Puts dead letters back into their queues, and throws poison away. Resolves to how many were put back. */
  async redrive(): Promise<number> {
    const discards = ({ Body }: { Body?: string }) => Body === POISON;
    const { redriven, failed } = await redriveQueues(this.#operator, await this.#deadLetters, { discards });
    this.#stuck = failed.map(({ queue, message_id, reason }) => `dead letter ${message_id} of ${queue}: ${reason}`);
    return redriven.reduce((sum, { count }) => sum + count, 0);
  }

  end(): void {
    this.#operator.end();
  }

  async #messagesIn(QueueUrl: string): Promise<number> {
    const { Attributes } = await this.#shop.call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: WAITING });
    return WAITING.reduce((sum, state) => sum + Number(Attributes[state] ?? 0), 0);
  }
}
