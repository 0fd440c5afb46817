import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type EnvironmentEnd, endAsFailure } from './environment-end.ts';
import type { Failure, RuntimeMessage, RuntimeRequest, RuntimeStart } from './runtime-protocol.ts';

export interface EnvironmentOptions {
  start: RuntimeStart;
  variables: Record<string, string>;
  logStream: string;
  memoryMb: number;
  timeoutSeconds: number;
  onOutput(message: string, requestId: string | undefined): void;
}

/** How one invocation ended. */
export interface Outcome {
  /** JSON: the result of the handler, or the {@link Failure}. */
  payload: string;
  failure?: Failure;
  /** Set when the environment did not survive the invocation. */
  end?: EnvironmentEnd;
  durationMs: number;
  memoryBytes: number;
}

const RUNTIME_FILE = join(import.meta.dirname, 'runtime', 'worker.mjs');

// Module code gets ten seconds before the function's own timeout begins to count, as on AWS.
const INIT_LIMIT_MS = 10_000;

// A worker survives its heap cap by the 16 MB that V8 grants on top; with a larger young generation one scavenge can
// promote more than that at once, and the process aborts instead of the worker.
const YOUNG_GENERATION_MB = 16;

type Answer = Extract<RuntimeMessage, { type: 'result' | 'error' }> | { type: 'end'; end: EnvironmentEnd };

/** One execution environment: a worker thread with its own heap, globals and `process.env`, for one call at a time. */
export class ExecutionEnvironment {
  readonly logStream: string;
  /** Resolves when the module code has run, and also when the environment ended before that. */
  readonly started: Promise<void>;
  /** Milliseconds on the cloud's clock, kept by the pool. */
  idleSince = 0;

  readonly #worker: Worker;
  readonly #options: EnvironmentOptions;
  readonly #bornAt = performance.now();
  #onStarted: () => void = () => {};
  #initMs: number | undefined;
  #end: EnvironmentEnd | undefined;
  #timer: NodeJS.Timeout | undefined;
  #requestId: string | undefined;
  #event: string | undefined;
  #onAnswer: ((answer: Answer) => void) | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.logStream = options.logStream;
    this.started = new Promise((resolve) => {
      this.#onStarted = resolve;
    });
    this.#worker = new Worker(RUNTIME_FILE, {
      workerData: options.start,
      env: options.variables,
      execArgv: [],
      // The runtime hands on what the function prints; what gets past it is not for the host's terminal.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (message: RuntimeMessage) => this.#receive(message));
    this.#worker.on('error', (error) => this.#finish(endOf(error)));
    this.#worker.on('exit', (code) => this.#finish({ kind: 'exit', code }));
    this.#limit(INIT_LIMIT_MS + options.timeoutSeconds * 1000);
  }

  get alive(): boolean {
    return this.#end === undefined;
  }

  /** What it is handling at the moment, JSON. */
  get event(): string | undefined {
    return this.#event;
  }

  /** How long the start took, told once: to the first invocation. */
  takeInitMs(): number | undefined {
    const initMs = this.#initMs;
    this.#initMs = undefined;
    return initMs;
  }

  /** Runs the handler once. Never rejects: whatever goes wrong is the outcome. */
  async invoke(request: Omit<RuntimeRequest, 'deadlineMs'>): Promise<Outcome> {
    const startedAt = performance.now();
    const answer = this.#end ? { type: 'end' as const, end: this.#end } : await this.#ask(request);
    const durationMs = performance.now() - startedAt;
    if (answer.type === 'result') return { payload: answer.payload, durationMs, memoryBytes: answer.memoryBytes };
    const end = answer.type === 'end' ? answer.end : undefined;
    const failure = answer.type === 'error' ? answer.failure : endAsFailure(answer.end, request.requestId);
    const memoryBytes = answer.type === 'error' ? answer.memoryBytes : this.#options.memoryMb * 1024 * 1024;
    return { payload: JSON.stringify(failure), failure, end, durationMs, memoryBytes };
  }

  /** Ends the environment in the middle of what it does: nobody in it is told, and nothing of it is written any more. */
  kill(): void {
    this.#finish({ kind: 'killed' });
    void this.#worker.terminate();
  }

  /** Ends the environment; resolves when its thread is gone. */
  async retire(): Promise<void> {
    this.#finish({ kind: 'retired' });
    await this.#worker.terminate();
  }

  #ask(request: Omit<RuntimeRequest, 'deadlineMs'>): Promise<Answer> {
    const timeoutMs = this.#options.timeoutSeconds * 1000;
    this.#requestId = request.requestId;
    this.#event = request.payload;
    this.#limit(timeoutMs);
    return new Promise((resolve) => {
      this.#onAnswer = resolve;
      this.#worker.postMessage({ ...request, deadlineMs: Date.now() + timeoutMs } satisfies RuntimeRequest);
    });
  }

  #receive(message: RuntimeMessage): void {
    switch (message.type) {
      case 'log':
        this.#options.onOutput(message.message, this.#requestId);
        break;
      case 'ready':
        clearTimeout(this.#timer);
        this.#initMs = performance.now() - this.#bornAt;
        this.#onStarted();
        break;
      case 'fatal':
        this.#finish({ kind: 'failure', failure: message.failure });
        break;
      default:
        this.#settle(message);
    }
  }

  #settle(answer: Answer): void {
    clearTimeout(this.#timer);
    this.#requestId = undefined;
    this.#event = undefined;
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    onAnswer?.(answer);
  }

  // Real time, not the cloud's: the handler's own timers and sockets run in it too.
  #limit(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#finish({ kind: 'timeout', seconds: this.#options.timeoutSeconds });
      void this.#worker.terminate();
    }, ms);
  }

  #finish(end: EnvironmentEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#settle({ type: 'end', end });
    this.#onStarted();
  }
}

function endOf(error: unknown): EnvironmentEnd {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'out-of-memory' };
  return { kind: 'failure', failure: { errorType: name, errorMessage: message, trace: [] } };
}
