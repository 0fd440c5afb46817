import type { MetricSink, MetricUnit } from '../core/metric.ts';
import type { Outcome } from './execution-environment.ts';
import type { Target } from './lambda-function.ts';

const NAMESPACE = 'AWS/Lambda';

/** Publishes the metrics of functions, by function and by what the caller named (function or alias). */
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
  }
}
