/** What X-Ray indexes, so that traces can be found by it: ids, never anything that says who somebody is. */
export type Annotations = Record<string, string | number | boolean>;

/** A segment or a subsegment in the form that X-Ray documents; times are seconds since 1970. */
export interface SegmentDocument {
  name: string;
  id: string;
  start_time: number;
  end_time?: number;
  in_progress?: true;
  /** `1-<8 digits>-<24 digits>`; not in what stands inside of another document. */
  trace_id?: string;
  parent_id?: string;
  /** Sent for itself, it belongs into the segment of the same trace that `parent_id` names. */
  type?: 'subsegment';
  origin?: string;
  /** A call: of an AWS service, or of anything else. */
  namespace?: 'aws' | 'remote';
  http?: { request?: { method: string; url: string; traced?: boolean }; response?: { status: number } };
  aws?: Record<string, string | number>;
  annotations?: Annotations;
  metadata?: Record<string, Record<string, unknown>>;
  /** The client's mistake. */
  error?: true;
  /** It was told to come back later. */
  throttle?: true;
  /** Our own mistake. */
  fault?: true;
  /** Types of exceptions. Their messages may hold personal data, and stand in the log of the service alone. */
  cause?: { exceptions: { id: string; type: string }[] };
  subsegments?: SegmentDocument[];
}

/** The ids among the fields: `order_id`, `user_id`, ... */
export function idsIn(fields: unknown): Annotations {
  if (typeof fields !== 'object' || fields === null) return {};
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => name.endsWith('_id') && typeof value === 'string' && value),
  );
}
