import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { SamplingDecision, SegmentSink } from '../core/segment.ts';
import type { TraceHeader } from '../core/service.ts';
import type { ExecutionEnvironment, Outcome } from './execution-environment.ts';
import { type FunctionLog, LogTail } from './function-log.ts';
import type { FunctionMetrics } from './function-metrics.ts';
import type { Target } from './lambda-function.ts';
import { endLines, startLine } from './platform-log.ts';
import { beginTrace, invocationSegments } from './trace.ts';

export interface Invocation {
  /** JSON. */
  payload: string;
  trace?: TraceHeader;
  /** Of the messages of a batch: the invocation has a trace of its own. */
  links?: TraceHeader[];
  /** The same for all attempts of an asynchronous event; new if absent. */
  requestId?: string;
  /** JSON. */
  clientContext?: string;
  tail?: boolean;
}

export interface InvocationResult {
  requestId: string;
  functionError?: 'Unhandled';
  /** JSON. */
  payload: string;
  executedVersion: string;
  /** Base64 of the end of the log, if it was asked for. */
  logTail?: string;
}

/** Stands around every invocation, whoever asks for it; `next` runs the function. */
export type InvocationInterceptor = (
  invocation: { functionName: string; payload: string },
  next: () => Promise<InvocationResult>,
) => Promise<InvocationResult>;

/** Where invocations are recorded, and which. */
export interface Tracing {
  onSegment?: SegmentSink;
  sample?: SamplingDecision;
}

const RESPONSE_LIMIT_BYTES = 6_291_556;
const RESPONSE_TOO_LARGE = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
};

/** Runs functions: the one way by which all invocations go, whoever asks for them. */
export class Invoker {
  readonly #clock: Clock;
  readonly #log: FunctionLog;
  readonly #metrics: FunctionMetrics;
  readonly #tracing: Tracing;
  readonly #interceptors = new Set<InvocationInterceptor>();
  /** Requests that want the end of their log. */
  readonly #tails = new Map<string, LogTail>();

  constructor(clock: Clock, log: FunctionLog, { metrics, tracing }: { metrics: FunctionMetrics; tracing: Tracing }) {
    this.#clock = clock;
    this.#log = log;
    this.#metrics = metrics;
    this.#tracing = tracing;
  }

  /** Puts an interceptor around all later invocations; the returned function removes it. */
  use(interceptor: InvocationInterceptor): () => void {
    this.#interceptors.add(interceptor);
    return () => this.#interceptors.delete(interceptor);
  }

  /** Rejects with `TooManyRequestsException` when the reserved concurrency is used up; a failing function resolves. */
  async invoke(target: Target, invocation: Invocation): Promise<InvocationResult> {
    this.#admit(target);
    target.function.inFlight++;
    this.#metrics.concurrency(target);
    try {
      const { payload, requestId = randomUUID() } = invocation;
      let next = () => this.#run(target, { ...invocation, requestId });
      for (const interceptor of this.#interceptors) {
        const inner = next;
        next = () => interceptor({ functionName: target.function.name, payload }, inner);
      }
      return await next();
    } finally {
      target.function.inFlight--;
    }
  }

  /** Takes what an environment of the target's version prints. */
  output({ version }: Pick<Target, 'version'>, logStream: string, line: { message: string; requestId?: string }): void {
    if (line.requestId) this.#tails.get(line.requestId)?.add(line.message);
    this.#log.write(version.configuration, logStream, line);
  }

  #admit(target: Target): void {
    const { reservedConcurrency, inFlight } = target.function;
    if (reservedConcurrency === undefined || inFlight < reservedConcurrency) return;
    this.#metrics.throttle(target);
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Type: 'User',
    });
  }

  async #run(target: Target, invocation: Invocation & { requestId: string }): Promise<InvocationResult> {
    const { pool, version } = target.version;
    const askedAt = this.#clock.now();
    const taken = pool.take();
    const environment = taken instanceof Promise ? await taken : taken;
    const tail = invocation.tail ? new LogTail() : undefined;
    if (tail) this.#tails.set(invocation.requestId, tail);
    try {
      const outcome = await this.#runIn(environment, target, { ...invocation, askedAt });
      return {
        ...answer(outcome),
        requestId: invocation.requestId,
        executedVersion: version,
        logTail: tail?.toBase64(),
      };
    } finally {
      this.#tails.delete(invocation.requestId);
      pool.give(environment);
    }
  }

  async #runIn(
    environment: ExecutionEnvironment,
    target: Target,
    { requestId, payload, trace, clientContext, links, askedAt }: Invocation & { requestId: string; askedAt: number },
  ): Promise<Outcome> {
    const { configuration, version } = target.version;
    const { onSegment, sample = () => true } = this.#tracing;
    const startedAt = this.#clock.now();
    const place = beginTrace(target, trace, { now: startedAt, sample });
    const print = (message: string) => this.output(target, environment.logStream, { message, requestId });
    const first = startLine(configuration, { requestId, version, time: this.#time() });
    if (first) print(first);
    const initMs = environment.takeInitMs();
    const outcome = await environment.invoke({
      requestId,
      payload,
      clientContext,
      trace: place.header,
      functionArn: target.invokedArn,
      clockOffsetMs: this.#clock.offsetMs,
    });
    const report = { ...outcome, requestId, initMs, trace: place.header, ...statusOf(outcome), time: this.#time() };
    for (const line of endLines(configuration, report)) print(line);
    this.#metrics.invocation(target, outcome);
    if (onSegment && place.isRecorded) {
      const times = { askedAt, startedAt, endedAt: startedAt + outcome.durationMs, initMs };
      for (const segment of invocationSegments(target, place, { outcome, times, requestId, links })) onSegment(segment);
    }
    return outcome;
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function statusOf({ failure, end }: Outcome): { status: 'success' | 'error' | 'timeout'; errorType?: string } {
  if (!failure) return { status: 'success' };
  if (end?.kind === 'timeout') return { status: 'timeout' };
  // A handler that throws is a success of the platform: the environment did its work.
  return end ? { status: 'error', errorType: failure.errorType } : { status: 'success' };
}

function answer({ payload, failure }: Outcome): Pick<InvocationResult, 'payload' | 'functionError'> {
  if (failure) return { payload, functionError: 'Unhandled' };
  // A character is at most three bytes of UTF-8, so most payloads need not be measured.
  if (payload.length * 3 > RESPONSE_LIMIT_BYTES && Buffer.byteLength(payload) > RESPONSE_LIMIT_BYTES) {
    return { payload: JSON.stringify(RESPONSE_TOO_LARGE), functionError: 'Unhandled' };
  }
  return { payload };
}
