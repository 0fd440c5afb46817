import { selectJson } from './json-selector.ts';
import type { StoredEvent } from './log-store.ts';

/** The value of a field; undefined where there is none. */
export type Row = (field: string) => unknown;
export type Condition = (row: Row) => boolean;

export interface Aggregate {
  name: string;
  /** Undefined for `count(*)`. */
  field?: string;
  /** Of `pct`. */
  percent?: number;
  as: string;
}

export interface Group {
  field: string;
  /** Of `bin(5m)`: the width of a bin of time. */
  binMs?: number;
}

export interface Sort {
  field: string;
  isDescending: boolean;
}

export type Command =
  | { kind: 'source'; prefixes: string[] }
  | { kind: 'fields'; names: string[] }
  | { kind: 'filter'; condition: Condition }
  | { kind: 'sort'; by: Sort[] }
  | { kind: 'limit'; count: number }
  | { kind: 'stats'; aggregates: Aggregate[]; groups: Group[] };

/** An event, and the group that it stands in as Insights names it: `<account>:<group>`. */
export interface FoundEvent extends StoredEvent {
  log: string;
}

export type ResultRow = { field: string; value: string }[];

/** What a query finds: rows in its order, and how many events its filters let through. */
export interface Found {
  rows: ResultRow[];
  matched: number;
}

/** What Insights shows of an event when the query names nothing. */
const DEFAULT_FIELDS = ['@timestamp', '@message'];

/** Runs the commands of a query, one after the other. Without a `sort`, the newest events come first. */
export function runQuery(commands: Command[], events: FoundEvent[], limit: number): Found {
  let rows = events.toSorted((a, b) => b.timestamp - a.timestamp || b.sequence - a.sequence).map(rowOf);
  let shown = DEFAULT_FIELDS;
  let matched = rows.length;
  for (const command of commands) {
    switch (command.kind) {
      case 'source':
        break;
      case 'fields':
        shown = command.names;
        break;
      case 'filter':
        rows = rows.filter(command.condition);
        matched = rows.length;
        break;
      case 'sort':
        rows = rows.toSorted(order(command.by));
        break;
      case 'limit':
        rows = rows.slice(0, command.count);
        break;
      case 'stats':
        shown = [...command.groups.map(({ field }) => field), ...command.aggregates.map(({ as }) => as)];
        rows = aggregated(command, rows);
        break;
    }
  }
  return { rows: rows.slice(0, limit).map((row) => result(row, shown)), matched };
}

function rowOf({ timestamp, ingestedAtMs, message, stream, log }: FoundEvent): Row {
  let json: unknown;
  const own: Record<string, unknown> = {
    '@timestamp': timestamp,
    '@ingestionTime': ingestedAtMs,
    '@message': message,
    '@logStream': stream,
    '@log': log,
  };
  return (field) => {
    if (field.startsWith('@')) return own[field];
    json ??= parsed(message);
    return selectJson(json, `$.${field}`) ?? undefined;
  };
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return {};
  }
}

function order(by: Sort[]): (a: Row, b: Row) => number {
  return (a, b) => {
    for (const { field, isDescending } of by) {
      const compared = compare(a(field), b(field));
      if (compared !== 0) return isDescending ? -compared : compared;
    }
    return 0;
  };
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function aggregated({ aggregates, groups }: Extract<Command, { kind: 'stats' }>, rows: Row[]): Row[] {
  const keyOf = (row: Row) => groups.map((group) => groupValue(group, row));
  const members = Map.groupBy(rows, (row) => JSON.stringify(keyOf(row)));
  return [...members.values()].map((same) => {
    const first = same[0] as Row;
    const values = new Map<string, unknown>([
      ...groups.map((group): [string, unknown] => [group.field, groupValue(group, first)]),
      ...aggregates.map((aggregate): [string, unknown] => [aggregate.as, aggregateOf(aggregate, same)]),
    ]);
    return (field) => values.get(field);
  });
}

function groupValue({ field, binMs }: Group, row: Row): unknown {
  return binMs === undefined ? row(field) : Math.floor(Number(row('@timestamp')) / binMs) * binMs;
}

function aggregateOf({ name, field, percent = 50 }: Aggregate, rows: Row[]): unknown {
  if (field === undefined) return rows.length;
  const values = rows.map((row) => row(field)).filter((value) => value !== undefined);
  if (name === 'count') return values.length;
  if (name === 'count_distinct') return new Set(values).size;
  const numbers = values.map(Number).filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((total, value) => total + value, 0);
  const ranked = numbers.toSorted((a, b) => a - b);
  const results: Record<string, number | undefined> = {
    sum,
    avg: sum / numbers.length,
    min: ranked[0],
    max: ranked.at(-1),
    pct: ranked[Math.max(0, Math.ceil((percent / 100) * ranked.length) - 1)],
  };
  return results[name];
}

/** Everything is text, and what is not there is left out. */
function result(row: Row, fields: string[]): ResultRow {
  return fields.flatMap((field) => {
    const value = row(field);
    if (value === undefined) return [];
    return [
      {
        field,
        value: isTime(field)
          ? timeText(Number(value))
          : typeof value === 'object'
            ? JSON.stringify(value)
            : String(value),
      },
    ];
  });
}

function isTime(field: string): boolean {
  return field === '@timestamp' || field === '@ingestionTime' || field.startsWith('bin(');
}

/** `2026-11-23 08:30:00.000`, in UTC. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
