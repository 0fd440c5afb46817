import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';

export interface LogEvent {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}

export interface StoredEvent extends LogEvent {
  stream: string;
  ingestedAtMs: number;
  /** Grows by one with each event of the store: the order of arrival, and the base of ids and page tokens. */
  sequence: number;
}

export interface LogStream {
  name: string;
  createdAtMs: number;
  firstEventAtMs?: number;
  lastEventAtMs?: number;
  lastIngestedAtMs?: number;
}

export interface LogGroup {
  name: string;
  createdAtMs: number;
  retentionInDays?: number;
  streams: Map<string, LogStream>;
  /** In the order of arrival. */
  events: StoredEvent[];
  /** Characters of the messages held. */
  size: number;
}

/** What a group holds at most, so that memory stays flat however long the cloud runs: the oldest events go first. */
const MAX_EVENTS = 5_000;
const MAX_CHARACTERS = 4_000_000;
const MAX_STREAMS = 500;
const DAY_MS = 86_400_000;

/** Log groups with their streams and the latest of their events. */
export class LogStore {
  readonly #clock: Clock;
  readonly #groups = new Map<string, LogGroup>();
  #sequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  groups(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws `ResourceNotFoundException` in AWS's words. */
  group(name: string): LogGroup {
    const group = this.#groups.get(name);
    if (group) return group;
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }

  stream(groupName: string, name: string): LogStream {
    const stream = this.group(groupName).streams.get(name);
    if (stream) return stream;
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }

  createGroup(name: string, retentionInDays?: number): LogGroup {
    if (this.#groups.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    const group: LogGroup = { name, createdAtMs: this.#clock.now(), streams: new Map(), events: [], size: 0 };
    if (retentionInDays !== undefined) group.retentionInDays = retentionInDays;
    this.#groups.set(name, group);
    return group;
  }

  createStream(groupName: string, name: string): LogStream {
    const group = this.group(groupName);
    if (group.streams.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    const stream = { name, createdAtMs: this.#clock.now() };
    group.streams.set(name, stream);
    forgetOldestStream(group);
    return stream;
  }

  deleteGroup(name: string): void {
    this.group(name);
    this.#groups.delete(name);
  }

  deleteStream(groupName: string, name: string): void {
    this.stream(groupName, name);
    const group = this.group(groupName);
    group.streams.delete(name);
    group.events = group.events.filter((event) => event.stream !== name);
    group.size = group.events.reduce((sum, { message }) => sum + message.length, 0);
  }

  /** Appends events; group and stream come into being with their first event, as they do for Lambda functions. */
  append(groupName: string, streamName: string, events: LogEvent[]): void {
    const group = this.#groups.get(groupName) ?? this.createGroup(groupName);
    const stream = group.streams.get(streamName) ?? this.createStream(groupName, streamName);
    const ingestedAtMs = this.#clock.now();
    for (const { timestamp, message } of events) {
      this.#sequence += 1;
      group.events.push({ timestamp, message, stream: streamName, ingestedAtMs, sequence: this.#sequence });
      group.size += message.length;
      stream.firstEventAtMs = Math.min(stream.firstEventAtMs ?? timestamp, timestamp);
      stream.lastEventAtMs = Math.max(stream.lastEventAtMs ?? timestamp, timestamp);
    }
    stream.lastIngestedAtMs = ingestedAtMs;
    trim(group);
  }

  /** What is still there to read: retention has taken what is older. */
  events(groupName: string): StoredEvent[] {
    const { events, retentionInDays } = this.group(groupName);
    if (retentionInDays === undefined) return events;
    const oldest = this.#clock.now() - retentionInDays * DAY_MS;
    return events.filter(({ timestamp }) => timestamp >= oldest);
  }
}

/** Drops a fifth at once: to move the whole array for each new event would cost more than it saves. */
function trim(group: LogGroup): void {
  if (group.events.length <= MAX_EVENTS && group.size <= MAX_CHARACTERS) return;
  let drop = 0;
  const tooMany = () => group.events.length - drop > MAX_EVENTS * 0.8 || group.size > MAX_CHARACTERS * 0.8;
  while (drop < group.events.length - 1 && tooMany()) {
    group.size -= group.events[drop]?.message.length ?? 0;
    drop += 1;
  }
  group.events.splice(0, drop);
}

function forgetOldestStream(group: LogGroup): void {
  if (group.streams.size <= MAX_STREAMS) return;
  const [oldest] = group.streams.keys();
  if (oldest !== undefined) group.streams.delete(oldest);
}
