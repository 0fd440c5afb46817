import type { SegmentDocument } from '../core/segment.ts';

/** Of the youngest traces so much is kept, some 50,000 requests. AWS keeps all for 30 days. */
const MOST_BYTES = 96 * 1024 * 1024;
/** A trace that grows for ever, because something goes in circles, must not fill the memory. */
const MOST_DOCUMENTS = 2_000;

interface StoredTrace {
  /** As JSON, which takes a third of the memory. */
  documents: string[];
  bytes: number;
  startedAt: number;
  changedAt: number;
}

/** Which traces are asked for; times are seconds since 1970. */
export interface Wanted {
  from?: number;
  until?: number;
  /** One of these texts has to be in it: what cannot match need not be read. */
  texts?: string[];
  /** Documents. */
  atLeast?: number;
}

/** Documents by their trace, as they came. */
export class TraceStore {
  readonly #traces = new Map<string, StoredTrace>();
  readonly #mostBytes: number;
  #bytes = 0;
  #forgotten = 0;
  #received = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  add(document: SegmentDocument): void {
    const { trace_id: id = '', start_time } = document;
    const trace = this.#traces.get(id) ?? { documents: [], bytes: 0, startedAt: start_time, changedAt: start_time };
    this.#traces.set(id, trace);
    this.#received++;
    if (trace.documents.length >= MOST_DOCUMENTS) return;
    const text = JSON.stringify(document);
    trace.documents.push(text);
    trace.bytes += text.length;
    this.#bytes += text.length;
    trace.startedAt = Math.min(trace.startedAt, start_time);
    trace.changedAt = Math.max(trace.changedAt, document.end_time ?? start_time);
    while (this.#bytes > this.#mostBytes) this.#forgetOldest();
  }

  /** Nothing when the trace is not known, or no longer. */
  read(id: string): SegmentDocument[] {
    return (this.#traces.get(id)?.documents ?? []).map((text) => JSON.parse(text));
  }

  /** The ids of traces, the youngest first. */
  list({ from = 0, until = Number.POSITIVE_INFINITY, texts, atLeast = 0 }: Wanted = {}): string[] {
    const isWanted = ({ startedAt, changedAt, documents }: StoredTrace) =>
      changedAt >= from &&
      startedAt <= until &&
      documents.length >= atLeast &&
      (!texts || documents.some((document) => texts.some((text) => document.includes(text))));
    return [...this.#traces].flatMap(([id, trace]) => (isWanted(trace) ? id : [])).reverse();
  }

  counts() {
    return { kept: this.#traces.size, documents: this.#received, bytes: this.#bytes, forgotten: this.#forgotten };
  }

  #forgetOldest(): void {
    const [oldest = ''] = this.#traces.keys();
    this.#bytes -= this.#traces.get(oldest)?.bytes ?? 0;
    this.#traces.delete(oldest);
    this.#forgotten++;
  }
}
