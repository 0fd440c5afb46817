import { AwsError } from '../core/aws-error.ts';
import type { StreamSettings } from './event-source-mapping.ts';
import type { InvocationResult } from './invoker.ts';
import { failedItems } from './item-failures.ts';
import { MappedFunction, type ReaderParts } from './source-reader.ts';
import { createdAt, type DiscardCondition, discardRecord, lambdaRecord, type StreamRecord } from './stream-record.ts';

const FIRST_RETRY_PAUSE_MS = 100;
const LONGEST_RETRY_PAUSE_MS = 10_000;

interface Batch {
  records: StreamRecord[];
  /** Failed attempts that count for the limit of retries. */
  failures: number;
  /** All invocations so far. */
  invocations: number;
  /** Pauses so far, throttled attempts included. */
  pauses: number;
  last?: InvocationResult;
}

export interface ShardContext {
  shardId: string;
  settings: StreamSettings;
  signal: AbortSignal;
  /** All records up to this one are done with: a restart of the shard begins behind it. */
  checkpoint(sequenceNumber: string): void;
}

/** Brings the records of one shard to the function in their order: retries, splits and gives up as configured. */
export class StreamBatches {
  readonly #parts: ReaderParts;
  readonly #function: MappedFunction;
  readonly #shard: ShardContext;

  constructor(parts: ReaderParts, shard: ShardContext) {
    this.#parts = parts;
    this.#function = new MappedFunction(parts);
    this.#shard = shard;
  }

  /** Resolves when every record has been processed or given up (or the reader stops). */
  async process(records: StreamRecord[]): Promise<void> {
    const pending: Batch[] = [{ records, failures: 0, invocations: 0, pauses: 0 }];
    for (let batch = pending.shift(); batch; batch = pending.shift()) {
      if (this.#shard.signal.aborted) return;
      pending.unshift(...(await this.#attempt(await this.#withoutExpired(batch))));
    }
  }

  /** One attempt; returns what is left to do, in order. */
  async #attempt(batch: Batch): Promise<Batch[]> {
    const { records } = batch;
    if (records.length === 0) return [];
    this.#function.metric(
      'IteratorAge',
      Math.max(0, this.#parts.context.clock.now() - createdAt(records[0] as StreamRecord)),
    );
    const result = await this.#invoke(records);
    if (result === 'throttled') return this.#pause(batch);
    const attempted = { ...batch, invocations: batch.invocations + 1, last: result };
    const done = this.#countProcessed(records, result);
    this.#checkpoint(records.slice(0, done));
    if (done === records.length) return [];
    return this.#retry({ ...attempted, records: records.slice(done) }, done > 0);
  }

  /** What to do with records that failed; `advanced` when others of the same attempt did not. */
  async #retry(batch: Batch, advanced: boolean): Promise<Batch[]> {
    const { bisectOnError, maximumRetryAttempts } = this.#shard.settings;
    // A split does not count for the limit of retries.
    if (bisectOnError && advanced) return this.#pause(batch);
    if (bisectOnError && batch.records.length > 1) return this.#pause(batch).then(([paused]) => split(paused as Batch));
    const failures = batch.failures + 1;
    if (failures <= maximumRetryAttempts) return this.#pause({ ...batch, failures });
    await this.#discard(batch, 'RetryAttemptsExhausted');
    return [];
  }

  async #invoke(records: StreamRecord[]): Promise<InvocationResult | 'throttled'> {
    try {
      const { eventSourceArn } = this.#parts.mapping;
      return await this.#function.invoke(records.map((record) => lambdaRecord(record, eventSourceArn)));
    } catch (error) {
      const throttled = error instanceof AwsError && error.code === 'TooManyRequestsException';
      if (!throttled && !this.#shard.signal.aborted) this.#function.warn(String(error));
      return 'throttled';
    }
  }

  /** How many records from the front are done with. */
  #countProcessed(records: StreamRecord[], { functionError, payload }: InvocationResult): number {
    if (functionError) return 0;
    if (!this.#parts.mapping.reportsItemFailures) return records.length;
    const sequence = records.map((record) => record.dynamodb.SequenceNumber);
    const failed = failedItems(payload, sequence);
    if (failed === 'all') return 0;
    const first = sequence.findIndex((number) => failed.has(number));
    return first < 0 ? records.length : first;
  }

  async #pause(batch: Batch): Promise<Batch[]> {
    const pause = Math.min(FIRST_RETRY_PAUSE_MS * 2 ** batch.pauses, LONGEST_RETRY_PAUSE_MS);
    await this.#parts.context.clock.sleep(pause, this.#shard.signal);
    return [{ ...batch, pauses: batch.pauses + 1 }];
  }

  async #withoutExpired(batch: Batch): Promise<Batch> {
    const oldest = this.#parts.context.clock.now() - this.#shard.settings.maximumRecordAgeMs;
    const expired = batch.records.filter((record) => createdAt(record) < oldest);
    if (expired.length === 0) return batch;
    await this.#discard({ ...batch, records: expired }, 'RecordAgeExceeded');
    return { ...batch, records: batch.records.filter((record) => createdAt(record) >= oldest) };
  }

  async #discard({ records, invocations, last }: Batch, condition: DiscardCondition): Promise<void> {
    const { settings, shardId } = this.#shard;
    this.#checkpoint(records);
    this.#function.warn(`gave up ${records.length} record(s) of ${shardId} (${condition})`);
    if (!settings.onFailureArn) return;
    const record = discardRecord({
      condition,
      records,
      shardId,
      streamArn: this.#parts.mapping.eventSourceArn,
      functionArn: this.#function.target().invokedArn,
      invokeCount: invocations,
      last,
      now: this.#parts.context.clock.now(),
    });
    await this.#function.discard(settings.onFailureArn, record);
  }

  #checkpoint(records: StreamRecord[]): void {
    const last = records.at(-1);
    if (last) this.#shard.checkpoint(last.dynamodb.SequenceNumber);
  }
}

function split(batch: Batch): Batch[] {
  const middle = Math.ceil(batch.records.length / 2);
  return [
    { ...batch, records: batch.records.slice(0, middle) },
    { ...batch, records: batch.records.slice(middle) },
  ];
}
