import type { SegmentDocument } from '../core/segment.ts';

/** Traces that are kept, the youngest: some 2 KB each. AWS keeps them for 30 days. */
const MOST_TRACES = 20_000;
/** A trace that grows for ever, because something goes in circles, must not fill the memory. */
const MOST_DOCUMENTS = 2_000;

interface StoredTrace {
  /** As JSON, which takes a third of the memory. */
  documents: string[];
  startedAt: number;
  changedAt: number;
}

/** What a trace is known by before it is read: seconds since 1970. */
export interface TraceEntry {
  id: string;
  startedAt: number;
}

/** Documents by their trace, as they came. */
export class TraceStore {
  readonly #traces = new Map<string, StoredTrace>();
  readonly #mostTraces: number;
  #forgotten = 0;
  #received = 0;

  constructor(mostTraces = MOST_TRACES) {
    this.#mostTraces = mostTraces;
  }

  add(document: SegmentDocument): void {
    const { trace_id: id = '', start_time } = document;
    const trace = this.#traces.get(id) ?? this.#open(id, start_time);
    this.#received++;
    if (trace.documents.length >= MOST_DOCUMENTS) return;
    trace.documents.push(JSON.stringify(document));
    trace.startedAt = Math.min(trace.startedAt, start_time);
    trace.changedAt = Math.max(trace.changedAt, document.end_time ?? start_time);
  }

  /** Nothing when the trace is not known, or no longer. */
  read(id: string): SegmentDocument[] {
    return (this.#traces.get(id)?.documents ?? []).map((text) => JSON.parse(text));
  }

  /** Those with something in that time, the oldest first. */
  list({ from = 0, until = Number.POSITIVE_INFINITY }: { from?: number; until?: number } = {}): TraceEntry[] {
    return [...this.#traces]
      .filter(([, { startedAt, changedAt }]) => changedAt >= from && startedAt <= until)
      .map(([id, { startedAt }]) => ({ id, startedAt }));
  }

  counts() {
    return { kept: this.#traces.size, documents: this.#received, forgotten: this.#forgotten };
  }

  #open(id: string, startedAt: number): StoredTrace {
    const trace = { documents: [], startedAt, changedAt: startedAt };
    this.#traces.set(id, trace);
    const [oldest = ''] = this.#traces.keys();
    if (this.#traces.size > this.#mostTraces) {
      this.#traces.delete(oldest);
      this.#forgotten++;
    }
    return trace;
  }
}
