import type { CallContext } from '../core/service.ts';
import type { Execution } from './execution.ts';
import type { Json } from './json-data.ts';
import type { Runtime } from './runtime.ts';
import type { ErrorNaming } from './service-errors.ts';

/** Who calls, for whom, through what. */
export interface TaskCall {
  runtime: Runtime;
  execution: Execution;
  context: CallContext;
}

/** `request`: the answer is the result. `sync`: what the call started must end. `token`: the task token must come back. */
export type Pattern = 'request' | 'sync' | 'token';

/** What a Task state does, as its `Resource` says. */
export interface Integration {
  /** As the history has it: `lambda`, `aws-sdk:dynamodb`. */
  resourceType: string;
  /** As the history has it: `invoke`, `startExecution.sync:2`. */
  resource: string;
  pattern: Pattern;
  errors: ErrorNaming;
  /** Set when `Resource` is the ARN of a function: the history then has events of its own for it. */
  functionArn?: string;
  request(args: Json, call: TaskCall): Promise<Json>;
  /** Pattern `sync`: waits for the end of what was started, and answers its result. */
  complete?(submitted: Json, call: TaskCall): Promise<Json>;
  /** Pattern `sync`: ends what was started when nobody waits for it any more. */
  cancel?(submitted: Json, call: TaskCall): Promise<unknown>;
}

/** One action of an optimized integration. */
export interface OptimizedAction {
  patterns: Pattern[];
  request(args: Record<string, Json>, call: TaskCall): Promise<Json>;
  complete?(submitted: Json, call: TaskCall, version: 1 | 2): Promise<Json>;
  cancel?(submitted: Json, call: TaskCall): Promise<unknown>;
}

export interface OptimizedService {
  errors: ErrorNaming;
  actions: Record<string, OptimizedAction>;
}
