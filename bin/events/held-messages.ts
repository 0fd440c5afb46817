import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

const PER_CALL = 10;
/** A queue that is spread over many machines may say that it is empty when only some of them are, so it is asked long. */
const WAIT_SECONDS = 1;

/** Messages of a queue that nobody else sees for a while. Those that are not deleted come back when they are let go. */
export class HeldMessages {
  readonly all: Message[] = [];
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #deleted = new Set<Message>();

  private constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /** Takes all messages that can be seen, for so long at most: should the command be ended, they come back by then. */
  static async take(sqs: SQSClient, url: string, seconds: number): Promise<HeldMessages> {
    const held = new HeldMessages(sqs, url);
    const expected = await held.#count();
    // Those that come while others are being read are for the next time.
    while (held.all.length < expected) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: PER_CALL,
          VisibilityTimeout: seconds,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      held.all.push(...Messages);
    }
    return held;
  }

  async delete(message: Message): Promise<void> {
    const { ReceiptHandle } = message;
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
    this.#deleted.add(message);
  }

  /** Lets everybody see again what is left. */
  async letGo(): Promise<void> {
    const left = this.all.filter((message) => !this.#deleted.has(message));
    for (let start = 0; start < left.length; start += PER_CALL) {
      const Entries = left.slice(start, start + PER_CALL).map(({ ReceiptHandle }, index) => {
        return { Id: String(index), ReceiptHandle, VisibilityTimeout: 0 };
      });
      await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }));
    }
  }

  async #count(): Promise<number> {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes } = await this.#sqs.send(new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames }));
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }
}
