import type { Clock } from '../core/clock.ts';
import type { CallContext } from '../core/service.ts';
import { ExecutionTrace } from './execution-trace.ts';
import { Flow } from './flow.ts';
import { History, type HistoryEvent } from './history.ts';
import type { Data, Json } from './json-data.ts';
import type { StateError } from './state-error.ts';
import type { StateMachine } from './state-machine.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionStart {
  arn: string;
  name: string;
  machine: StateMachine;
  input: Data;
  traceHeader: string | undefined;
  /** The version or alias that was started, when it was not the state machine itself. */
  versionArn?: string;
  aliasArn?: string;
}

const ENDING_EVENTS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

/** One run of a state machine: its facts, its history, and the flow of its states. */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  readonly input: Data;
  readonly traceHeader: string | undefined;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  readonly startedAtMs: number;
  readonly history: History;
  /** What is recorded of it, if it is. */
  readonly trace: ExecutionTrace | undefined;
  readonly flow: Flow;
  status: ExecutionStatus = 'RUNNING';
  stoppedAtMs: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  #clock: Clock;
  #context: Record<string, Json>;

  constructor(start: ExecutionStart, clock: Clock, listen: (event: HistoryEvent) => void) {
    this.arn = start.arn;
    this.name = start.name;
    this.machine = start.machine;
    this.input = start.input;
    this.traceHeader = start.traceHeader;
    this.versionArn = start.versionArn;
    this.aliasArn = start.aliasArn;
    this.#clock = clock;
    this.startedAtMs = clock.now();
    this.history = new History(clock, listen);
    this.flow = new Flow({ clock, history: this.history });
    this.#context = this.#makeContext();
    this.trace = ExecutionTrace.of(start.machine, start.traceHeader, this.startedAtMs);
  }

  /** `$states.context` but for the state and the task. */
  context(): Record<string, Json> {
    return this.#context;
  }

  /** Tasks call as the role of the state machine, and pass the trace on. @param place in it */
  callContext(place = this.traceHeader): CallContext {
    return { caller: { kind: 'role', roleArn: this.machine.roleArn }, trace: place };
  }

  succeed(output: string): void {
    if (this.status !== 'RUNNING') return;
    this.output = output;
    this.#end('SUCCEEDED', { output, outputDetails: { truncated: false } });
  }

  fail(error: StateError): void {
    if (this.status !== 'RUNNING') return;
    this.error = error.error;
    this.cause = error.cause;
    this.#end('FAILED', error.toDetails());
  }

  timeOut(): void {
    this.#interrupt('TIMED_OUT', {});
  }

  abort(error: string | undefined, cause: string | undefined): void {
    this.error = error;
    this.cause = cause;
    this.#interrupt('ABORTED', { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) });
  }

  /** Ended from outside: nothing of it goes on, and its last event follows no other. */
  #interrupt(status: 'TIMED_OUT' | 'ABORTED', details: Record<string, string>): void {
    this.flow.abort();
    this.flow.lastEventId = 0;
    this.#end(status, details);
  }

  #end(status: keyof typeof ENDING_EVENTS, details: Record<string, unknown>): void {
    this.status = status;
    this.stoppedAtMs = this.#clock.now();
    this.history.record(ENDING_EVENTS[status], this.flow.lastEventId, details);
  }

  #makeContext(): Record<string, Json> {
    const { arn, name, machine, input } = this;
    return {
      Execution: {
        Id: arn,
        Input: input.value,
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: new Date(this.startedAtMs).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
  }
}
