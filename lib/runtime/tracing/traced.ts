import { currentTraceHeader, optionalEnv } from '../config.ts';
import { newTrace, parseTraceHeader, parseTraceparent, type TraceContext, xrayTraceId } from '../trace.ts';
import { currentSpan, within } from './current.ts';
import type { Annotations } from './document.ts';
import { emit } from './emit.ts';
import { type Beginning, Span } from './span.ts';

/** Work that takes longer is recorded before its end, too: should there be none, what it has led to has its place. */
const LONG_MS = 2_000;

export interface Origin {
  /** What caused the work, in W3C form; without one it belongs to the trace of the invocation. */
  traceparent?: string;
  annotations?: Annotations;
}

/**
 * Does a piece of work that has a cause of its own: a request, a message, a step. It is recorded in the trace of that
 * cause, whichever trace Lambda has given the invocation (docs/decisions/0017).
 */
export async function inTrace<T>(origin: Origin, work: (span: Span) => Promise<T>): Promise<T> {
  const span = beginIn(origin);
  const timer = span.context.sampled && setInterval(() => emit(span.unfinished()), LONG_MS).unref();
  try {
    return await within(span, () => work(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    if (timer) clearInterval(timer);
    await endAndEmit(span);
  }
}

/** As {@link inTrace}, for work that is done for several causes at once: to be ended by {@link endAndEmit}. */
export function beginIn({ traceparent, annotations }: Origin): Span {
  const cause = parseTraceparent(traceparent);
  const invocation = parseTraceHeader(currentTraceHeader());
  const service = optionalEnv('SERVICE_NAME');
  const common = { annotations: { ...(service && { service }), ...annotations } };
  if (invocation && belongsTogether(invocation, cause)) {
    return new Span(invocation, {
      ...common,
      name: 'handler',
      type: 'subsegment',
      trace_id: xrayTraceId(invocation.traceId),
      parent_id: invocation.spanId,
    });
  }
  return new Span(cause ?? newTrace(), { ...common, ...ownSegment(cause, invocation) });
}

export async function endAndEmit(span: Span): Promise<void> {
  span.end();
  if (span.context.sampled) await emit(span.document);
}

/** Does a part of the current work that is worth telling apart: a call, most of all. */
export async function inPart<T>(part: Beginning, work: (span: Span | undefined) => Promise<T>): Promise<T> {
  const span = currentSpan()?.begin(part);
  if (!span) return work(undefined);
  try {
    return await within(span, () => work(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** Adds ids to what is recorded of the current work, so that its trace can be found by them. */
export function annotate(annotations: Annotations): void {
  currentSpan()?.annotate(annotations);
}

/** Lambda may have been told of the trace, and then has a segment of its own in it, if it records the trace. */
function belongsTogether(invocation: TraceContext, cause: TraceContext | undefined): boolean {
  if (!cause) return true;
  return invocation.traceId === cause.traceId && (invocation.sampled || !cause.sampled);
}

function ownSegment(cause: TraceContext | undefined, invocation: TraceContext | undefined): Beginning {
  const traceId = cause?.traceId;
  return {
    name: optionalEnv('AWS_LAMBDA_FUNCTION_NAME') ?? 'function',
    origin: 'AWS::Lambda::Function',
    ...(traceId && { trace_id: xrayTraceId(traceId) }),
    ...(cause && { parent_id: cause.spanId }),
    // What the platform tells of the invocation stands in this other trace.
    ...(invocation && { metadata: { lambda: { trace_id: xrayTraceId(invocation.traceId), id: invocation.spanId } } }),
  };
}
