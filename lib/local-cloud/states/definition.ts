import type { Json } from './json-data.ts';

/** A state machine in the Amazon States Language, as far as it is in JSONata mode. */
export interface Definition extends StatesBlock {
  Comment?: string;
  QueryLanguage?: string;
  TimeoutSeconds?: number;
  Version?: string;
}

/** States that lead from one to the next: a state machine, a branch of a Parallel, the processor of a Map. */
export interface StatesBlock {
  StartAt: string;
  States: Record<string, State>;
}

export type State =
  | TaskState
  | ChoiceState
  | ParallelState
  | MapState
  | WaitState
  | PassState
  | SucceedState
  | FailState;

interface StateFields {
  Comment?: string;
  QueryLanguage?: string;
}

interface OutputFields {
  Output?: Json;
  Assign?: Record<string, Json>;
}

interface TransitionFields {
  Next?: string;
  End?: boolean;
}

export interface ErrorHandlingFields {
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher extends OutputFields {
  ErrorEquals: string[];
  Next: string;
}

export interface TaskState extends StateFields, OutputFields, TransitionFields, ErrorHandlingFields {
  Type: 'Task';
  Resource: string;
  Arguments?: Json;
  TimeoutSeconds?: number | string;
  HeartbeatSeconds?: number | string;
}

export interface ChoiceRule extends OutputFields {
  Condition: boolean | string;
  Next: string;
}

export interface ChoiceState extends StateFields, OutputFields {
  Type: 'Choice';
  Choices: ChoiceRule[];
  Default?: string;
}

export interface ParallelState extends StateFields, OutputFields, TransitionFields, ErrorHandlingFields {
  Type: 'Parallel';
  Branches: StatesBlock[];
  Arguments?: Json;
}

export interface MapState extends StateFields, OutputFields, TransitionFields, ErrorHandlingFields {
  Type: 'Map';
  ItemProcessor: StatesBlock & { ProcessorConfig?: { Mode?: string } };
  Items?: Json;
  ItemSelector?: Json;
  MaxConcurrency?: number | string;
  ToleratedFailureCount?: number | string;
  ToleratedFailurePercentage?: number | string;
}

export interface WaitState extends StateFields, OutputFields, TransitionFields {
  Type: 'Wait';
  Seconds?: number | string;
  Timestamp?: string;
}

export interface PassState extends StateFields, OutputFields, TransitionFields {
  Type: 'Pass';
}

export interface SucceedState extends StateFields {
  Type: 'Succeed';
  Output?: Json;
}

export interface FailState extends StateFields {
  Type: 'Fail';
  Error?: string;
  Cause?: string;
}
