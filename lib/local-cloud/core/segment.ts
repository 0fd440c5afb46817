import { randomBytes } from 'node:crypto';
import type { TraceHeader } from './service.ts';

/** A segment, or a part of one, in the form that X-Ray documents; times are seconds since 1970. */
export interface SegmentDocument {
  name: string;
  id: string;
  start_time: number;
  end_time?: number;
  in_progress?: boolean;
  /** `1-<8 digits>-<24 digits>` */
  trace_id?: string;
  parent_id?: string;
  type?: string;
  origin?: string;
  namespace?: string;
  resource_arn?: string;
  http?: { request?: Record<string, unknown>; response?: { status?: number } };
  aws?: Record<string, unknown>;
  annotations?: Record<string, string | number | boolean>;
  metadata?: Record<string, unknown>;
  error?: boolean;
  throttle?: boolean;
  fault?: boolean;
  cause?: unknown;
  /** Other traces that led to this segment: those of the messages of a batch. */
  links?: { trace_id: string; id: string; attributes: Record<string, string> }[];
  subsegments?: SegmentDocument[];
}

/** Takes what services record of themselves: X-Ray. */
export type SegmentSink = (segment: SegmentDocument) => void;

/** Whether a trace that begins at a service is recorded, as the sampling rules say. */
export type SamplingDecision = (service: { name: string; type: string }) => boolean;

/** What a header says; any of it may be missing. */
export interface TracePlace {
  /** `1-<8 digits>-<24 digits>` */
  traceId?: string;
  parentId?: string;
  sampled?: boolean;
}

export function readTraceHeader(header: TraceHeader = ''): TracePlace {
  const sampled = /Sampled=([01])/.exec(header)?.[1];
  return {
    traceId: /Root=([^;]+)/.exec(header)?.[1],
    parentId: /Parent=([^;]+)/.exec(header)?.[1],
    ...(sampled && { sampled: sampled === '1' }),
  };
}

export function writeTraceHeader({ traceId, parentId, sampled }: Required<TracePlace>): TraceHeader {
  return `Root=${traceId};Parent=${parentId};Sampled=${sampled ? 1 : 0}`;
}

export function newTraceId(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `1-${seconds}-${randomBytes(12).toString('hex')}`;
}

export function newSegmentId(): string {
  return randomBytes(8).toString('hex');
}
