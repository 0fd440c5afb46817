import { newSpanId, type TraceContext, toTraceparent, traceHeaderOf } from '../trace.ts';
import type { Annotations, SegmentDocument } from './document.ts';

/** What of a document is known when its work begins. */
export type Beginning = Omit<SegmentDocument, 'id' | 'start_time' | 'end_time' | 'subsegments'>;

/** One piece of work, from its beginning to its end, and the pieces that it is made of. */
export class Span {
  /** Where it stands: what it causes has it for a parent. */
  readonly context: TraceContext;
  readonly document: SegmentDocument;
  readonly #startedAtMs = performance.now();

  constructor(trace: Omit<TraceContext, 'spanId'>, beginning: Beginning) {
    const id = newSpanId();
    this.context = { ...trace, spanId: id };
    this.document = { ...beginning, id, start_time: Date.now() / 1000 };
  }

  get traceparent(): string {
    return toTraceparent(this.context);
  }

  get traceHeader(): string {
    return traceHeaderOf(this.context);
  }

  annotate(annotations: Annotations): void {
    this.document.annotations = { ...this.document.annotations, ...annotations };
  }

  /** A piece of this work: it stands in the document of the whole. */
  begin(part: Beginning): Span {
    const span = new Span(this.context, part);
    this.document.subsegments ??= [];
    this.document.subsegments.push(span.document);
    return span;
  }

  /** It was an HTTP exchange that ended so. */
  answered(status: number): void {
    const { http } = this.document;
    this.document.http = { ...http, response: { status } };
    if (status >= 500) this.document.fault = true;
    if (status >= 400 && status < 500) this.document.error = true;
    if (status === 429) this.document.throttle = true;
  }

  /** @param blame whose mistake it was: that of who asked, or our own */
  fail(thrown: unknown, blame: 'error' | 'fault' = 'fault'): void {
    const type = thrown instanceof Error ? thrown.name : typeof thrown;
    this.document[blame] = true;
    this.document.cause = { exceptions: [{ id: newSpanId(), type }] };
  }

  /** What there is to say before the end. */
  unfinished(): SegmentDocument {
    return underWay(this.document);
  }

  /** What is still under way then goes on without being recorded. */
  end(): void {
    const { document } = this;
    document.end_time = document.start_time + (performance.now() - this.#startedAtMs) / 1000;
    for (const part of document.subsegments ?? []) if (part.end_time === undefined) part.in_progress = true;
  }
}

function underWay(document: SegmentDocument): SegmentDocument {
  if (document.end_time !== undefined) return document;
  const parts = document.subsegments?.map(underWay);
  return { ...document, in_progress: true, ...(parts && { subsegments: parts }) };
}
