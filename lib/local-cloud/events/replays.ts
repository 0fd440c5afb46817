import { AwsError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';
import type { Archive, ArchivedEvent } from './archive.ts';
import type { EventBuses } from './buses.ts';
import type { Router } from './router.ts';

// How many events a replay brings at a time; in between it can be cancelled.
const CHUNK = 100;

export interface ReplaySettings {
  name: string;
  description?: string;
  archive: Archive;
  /** Only events that happened from here ... */
  start: number;
  /** ... up to here. */
  end: number;
  destination: { Arn: string; FilterArns?: string[] };
}

export interface Replay extends ReplaySettings {
  arn: string;
  state: 'STARTING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED';
  startedAt: number;
  endedAt?: number;
  lastEventAt?: number;
  cancelTimer: () => void;
}

interface ReplaysParts {
  context: CloudContext;
  buses: EventBuses;
  router: Router;
}

/** Brings archived events back onto their bus, in the background. */
export class Replays {
  readonly all = new Map<string, Replay>();
  #parts: ReplaysParts;

  constructor(parts: ReplaysParts) {
    this.#parts = parts;
  }

  arn(name: string): string {
    return this.#parts.context.account.arn('events', `replay/${name}`);
  }

  get(name: string): Replay {
    const replay = this.all.get(name);
    if (replay) return replay;
    throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
  }

  start(settings: ReplaySettings): Replay {
    const { clock } = this.#parts.context;
    const events = settings.archive.between(settings.start, settings.end, clock.now());
    const replay: Replay = {
      ...settings,
      arn: this.arn(settings.name),
      state: 'STARTING',
      startedAt: clock.now(),
      cancelTimer: clock.schedule(0, () => this.#bringBack(replay, events)),
    };
    this.all.set(replay.name, replay);
    return replay;
  }

  cancel(replay: Replay): void {
    if (replay.state !== 'STARTING' && replay.state !== 'RUNNING') {
      throw new AwsError('IllegalStatusException', `Replay ${replay.name} is not in a valid state for this operation.`);
    }
    this.#end(replay, 'CANCELLED');
  }

  stop(): void {
    for (const replay of this.all.values()) replay.cancelTimer();
  }

  #bringBack(replay: Replay, events: ArchivedEvent[]): void {
    const { router, buses, context } = this.#parts;
    const bus = buses.get(replay.destination.Arn);
    replay.state = 'RUNNING';
    for (const { event, trace } of events.slice(0, CHUNK)) {
      const replayed = { ...event, 'replay-name': replay.name };
      router.publish(bus, replayed, { trace, ruleArns: replay.destination.FilterArns });
      replay.lastEventAt = Date.parse(event.time);
    }
    const left = events.slice(CHUNK);
    if (left.length === 0) this.#end(replay, 'COMPLETED');
    else replay.cancelTimer = context.clock.schedule(0, () => this.#bringBack(replay, left));
  }

  #end(replay: Replay, state: 'COMPLETED' | 'CANCELLED'): void {
    replay.cancelTimer();
    replay.state = state;
    replay.endedAt = this.#parts.context.clock.now();
  }
}
