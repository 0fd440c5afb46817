import type { StreamSettings } from './event-source-mapping.ts';
import { type ShardPosition, ShardReader } from './shard-reader.ts';
import { MappedFunction, type ReaderParts, type SourceReader } from './source-reader.ts';

interface Shard {
  ShardId: string;
  ParentShardId?: string;
}

interface DescribeStreamOutput {
  StreamDescription: { Shards?: Shard[]; LastEvaluatedShardId?: string };
}

// Shards are split rarely (DynamoDB: every four hours); a closed shard is noticed at once, this is for the others.
const DISCOVERY_PAUSE_MS = 60_000;
const ERROR_PAUSE_MS = 1000;

/** How far each shard has been read, by its id: a mapping that was off goes on from there. */
export type ShardPositions = Map<string, ShardPosition | 'finished'>;

/** Reads all shards of a table's stream, a child only after its parent. */
export class StreamReader implements SourceReader {
  readonly #parts: ReaderParts;
  readonly #settings: StreamSettings;
  readonly #function: MappedFunction;
  readonly #stopping = new AbortController();
  readonly #readers = new Map<string, ShardReader>();
  readonly #positions: ShardPositions;
  readonly #running = new Set<Promise<void>>();
  #discovery: Promise<void> = Promise.resolve();
  /** Ends the pause between two discoveries. */
  #shardClosed = new AbortController();

  constructor(parts: ReaderParts, settings: StreamSettings, positions: ShardPositions) {
    this.#parts = parts;
    this.#settings = settings;
    this.#positions = positions;
    this.#function = new MappedFunction(parts);
  }

  async start(): Promise<void> {
    // Only at the very beginning LATEST means now; a shard that appears later is read whole.
    const isFirst = this.#positions.size === 0;
    const found = await this.#discoverSafely(isFirst ? this.#settings.startingPosition : 'TRIM_HORIZON');
    this.#discovery = this.#keepDiscovering(found);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#shardClosed.abort();
    await this.#discovery;
    await Promise.all(this.#running);
  }

  nudge(): void {
    for (const reader of this.#readers.values()) reader.nudge();
  }

  async #keepDiscovering(found: boolean): Promise<void> {
    const { clock } = this.#parts.context;
    let pause = found ? DISCOVERY_PAUSE_MS : ERROR_PAUSE_MS;
    while (!this.#stopping.signal.aborted) {
      await clock.sleep(pause, this.#shardClosed.signal);
      if (this.#stopping.signal.aborted) return;
      this.#shardClosed = new AbortController();
      const position = this.#readers.size === 0 && !found ? this.#settings.startingPosition : 'TRIM_HORIZON';
      pause = (await this.#discoverSafely(position)) ? DISCOVERY_PAUSE_MS : ERROR_PAUSE_MS;
    }
  }

  /** False when the stream could not be described, which is tried again. */
  async #discoverSafely(position: 'TRIM_HORIZON' | 'LATEST'): Promise<boolean> {
    try {
      await this.#discover(position);
      return true;
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#function.warn(String(error));
      return false;
    }
  }

  async #discover(position: 'TRIM_HORIZON' | 'LATEST'): Promise<void> {
    const shards = await this.#listShards();
    const known = new Set(shards.map(({ ShardId }) => ShardId));
    for (const { ShardId, ParentShardId } of shards) {
      const parentIsOpen = ParentShardId && known.has(ParentShardId) && !this.#isFinished(ParentShardId);
      if (this.#readers.has(ShardId) || this.#isFinished(ShardId)) continue;
      if (parentIsOpen && position !== 'LATEST') continue;
      await this.#open(ShardId, position);
    }
  }

  #isFinished(shardId: string): boolean {
    return this.#positions.get(shardId) === 'finished';
  }

  async #listShards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const input = {
        StreamArn: this.#parts.mapping.eventSourceArn,
        ...(ExclusiveStartShardId && { ExclusiveStartShardId }),
      };
      const context = this.#function.callContext(this.#stopping.signal);
      const output = await this.#parts.context.api.call<DescribeStreamOutput>(
        'dynamodbstreams',
        'DescribeStream',
        input,
        context,
      );
      shards.push(...(output.StreamDescription.Shards ?? []));
      ExclusiveStartShardId = output.StreamDescription.LastEvaluatedShardId;
    } while (ExclusiveStartShardId);
    return shards;
  }

  async #open(shardId: string, ShardIteratorType: 'TRIM_HORIZON' | 'LATEST'): Promise<void> {
    const before = this.#positions.get(shardId) as ShardPosition | undefined;
    const position = before ?? { ShardIteratorType };
    this.#positions.set(shardId, position);
    const reader = new ShardReader(this.#parts, {
      shardId,
      position,
      onPosition: (next) => this.#positions.set(shardId, next),
      settings: this.#settings,
      signal: this.#stopping.signal,
    });
    const iterator = await reader.open();
    this.#readers.set(shardId, reader);
    const running = reader.run(iterator).then(() => {
      // An aborted reader has ended before its shard has.
      if (!this.#stopping.signal.aborted) this.#positions.set(shardId, 'finished');
      this.#running.delete(running);
      this.#shardClosed.abort();
    });
    this.#running.add(running);
  }
}
