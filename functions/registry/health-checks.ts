import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import type { ListedInstance } from './registry.ts';

const Target = z.object({ instance_id: z.string(), health_check_url: z.string() });
export type Target = z.infer<typeof Target>;

/** Instances that are to be checked at a time. */
export const CheckMessage = z.object({ due_at: z.iso.datetime(), targets: z.array(Target), cause: Cause });
export type CheckMessage = z.infer<typeof CheckMessage>;

/** Checks that are made one beside the other, for one message. */
const MOST_TARGETS = 25;
/** A check that is later than this is left out: others have been due since. */
const STALE_AFTER_MS = 30_000;

/** Checks that are due together. */
export interface Round {
  delaySeconds: number;
  due_at: string;
  targets: Target[];
}

export interface Minute {
  now: Date;
  /** Between two checks of an instance. */
  everySeconds: number;
}

/**
 * The checks of one minute: EventBridge's clock is no finer, so that the minute is cut in pieces by delays. Instances
 * that come and go with a deployment have the platform to look after them: they are checked once a minute.
 */
export function roundsOf(instances: ListedInstance[], { now, everySeconds }: Minute): Round[] {
  const delays = Array.from({ length: Math.max(1, Math.floor(60 / everySeconds)) }, (_, round) => round * everySeconds);
  return delays.flatMap((delaySeconds) => {
    const due = instances.filter(({ managed }) => delaySeconds === 0 || !managed);
    const due_at = new Date(now.getTime() + delaySeconds * 1000).toISOString();
    return chunks(due.map(targetOf), MOST_TARGETS).map((targets) => ({ delaySeconds, due_at, targets }));
  });
}

export function targetOf({ instance_id, health_check_url }: ListedInstance): Target {
  return { instance_id, health_check_url };
}

export function isStale({ due_at }: Pick<CheckMessage, 'due_at'>, now: Date): boolean {
  return now.getTime() - Date.parse(due_at) > STALE_AFTER_MS;
}

function chunks<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, chunk) =>
    all.slice(chunk * size, (chunk + 1) * size),
  );
}
