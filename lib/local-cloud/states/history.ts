import type { Clock } from '../core/clock.ts';

/** One event as GetExecutionHistory answers it; its details stand under a name made of its type. */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  /** Seconds since the epoch. */
  timestamp: number;
  type: string;
  [details: string]: unknown;
}

export type EventDetails = Record<string, unknown>;

/** A standard execution that reaches this many events fails. */
export const MAX_STANDARD_EVENTS = 25_000;

/** What happened in one execution, in the order in which it happened. */
export class History {
  readonly events: HistoryEvent[] = [];
  #clock: Clock;
  #listen: (event: HistoryEvent) => void;

  constructor(clock: Clock, listen: (event: HistoryEvent) => void = () => {}) {
    this.#clock = clock;
    this.#listen = listen;
  }

  /** Writes an event and answers its id. */
  record(type: string, previousEventId: number, details?: EventDetails): number {
    const id = this.events.length + 1;
    const event: HistoryEvent = { id, previousEventId, timestamp: this.#clock.now() / 1000, type };
    if (details) event[detailsName(type)] = details;
    this.events.push(event);
    this.#listen(event);
    return id;
  }
}

/** `TaskStateEntered` has its details under `stateEnteredEventDetails`, `TaskFailed` under `taskFailedEventDetails`. */
export function detailsName(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** The input or output of an event and the note that it is whole. */
export function inputDetails(json: string): EventDetails {
  return { input: json, inputDetails: { truncated: false } };
}

export function outputDetails(json: string): EventDetails {
  return { output: json, outputDetails: { truncated: false } };
}

const DATA_FIELDS = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** The details without what flowed through the execution: `includeExecutionData` was false. */
export function withoutData(details: EventDetails): EventDetails {
  return Object.fromEntries(Object.entries(details).filter(([field]) => !DATA_FIELDS.has(field)));
}
