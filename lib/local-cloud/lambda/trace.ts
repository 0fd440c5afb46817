import {
  newSegmentId,
  newTraceId,
  readTraceHeader,
  type SamplingDecision,
  type SegmentDocument,
  writeTraceHeader,
} from '../core/segment.ts';
import type { TraceHeader } from '../core/service.ts';
import type { Outcome } from './execution-environment.ts';
import type { Target } from './lambda-function.ts';

/** A segment may be linked to so many others. */
const MOST_LINKS = 20;

/** Times are rounded in different places. */
const CLOCK_PRECISION_MS = 2;

/** The place of one invocation in a trace. */
export interface InvocationTrace {
  /** What the function is told. */
  header: TraceHeader;
  traceId: string;
  parentId?: string;
  /** The segment of the function; its parent is that of the service Lambda. */
  functionId: string;
  isRecorded: boolean;
}

/**
 * With active tracing an invocation goes on with the caller's trace, or begins one, and is recorded if the caller says
 * so or leaves that to Lambda and the sampling rules let it. Else the caller's header is only passed on.
 */
export function beginTrace(
  { function: { name }, version: { configuration } }: Target,
  incoming: TraceHeader | undefined,
  { now, sample }: { now: number; sample: SamplingDecision },
): InvocationTrace {
  const place = readTraceHeader(incoming);
  const traceId = place.traceId ?? newTraceId(now);
  const functionId = newSegmentId();
  const isActive = configuration.tracing === 'Active';
  const sampled = place.sampled ?? (isActive && sample({ name, type: 'AWS::Lambda::Function' }));
  const isRecorded = isActive && sampled;
  const own = writeTraceHeader({ traceId, parentId: functionId, sampled });
  const header = !isActive && incoming && place.sampled !== undefined ? incoming : own;
  return { header, traceId, ...(place.parentId && { parentId: place.parentId }), functionId, isRecorded };
}

export interface InvocationTimes {
  /** Milliseconds: when Lambda was asked, when an environment was free, and when it was done. */
  askedAt: number;
  startedAt: number;
  endedAt: number;
  initMs?: number;
}

/** The two segments that Lambda makes of an invocation: the service's, and the function's inside of it. */
export function invocationSegments(
  { function: { name, arn }, version }: Target,
  { traceId, parentId, functionId }: InvocationTrace,
  { outcome, times, ...facts }: { outcome: Outcome; times: InvocationTimes; requestId: string; links?: TraceHeader[] },
): SegmentDocument[] {
  const serviceId = newSegmentId();
  const end_time = times.endedAt / 1000;
  const blame = outcome.failure && { fault: true };
  const aws = { request_id: facts.requestId };
  const links = linksOf(facts.links);
  const service: SegmentDocument = {
    id: serviceId,
    name,
    trace_id: traceId,
    ...(parentId && { parent_id: parentId }),
    start_time: times.askedAt / 1000,
    end_time,
    origin: 'AWS::Lambda',
    resource_arn: arn,
    http: { response: { status: 200 } },
    aws,
    ...blame,
    ...(links.length > 0 && { links }),
  };
  const init = hasWaitedForInit(times) ? [initialization(times.startedAt, times.initMs)] : [];
  const own: SegmentDocument = {
    id: functionId,
    name,
    trace_id: traceId,
    parent_id: serviceId,
    start_time: times.startedAt / 1000,
    end_time,
    origin: 'AWS::Lambda::Function',
    resource_arn: arn,
    aws: { ...aws, function_arn: arn, function_version: version.version },
    ...blame,
    ...(outcome.failure && { cause: { exceptions: [{ id: newSegmentId(), type: outcome.failure.errorType }] } }),
    ...(init.length > 0 && { subsegments: init }),
  };
  return [service, own];
}

/** Environments may have been started before anybody needed them. */
function hasWaitedForInit(times: InvocationTimes): times is InvocationTimes & { initMs: number } {
  return times.initMs !== undefined && times.startedAt - times.initMs >= times.askedAt - CLOCK_PRECISION_MS;
}

/** The start of the environment, which the invocation has waited for. */
function initialization(startedAt: number, initMs: number): SegmentDocument {
  const start_time = (startedAt - initMs) / 1000;
  return { id: newSegmentId(), name: 'Initialization', start_time, end_time: startedAt / 1000 };
}

function linksOf(headers: TraceHeader[] = []): NonNullable<SegmentDocument['links']> {
  return headers.slice(0, MOST_LINKS).flatMap((header) => {
    const { traceId, parentId } = readTraceHeader(header);
    if (!traceId || !parentId) return [];
    return [{ trace_id: traceId, id: parentId, attributes: { 'aws.xray.reserved.reference_type': 'parent' } }];
  });
}
