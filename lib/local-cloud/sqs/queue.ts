import type { Clock } from '../core/clock.ts';
import { invalidParameter, sqsError } from './errors.ts';
import { FifoDeduplication } from './fifo-deduplication.ts';
import { type Demand, LongPolls } from './long-polls.ts';
import type { StoredMessage } from './message.ts';
import { type MessageCounts, MessageStore } from './message-store.ts';
import { type QueueAttributes, type QueueSettings, settingsOf } from './queue-settings.ts';
import { newReceiptHandle, parseReceiptHandle } from './receipt-handle.ts';

// A message can be kept invisible for 12 hours from its receipt, however often that is prolonged.
const LONGEST_INVISIBILITY_MS = 43_200_000;
const MOST_IN_FLIGHT = 120_000;

/** Gives a message up to the dead-letter queue with this ARN; false when there is no such queue. */
export type GiveUp = (message: StoredMessage, deadLetterArn: string, sourceArn: string) => boolean;

export interface QueueServices {
  clock: Clock;
  giveUp: GiveUp;
}

/** Keeps messages and hands them out. It sleeps unless somebody waits for a message that is hidden now. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly deduplication = new FifoDeduplication();
  modifiedAt: number;
  purgedAt = Number.NEGATIVE_INFINITY;
  settings: QueueSettings;
  tags: Record<string, string> = {};
  #attributes: QueueAttributes;
  #clock: Clock;
  #giveUp: GiveUp;
  #store: MessageStore;
  #polls: LongPolls;

  constructor(identity: { name: string; arn: string }, attributes: QueueAttributes, services: QueueServices) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.#clock = services.clock;
    this.#giveUp = services.giveUp;
    this.#attributes = attributes;
    this.settings = settingsOf(attributes);
    this.createdAt = this.#clock.now();
    this.modifiedAt = this.createdAt;
    this.#store = new MessageStore(this.#clock, this.settings.fifo);
    this.#polls = new LongPolls(this.#clock);
  }

  get attributes(): Readonly<QueueAttributes> {
    return this.#attributes;
  }

  setAttributes(changes: QueueAttributes): void {
    this.#attributes = { ...this.#attributes, ...changes };
    this.settings = settingsOf(this.#attributes);
    this.modifiedAt = this.#clock.now();
  }

  /** Takes messages in; those with a delay stay hidden until it is over. */
  add(messages: StoredMessage[]): void {
    for (const message of messages) this.#store.add(message);
    this.#serve();
  }

  /** Resolves with messages as soon as there are any, and with none when the time is up or the signal aborts. */
  receive(demand: Demand): Promise<StoredMessage[]> {
    const messages = this.#take(demand);
    if (messages.length > 0 || demand.signal?.aborted) return Promise.resolve(messages);
    if (demand.waitMs <= 0) {
      this.#refuseOverLimit();
      return Promise.resolve([]);
    }
    const received = this.#polls.wait(demand);
    this.#setAlarm();
    return received;
  }

  /** Deletes the message of a receipt handle; a handle of a message that is gone is fine. */
  delete(receiptHandle: string): boolean {
    const message = this.#find(receiptHandle);
    if (!message) return false;
    if (this.settings.fifo && message.state === 'available') {
      throw invalidHandle(receiptHandle, 'The receipt handle has expired.');
    }
    this.#store.remove(message);
    this.#serve();
    return true;
  }

  changeVisibility(receiptHandle: string, timeoutMs: number): void {
    const message = this.#find(receiptHandle);
    if (!message) {
      throw invalidHandle(receiptHandle, 'Message does not exist or is not available for visibility timeout change.');
    }
    if (message.state !== 'in-flight') throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
    const until = this.#clock.now() + timeoutMs;
    if (until - (message.receivedAt as number) > LONGEST_INVISIBILITY_MS) {
      throw invalidParameter(
        `Value ${timeoutMs / 1000} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].`,
      );
    }
    this.#store.hideUntil(message, until);
    this.#serve();
  }

  purge(): void {
    this.purgedAt = this.#clock.now();
    this.#store.clear();
  }

  /** Takes up to `max` available messages out for good: a dead-letter queue that is emptied into another queue. */
  drain(max: number): StoredMessage[] {
    const messages = this.#store.take(max, 0, (message) => !this.#expire(message));
    for (const message of messages) this.#store.remove(message);
    return messages.map((message) => ({ ...message, state: 'available' }));
  }

  counts(): MessageCounts {
    for (const message of this.#store.all()) this.#expire(message);
    return this.#store.counts();
  }

  /** How long the oldest message has been in this queue, 0 when it is empty. */
  ageOfOldestMs(): number {
    const [oldest] = this.#store.all();
    return oldest ? this.#clock.now() - oldest.enqueuedAt : 0;
  }

  /** Lets everybody who waits go with nothing. */
  close(): void {
    this.#polls.close();
  }

  #find(receiptHandle: string): StoredMessage | undefined {
    const message = this.#store.find(parseReceiptHandle(receiptHandle, this.arn).messageId);
    return message?.receiptHandle === receiptHandle ? message : undefined;
  }

  #serve(): void {
    this.#polls.serve((demand) => this.#take(demand));
    this.#setAlarm();
  }

  #setAlarm(): void {
    this.#polls.setAlarm(this.#store.nextWakeUp(), () => this.#serve());
  }

  #take({ max, visibilityTimeoutMs }: Demand): StoredMessage[] {
    const room = Math.min(max, MOST_IN_FLIGHT - this.#store.counts().inFlight);
    const messages = this.#store.take(room, visibilityTimeoutMs, (message) => this.#isDeliverable(message));
    const now = this.#clock.now();
    for (const message of messages) {
      message.receiveCount += 1;
      message.receivesHere += 1;
      message.firstReceivedAt ??= now;
      message.receivedAt = now;
      message.receiptHandle = newReceiptHandle({ queueArn: this.arn, messageId: message.id });
    }
    // Copies, because the message may be received again before the first receiver has looked at it.
    return messages.map((message) => ({ ...message }));
  }

  #isDeliverable(message: StoredMessage): boolean {
    if (this.#expire(message)) return false;
    const { redrive } = this.settings;
    if (!redrive || message.receivesHere < redrive.maxReceiveCount) return true;
    const moved = this.#giveUp(message, redrive.deadLetterTargetArn, this.arn);
    if (moved) this.#store.remove(message);
    return !moved;
  }

  #expire(message: StoredMessage): boolean {
    if (this.#clock.now() < message.retainedFrom + this.settings.retentionMs) return false;
    this.#store.remove(message);
    return true;
  }

  // Only short polls are told; a long poll and FIFO queues just get nothing.
  #refuseOverLimit(): void {
    if (this.settings.fifo || this.#store.counts().inFlight < MOST_IN_FLIGHT) return;
    throw sqsError('OverLimit', 'The maximum number of in flight messages is reached.');
  }
}

function invalidHandle(receiptHandle: string, reason: string): Error {
  return invalidParameter(`Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: ${reason}`);
}
