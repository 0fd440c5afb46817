import type { CallContext, CloudContext, TraceHeader } from '../core/service.ts';
import { deliver } from './delivery.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { FunctionMetrics } from './function-metrics.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { InvocationResult, Invoker } from './invoker.ts';
import type { Target } from './lambda-function.ts';
import type { RecordFilter } from './record-filter.ts';

/** What reads a queue or a stream and hands batches to the function of its mapping. */
export interface SourceReader {
  /** Resolves when nothing that is written to the source from now on can be missed. */
  start(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** There is something new: look now instead of at the next poll. */
  nudge(): void;
}

export interface ReaderParts {
  context: CloudContext;
  mapping: EventSourceMapping;
  passes: RecordFilter;
  functions: FunctionRegistry;
  invoker: Invoker;
  metrics: FunctionMetrics;
}

/** One mapping's view of its function: who it acts as, and how it invokes. */
export class MappedFunction {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** Aliases move and code is replaced, so it is looked up for each batch. */
  target(): Target {
    return this.#parts.functions.resolve(this.#parts.mapping.functionName);
  }

  /** Pollers read the source as the function's role. */
  callContext(signal?: AbortSignal): CallContext {
    return { caller: { kind: 'role', roleArn: this.target().version.configuration.roleArn }, signal };
  }

  /** @param links the traces of the records: the invocation has one of its own, which is linked to them. */
  invoke(records: unknown[], links?: TraceHeader[]): Promise<InvocationResult> {
    return this.#parts.invoker.invoke(this.target(), { payload: JSON.stringify({ Records: records }), links });
  }

  metric(name: string, value: number): void {
    this.#parts.metrics.event(this.target(), name, value, 'Milliseconds');
  }

  /** Sends what was given up to the on-failure destination; a failure of that is only logged, as on AWS. */
  async discard(destinationArn: string, record: object): Promise<void> {
    const { context, metrics } = this.#parts;
    const target = this.target();
    const delivery = { body: JSON.stringify(record), outcome: 'Failure', functionArn: target.invokedArn } as const;
    try {
      await deliver(context.api, destinationArn, delivery, this.callContext());
    } catch (error) {
      metrics.event(target, 'DestinationDeliveryFailures');
      this.warn(`could not deliver to ${destinationArn}: ${String(error)}`);
    }
  }

  warn(sentence: string): void {
    const { context, mapping } = this.#parts;
    context.log.warn(`Lambda: ${mapping.eventSourceArn} -> ${mapping.functionName}: ${sentence}`);
  }
}
