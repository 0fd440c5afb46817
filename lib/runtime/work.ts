import { AsyncLocalStorage } from 'node:async_hooks';

/** What a line of the log says. Names are those of the wire: `order_id`. */
export type Fields = Record<string, unknown>;

export interface Metric {
  name: string;
  value: number;
  unit?: 'Milliseconds';
  /** What it is told apart by, beside the service. Each combination of values costs as a metric of its own. */
  dimensions?: Record<string, string>;
}

/** A request, a step of a saga, a message or a batch: what one line of the log is about. */
export interface Work {
  correlation_id: string;
  trace_id?: string;
  /** What is said of it in its line; {@link note} adds to that. */
  fields: Fields;
  /** What is counted with its line. */
  metrics: Metric[];
}

const current = new AsyncLocalStorage<Work>();

/** Does what belongs to the work: whatever logs, counts or notes meanwhile, does so for it. */
export function during<Answer>(work: Work, perform: () => Promise<Answer>): Promise<Answer> {
  return current.run(work, perform);
}

/** The work that is being done; messages of a batch are handled side by side. */
export function currentWork(): Work | undefined {
  return current.getStore();
}

/** Has the line of the current work say this too. Never what is personal: no name, no address, no text of a user. */
export function note(fields: Fields): void {
  Object.assign(current.getStore()?.fields ?? {}, fields);
}

/** The id in a `traceparent`, as it stands there: clients get it with every answer. X-Ray writes it `1-<8>-<24>`. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return /^00-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1];
}
