import type { SegmentDocument } from '../core/segment.ts';

const ID = /^[0-9a-f]{16}$/i;
const TRACE_ID = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;
const LARGEST_BYTES = 64 * 1024;

/** Why X-Ray would not take a document. */
export interface Unprocessed {
  Id?: string;
  ErrorCode: string;
  Message: string;
}

/** Reads a document as X-Ray checks it. */
export function readDocument(text: string): { document: SegmentDocument } | { problem: Unprocessed } {
  if (Buffer.byteLength(text) > LARGEST_BYTES) return refused('InvalidSegment', 'Segment size exceeds 64 KB.');
  const document = parse(text);
  if (!document) return refused('ParseError', 'Invalid segment. ErrorCode: ParseError');
  const { id, name, trace_id, start_time, end_time, in_progress, parent_id, type } = document;
  if (!ID.test(id ?? '')) return refused('InvalidId', 'Invalid segment. ErrorCode: InvalidId', id);
  if (!name) return refused('MissingName', 'Invalid segment. ErrorCode: MissingName', id);
  if (!TRACE_ID.test(trace_id ?? '')) {
    return refused('InvalidTraceId', 'Invalid segment. ErrorCode: InvalidTraceId', id);
  }
  if (typeof start_time !== 'number')
    return refused('MissingStartTime', 'Invalid segment. ErrorCode: MissingStartTime', id);
  if (typeof end_time !== 'number' && !in_progress) {
    return refused('MissingEndTime', 'Invalid segment. ErrorCode: MissingEndTime', id);
  }
  if (type === 'subsegment' && !ID.test(parent_id ?? '')) {
    return refused('InvalidParentId', 'Invalid subsegment. ErrorCode: InvalidParentId', id);
  }
  return { document };
}

function refused(ErrorCode: string, Message: string, Id?: string): { problem: Unprocessed } {
  return { problem: { ...(Id && { Id }), ErrorCode, Message } };
}

function parse(text: string): (Partial<SegmentDocument> & SegmentDocument) | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as SegmentDocument) : undefined;
  } catch {
    return undefined;
  }
}
