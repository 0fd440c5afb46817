import { AwsError } from '../core/aws-error.ts';
import type { StreamSettings } from './event-source-mapping.ts';
import { IdleWait } from './idle-wait.ts';
import { MappedFunction, type ReaderParts } from './source-reader.ts';
import { StreamBatches } from './stream-batches.ts';
import type { StreamRecord } from './stream-record.ts';

const RECORDS_PER_CALL = 1000;
const ERROR_PAUSE_MS = 1000;

/** Where in the shard reading begins. */
export type ShardPosition =
  | { ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' }
  | { ShardIteratorType: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; SequenceNumber: string };

export interface ShardOptions {
  shardId: string;
  position: ShardPosition;
  /** Told when reading would go on somewhere else than before. */
  onPosition(position: ShardPosition): void;
  settings: StreamSettings;
  signal: AbortSignal;
}

/** Reads one shard from a position to its end, one batch at a time. */
export class ShardReader {
  readonly #parts: ReaderParts;
  readonly #options: ShardOptions;
  readonly #function: MappedFunction;
  readonly #batches: StreamBatches;
  readonly #idle: IdleWait;
  #position: ShardPosition;
  /** Read but not yet handed on: a batch that is being gathered. */
  #gathered: StreamRecord[] = [];
  #gatheringSince = 0;

  constructor(parts: ReaderParts, options: ShardOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#position = options.position;
    this.#function = new MappedFunction(parts);
    this.#idle = new IdleWait(parts.context.clock);
    this.#batches = new StreamBatches(parts, {
      ...options,
      checkpoint: (SequenceNumber) => this.#goOnAt({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }),
    });
  }

  nudge(): void {
    this.#idle.nudge();
  }

  /** The iterator to begin with: taken before anything else, it does not miss what is written from then on. */
  async open(): Promise<string | undefined> {
    const { api } = this.#parts.context;
    const input = { StreamArn: this.#parts.mapping.eventSourceArn, ShardId: this.#options.shardId, ...this.#position };
    const context = this.#function.callContext(this.#options.signal);
    const output = await api.call<{ ShardIterator?: string }>('dynamodbstreams', 'GetShardIterator', input, context);
    return output.ShardIterator;
  }

  /** Resolves when the shard is closed and all of it is processed, or when the reader stops. */
  async run(first?: string): Promise<void> {
    let iterator = first;
    while (!this.#options.signal.aborted) {
      try {
        iterator ??= await this.open();
        if (iterator === undefined) return;
        iterator = await this.#readOnce(iterator);
        if (iterator === undefined) return await this.#flush();
      } catch (error) {
        // Such as an expired iterator: begin again behind the last record that is done with.
        iterator = undefined;
        this.#gathered = [];
        await this.#pauseAfter(error);
      }
    }
  }

  #goOnAt(position: ShardPosition): void {
    this.#position = position;
    this.#options.onPosition(position);
  }

  async #readOnce(ShardIterator: string): Promise<string | undefined> {
    const { api } = this.#parts.context;
    const Limit = Math.min(this.#parts.mapping.batchSize - this.#gathered.length, RECORDS_PER_CALL);
    const context = this.#function.callContext(this.#options.signal);
    const { Records = [], NextShardIterator } = await api.call<{
      Records?: StreamRecord[];
      NextShardIterator?: string;
    }>('dynamodbstreams', 'GetRecords', { ShardIterator, Limit }, context);
    this.#gather(Records);
    if (this.#isFull()) await this.#flush();
    if (Records.length > 0) this.#idle.found(Records.length);
    // What was written meanwhile has nudged; then this waits for no more than the stream needs to have it.
    if (Records.length < Limit && NextShardIterator) await this.#idle.wait(this.#options.signal);
    return NextShardIterator;
  }

  #gather(records: StreamRecord[]): void {
    const first = records[0];
    // From here on LATEST would no longer mean this record, should the shard have to be opened again.
    if (first && this.#position.ShardIteratorType === 'LATEST') {
      this.#goOnAt({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: first.dynamodb.SequenceNumber });
    }
    const wanted = records.filter((record) => this.#parts.passes({ ...record }));
    if (wanted.length === 0) return;
    if (this.#gathered.length === 0) this.#gatheringSince = this.#parts.context.clock.now();
    this.#gathered.push(...wanted);
  }

  #isFull(): boolean {
    const { batchSize, batchWindowMs } = this.#parts.mapping;
    const waited = this.#parts.context.clock.now() - this.#gatheringSince;
    return this.#gathered.length >= batchSize || (this.#gathered.length > 0 && waited >= batchWindowMs);
  }

  async #flush(): Promise<void> {
    const records = this.#gathered;
    this.#gathered = [];
    if (records.length > 0) await this.#batches.process(records);
  }

  async #pauseAfter(error: unknown): Promise<void> {
    if (this.#options.signal.aborted) return;
    const expired = error instanceof AwsError && error.code === 'ExpiredIteratorException';
    if (!expired) this.#function.warn(`${this.#options.shardId}: ${String(error)}`);
    await this.#parts.context.clock.sleep(ERROR_PAUSE_MS, this.#options.signal);
  }
}
