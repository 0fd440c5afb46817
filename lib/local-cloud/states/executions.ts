import type { MetricSink } from '../core/metric.ts';
import type { SegmentSink } from '../core/segment.ts';
import { executionAlreadyExists, executionDoesNotExist } from './api-errors.ts';
import { Execution, type ExecutionStart, type ExecutionStatus } from './execution.ts';
import { executionLog, type LogSink } from './execution-log.ts';
import { inputDetails } from './history.ts';
import type { Runtime } from './runtime.ts';
import { FlowAborted, StateError } from './state-error.ts';

/** An express execution ends after five minutes, whatever its definition says. */
const MAX_EXPRESS_SECONDS = 300;
/** For so long nobody else may use the name of a standard execution that has ended. */
const NAME_KEPT_MS = 90 * 24 * 60 * 60 * 1000;

const ENDING_METRICS: Partial<Record<ExecutionStatus, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

export interface ExecutionsOptions {
  logs?: LogSink;
  onMetric?: MetricSink;
  onSegment?: SegmentSink;
  /** How many executions of each type that have ended are remembered, the youngest. */
  remembered: number;
}

/** Runs executions and remembers them: those that run, and the last ones that have ended. */
export class Executions {
  #runtime: Runtime;
  #options: ExecutionsOptions;
  #byArn = new Map<string, Execution>();
  #running = new Map<string, Promise<void>>();
  #ended: Record<'STANDARD' | 'EXPRESS', Execution[]> = { STANDARD: [], EXPRESS: [] };

  constructor(runtime: Runtime, options: ExecutionsOptions) {
    this.#runtime = runtime;
    this.#options = options;
  }

  /** Starts a standard execution; the same name and input while it runs is the same execution. */
  start(start: ExecutionStart): Execution {
    const existing = this.#byArn.get(start.arn);
    if (!existing) return this.#run(start);
    if (existing.status === 'RUNNING' && existing.input.json === start.input.json) return existing;
    if (this.#runtime.clock.now() - (existing.stoppedAtMs ?? Number.POSITIVE_INFINITY) > NAME_KEPT_MS) {
      return this.#run(start);
    }
    throw executionAlreadyExists(start.arn);
  }

  find(arn: string): Execution {
    const execution = this.#byArn.get(arn);
    if (!execution) throw executionDoesNotExist(arn);
    return execution;
  }

  /** The youngest first. */
  all(): Execution[] {
    return [...this.#byArn.values()].reverse();
  }

  /** Resolves when the execution has ended. */
  async ended(arn: string): Promise<void> {
    await this.#running.get(arn);
  }

  stop(execution: Execution, error?: string, cause?: string): void {
    if (execution.status === 'RUNNING') execution.abort(error, cause);
  }

  /** Ends all that runs without a word: the embedded cloud is going down. */
  async shutDown(): Promise<void> {
    for (const arn of this.#running.keys()) this.#byArn.get(arn)?.flow.abort();
    await Promise.all(this.#running.values());
  }

  #run(start: ExecutionStart): Execution {
    const log = executionLog(start.machine, start.arn, this.#options.logs);
    const execution = new Execution(start, this.#runtime.clock, log);
    this.#byArn.delete(start.arn);
    this.#byArn.set(start.arn, execution);
    execution.history.record('ExecutionStarted', 0, {
      ...inputDetails(start.input.json),
      roleArn: start.machine.roleArn,
      ...(start.versionArn && { stateMachineVersionArn: start.versionArn }),
      ...(start.aliasArn && { stateMachineAliasArn: start.aliasArn }),
    });
    execution.trace?.watch(() => this.#record(execution));
    this.#count(execution, 'ExecutionsStarted');
    const running = this.#runToEnd(execution).finally(() => this.#forget(execution));
    this.#running.set(start.arn, running);
    return execution;
  }

  async #runToEnd(execution: Execution): Promise<void> {
    // The caller is answered before the first state is entered.
    await Promise.resolve();
    const cancelTimeout = this.#limit(execution);
    const { flow, machine, input } = execution;
    try {
      const output = await this.#runtime.runStates(machine.definition, flow, input, execution);
      execution.succeed(output.json);
    } catch (thrown) {
      if (!(thrown instanceof FlowAborted)) execution.fail(asError(thrown));
    } finally {
      cancelTimeout?.();
    }
  }

  #limit(execution: Execution): (() => void) | undefined {
    const { definition, type } = execution.machine;
    const own = definition.TimeoutSeconds;
    const seconds = type === 'EXPRESS' ? Math.min(own ?? MAX_EXPRESS_SECONDS, MAX_EXPRESS_SECONDS) : own;
    if (seconds === undefined) return undefined;
    return this.#runtime.clock.schedule(seconds * 1000, () => {
      if (execution.status === 'RUNNING') execution.timeOut();
    });
  }

  #forget(execution: Execution): void {
    this.#running.delete(execution.arn);
    this.#record(execution);
    const metric = ENDING_METRICS[execution.status];
    if (metric) this.#countEnd(execution, metric);
    const ended = this.#ended[execution.machine.type];
    ended.push(execution);
    if (ended.length <= this.#options.remembered) return;
    const oldest = ended.shift();
    // The name may have been given again: then the ARN is that of a younger execution.
    if (oldest && this.#byArn.get(oldest.arn) === oldest) this.#byArn.delete(oldest.arn);
  }

  #record(execution: Execution): void {
    const segment = execution.trace?.segment(execution);
    if (segment) this.#options.onSegment?.(segment);
  }

  #count({ machine }: Execution, name: string): void {
    this.#options.onMetric?.('AWS/States', name, { StateMachineArn: machine.arn }, 1, 'Count');
  }

  #countEnd(execution: Execution, metric: string): void {
    const { machine, startedAtMs, stoppedAtMs = startedAtMs } = execution;
    this.#count(execution, metric);
    const dimensions = { StateMachineArn: machine.arn };
    this.#options.onMetric?.('AWS/States', 'ExecutionTime', dimensions, stoppedAtMs - startedAtMs, 'Milliseconds');
  }
}

function asError(thrown: unknown): StateError {
  if (thrown instanceof StateError) return thrown;
  return new StateError('States.Runtime', thrown instanceof Error ? thrown.message : String(thrown));
}
