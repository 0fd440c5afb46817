import type { MetricSink, MetricUnit } from '../core/metric.ts';
import type { Outcome } from './execution-environment.ts';
import type { Target } from './lambda-function.ts';

const NAMESPACE = 'AWS/Lambda';

/** Publishes the metrics of functions, by function, by what the caller named (function or alias), and for the versions behind a weighted alias. */
export class FunctionMetrics {
  readonly #sink: MetricSink | undefined;

  constructor(sink: MetricSink | undefined) {
    this.#sink = sink;
  }

  invocation(target: Target, { failure, durationMs }: Outcome): void {
    this.#put(target, 'Invocations', 1);
    this.#put(target, 'Errors', failure ? 1 : 0);
    this.#put(target, 'Duration', durationMs, 'Milliseconds');
  }

  throttle(target: Target): void {
    this.#put(target, 'Throttles', 1);
  }

  concurrency(target: Target): void {
    this.#put(target, 'ConcurrentExecutions', target.function.inFlight);
  }

  /** Asynchronous events and records of streams: `AsyncEventsDropped`, `DeadLetterErrors`, `IteratorAge` ... */
  event(target: Target, name: string, value = 1, unit: MetricUnit = 'Count'): void {
    this.#put(target, name, value, unit);
  }

  #put(target: Target, name: string, value: number, unit: MetricUnit = 'Count'): void {
    if (!this.#sink) return;
    const FunctionName = target.function.name;
    const Resource = target.qualifier ? `${FunctionName}:${target.qualifier}` : FunctionName;
    this.#sink(NAMESPACE, name, { FunctionName }, value, unit);
    this.#sink(NAMESPACE, name, { FunctionName, Resource }, value, unit);
    if (!isWeighted(target)) return;
    const ExecutedVersion = target.version.version;
    this.#sink(NAMESPACE, name, { ExecutedVersion, FunctionName, Resource }, value, unit);
  }
}

/** Whether calls of the alias are shared out among versions: these can then be told apart by their metrics. */
function isWeighted({ function: fn, qualifier = '' }: Target): boolean {
  return Object.keys(fn.aliases.get(qualifier)?.weights ?? {}).length > 0;
}
