import { AwsError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { FunctionMetrics } from './function-metrics.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { Invoker } from './invoker.ts';
import type { PatternCompiler } from './options.ts';
import { createFilter } from './record-filter.ts';
import type { ReaderParts, SourceReader } from './source-reader.ts';
import { SqsReader } from './sqs-reader.ts';
import { type ShardPositions, StreamReader } from './stream-reader.ts';

interface Parts {
  context: CloudContext;
  functions: FunctionRegistry;
  invoker: Invoker;
  metrics: FunctionMetrics;
  compilePattern?: PatternCompiler;
}

interface Entry {
  mapping: EventSourceMapping;
  parts: ReaderParts;
  /** Of a stream: how far it has been read. */
  positions: ShardPositions;
  /** Present while the mapping is enabled and the cloud runs. */
  reader?: SourceReader;
}

/** All event source mappings and what reads their sources. */
export class EventSourceMappings {
  readonly #parts: Parts;
  readonly #entries = new Map<string, Entry>();
  #running = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  add(mapping: EventSourceMapping): void {
    const { compilePattern, ...rest } = this.#parts;
    const parts = { ...rest, mapping, passes: createFilter(mapping, compilePattern) };
    this.#entries.set(mapping.uuid, { mapping, parts, positions: new Map() });
  }

  all(): EventSourceMapping[] {
    return [...this.#entries.values()].map(({ mapping }) => mapping);
  }

  get(uuid: string): EventSourceMapping {
    return this.#entry(uuid).mapping;
  }

  /** Switches a mapping on or off. Off, its source keeps what is written until it is on again. */
  async enable(uuid: string, enabled: boolean): Promise<void> {
    const entry = this.#entry(uuid);
    entry.mapping.enabled = enabled;
    entry.mapping.modifiedAt = this.#parts.context.clock.now();
    await (enabled ? this.#startReader(entry) : this.#stopReader(entry));
  }

  async start(): Promise<void> {
    this.#running = true;
    await Promise.all([...this.#entries.values()].map((entry) => this.#startReader(entry)));
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all([...this.#entries.values()].map((entry) => this.#stopReader(entry)));
  }

  /** The source of this ARN (a queue, a stream, or the table of a stream) has something new. */
  nudge(sourceArn: string): void {
    for (const { mapping, reader } of this.#entries.values()) {
      const { eventSourceArn } = mapping;
      if (eventSourceArn === sourceArn || eventSourceArn.startsWith(`${sourceArn}/stream/`)) reader?.nudge();
    }
  }

  async #startReader(entry: Entry): Promise<void> {
    if (!this.#running || !entry.mapping.enabled || entry.reader) return;
    const { stream } = entry.mapping;
    entry.reader = stream ? new StreamReader(entry.parts, stream, entry.positions) : new SqsReader(entry.parts);
    await entry.reader.start();
  }

  async #stopReader(entry: Entry): Promise<void> {
    const { reader } = entry;
    entry.reader = undefined;
    await reader?.stop();
  }

  #entry(uuid: string): Entry {
    const entry = this.#entries.get(uuid);
    if (entry) return entry;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
      Type: 'User',
    });
  }
}
