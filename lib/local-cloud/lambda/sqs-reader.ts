import { AwsError } from '../core/aws-error.ts';
import { queueUrl } from './delivery.ts';
import { failedItems } from './item-failures.ts';
import { MappedFunction, type ReaderParts, type SourceReader } from './source-reader.ts';
import { type SqsMessage, sqsRecord } from './sqs-record.ts';

const LONG_POLL_SECONDS = 20;
const MESSAGES_PER_CALL = 10;
// Without ScalingConfig: as many batches at once as the function has environments by default.
const DEFAULT_CONCURRENCY = 3;
// An empty answer that did not take the time of a long poll: do not ask again at once.
const QUICK_ANSWER_MS = 1000;
const PAUSE_AFTER_QUICK_ANSWER_MS = 200;
const FIRST_ERROR_PAUSE_MS = 1000;
const LONGEST_ERROR_PAUSE_MS = 60_000;

/** Polls a queue, invokes the function with batches and deletes what it has processed. */
export class SqsReader implements SourceReader {
  readonly #parts: ReaderParts;
  readonly #function: MappedFunction;
  readonly #url: string;
  readonly #stopping = new AbortController();
  readonly #batches = new Set<Promise<void>>();
  #polling: Promise<void> = Promise.resolve();
  #errors = 0;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.#function = new MappedFunction(parts);
    this.#url = queueUrl(parts.mapping.eventSourceArn);
  }

  async start(): Promise<void> {
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.all(this.#batches);
  }

  /** Nothing to do: a long poll ends by itself when a message arrives. */
  nudge(): void {}

  async #poll(): Promise<void> {
    const limit = this.#parts.mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#waitForFunction();
        const messages = await this.#collect();
        if (messages.length > 0) this.#begin(messages);
        if (this.#batches.size >= limit) await Promise.race(this.#batches);
        this.#errors = 0;
      } catch (error) {
        await this.#pauseAfter(error);
      }
    }
  }

  /** A function without any concurrency would only wear out the messages: each receive counts for the redrive. */
  async #waitForFunction(): Promise<void> {
    while (this.#function.target().function.reservedConcurrency === 0 && !this.#stopping.signal.aborted) {
      await this.#parts.context.clock.sleep(FIRST_ERROR_PAUSE_MS, this.#stopping.signal);
    }
  }

  /** One batch: whatever is there, or, with a batching window, what comes until it is full or the window closes. */
  async #collect(): Promise<SqsMessage[]> {
    const { batchSize, batchWindowMs } = this.#parts.mapping;
    const { clock } = this.#parts.context;
    const batch = await this.#receive(batchSize, LONG_POLL_SECONDS);
    const closesAt = clock.now() + batchWindowMs;
    while (batch.length > 0 && batch.length < batchSize && !this.#stopping.signal.aborted) {
      const leftMs = closesAt - clock.now();
      if (leftMs <= 0) break;
      const waitSeconds = Math.min(LONG_POLL_SECONDS, Math.ceil(leftMs / 1000));
      batch.push(...(await this.#receive(batchSize - batch.length, waitSeconds)));
    }
    return batch;
  }

  async #receive(wanted: number, WaitTimeSeconds: number): Promise<SqsMessage[]> {
    const { clock, api } = this.#parts.context;
    const askedAt = clock.now();
    const input = {
      QueueUrl: this.#url,
      MaxNumberOfMessages: Math.min(wanted, MESSAGES_PER_CALL),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    const context = this.#function.callContext(this.#stopping.signal);
    const { Messages = [] } = await api.call<{ Messages?: SqsMessage[] }>('sqs', 'ReceiveMessage', input, context);
    if (Messages.length === 0 && clock.now() - askedAt < QUICK_ANSWER_MS) {
      await clock.sleep(PAUSE_AFTER_QUICK_ANSWER_MS, this.#stopping.signal);
    }
    return Messages;
  }

  #begin(messages: SqsMessage[]): void {
    const batch = this.#process(messages).catch((error) => this.#pauseAfter(error));
    this.#batches.add(batch);
    void batch.then(() => this.#batches.delete(batch));
  }

  async #process(messages: SqsMessage[]): Promise<void> {
    const { eventSourceArn } = this.#parts.mapping;
    const records = messages.map((message) => ({ message, record: sqsRecord(message, eventSourceArn) }));
    const wanted = records.filter(({ record }) => this.#parts.passes(record));
    // Lambda deletes what its filter does not let through.
    await this.#delete(records.filter((entry) => !wanted.includes(entry)).map(({ message }) => message));
    if (wanted.length === 0) return;
    const traces = wanted.flatMap(({ message }) => message.Attributes?.AWSTraceHeader ?? []);
    const result = await this.#function.invoke(
      wanted.map(({ record }) => record),
      traces,
    );
    // What is not deleted becomes visible again when its visibility timeout ends.
    if (result.functionError) return;
    await this.#delete(
      this.#succeeded(
        result.payload,
        wanted.map(({ message }) => message),
      ),
    );
  }

  #succeeded(payload: string, messages: SqsMessage[]): SqsMessage[] {
    if (!this.#parts.mapping.reportsItemFailures) return messages;
    const ids = messages.map(({ MessageId }) => MessageId);
    const failed = failedItems(payload, ids);
    return failed === 'all' ? [] : messages.filter(({ MessageId }) => !failed.has(MessageId));
  }

  async #delete(messages: SqsMessage[]): Promise<void> {
    const { api } = this.#parts.context;
    const context = this.#function.callContext();
    await Promise.all(
      messages.map(({ ReceiptHandle }) =>
        api.call('sqs', 'DeleteMessage', { QueueUrl: this.#url, ReceiptHandle }, context),
      ),
    );
  }

  /** Throttled, or the queue refuses: ask ever less often. */
  async #pauseAfter(error: unknown): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const throttled = error instanceof AwsError && error.code === 'TooManyRequestsException';
    if (!throttled) this.#function.warn(String(error));
    const pause = Math.min(FIRST_ERROR_PAUSE_MS * 2 ** this.#errors++, LONGEST_ERROR_PAUSE_MS);
    await this.#parts.context.clock.sleep(pause, this.#stopping.signal);
  }
}
