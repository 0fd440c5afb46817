/** What the host and the runtime (runtime/worker.mjs) say to each other through the worker's message port. */

export interface RuntimeStart {
  taskRoot: string;
  handler: string;
  runtime: string;
  clockOffsetMs: number;
  logging: { json: boolean; level: string };
}

export interface RuntimeRequest {
  requestId: string;
  /** JSON. */
  payload: string;
  functionArn: string;
  trace: string;
  /** On the wall clock: a handler runs in real time. */
  deadlineMs: number;
  /** How far the cloud's clock is ahead of the wall clock. */
  clockOffsetMs: number;
  /** JSON. */
  clientContext?: string;
}

/** How Lambda describes an error of a function. */
export interface Failure {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type RuntimeMessage =
  | { type: 'ready' }
  | { type: 'log'; message: string }
  | { type: 'result'; requestId: string; payload: string; memoryBytes: number }
  | { type: 'error'; requestId: string; failure: Failure; memoryBytes: number }
  /** The environment ends by itself; an invocation under way fails with this. */
  | { type: 'fatal'; failure: Failure };
