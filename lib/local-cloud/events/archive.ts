import type { TraceHeader } from '../core/service.ts';
import { compileEventPattern, type EventMatcher } from './event-pattern.ts';
import type { BusEvent } from './model.ts';

const DAY_MS = 86_400_000;

export interface ArchiveSettings {
  name: string;
  arn: string;
  busArn: string;
  description?: string;
  /** JSON; without it every event is kept. */
  eventPattern?: string;
  /** 0 keeps events for ever. */
  retentionDays: number;
}

export interface ArchivedEvent {
  event: BusEvent;
  trace?: TraceHeader;
}

interface Entry extends ArchivedEvent {
  archivedAt: number;
  bytes: number;
}

/** Keeps the events of a bus that match its pattern, in memory. Events that a replay brings are not kept again. */
export class Archive {
  readonly settings: ArchiveSettings;
  readonly createdAt: number;
  #matches: EventMatcher;
  #entries: Entry[] = [];

  constructor(settings: ArchiveSettings, now: number) {
    this.settings = settings;
    this.createdAt = now;
    this.#matches = settings.eventPattern ? compileEventPattern(settings.eventPattern) : () => true;
  }

  offer({ event, trace }: ArchivedEvent, now: number): void {
    this.#expire(now);
    if (event['replay-name'] !== undefined || !this.#matches(event)) return;
    this.#entries.push({ event, trace, archivedAt: now, bytes: Buffer.byteLength(JSON.stringify(event)) });
  }

  /** The events that happened in the time from `start` up to `end`, the earliest first. */
  between(start: number, end: number, now: number): ArchivedEvent[] {
    this.#expire(now);
    return this.#entries
      .filter(({ event }) => isWithin(Date.parse(event.time), start, end))
      .sort((a, b) => Date.parse(a.event.time) - Date.parse(b.event.time));
  }

  size(now: number): { events: number; bytes: number } {
    this.#expire(now);
    return { events: this.#entries.length, bytes: this.#entries.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  #expire(now: number): void {
    if (this.settings.retentionDays === 0) return;
    const oldest = now - this.settings.retentionDays * DAY_MS;
    const kept = this.#entries.findIndex(({ archivedAt }) => archivedAt > oldest);
    this.#entries.splice(0, kept === -1 ? this.#entries.length : kept);
  }
}

function isWithin(time: number, start: number, end: number): boolean {
  return time >= start && time < end;
}
