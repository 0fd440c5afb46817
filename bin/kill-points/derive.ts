import type { FaultAction } from '#lib/local-cloud/faults/fault.ts';
import type { RecordedCall } from './recorder.ts';
import type { Story } from './stories.ts';

export const KILLS = ['local:process-killed', 'local:process-killed-after-effect'] as const satisfies FaultAction[];
export type Kill = (typeof KILLS)[number];

/** A place in the life of an order at which the process of a function can be killed. */
export interface KillPoint {
  story: Story;
  /** Such as `payment/take-payment`. */
  function: string;
  functionName: string;
  kill: Kill;
  service: string;
  action: string;
  /** Of the calls of this action by this function for this order, from 1. */
  nth: number;
  what: string;
  isAboutKey: boolean;
  /** The call is made only by a process that has handled nothing before. */
  isColdOnly: boolean;
}

/** Undisturbed orders, and the functions by their physical names. */
export interface Recorded {
  calls: RecordedCall[];
  storyOf: Map<string, Story>;
  functions: Map<string, string>;
}

/**
 * Before and after each call that was made for an order. Stories begin alike: a call that follows the same calls of the
 * same function as in an earlier story is the same place.
 */
export function deriveKillPoints({ calls, storyOf, functions }: Recorded): KillPoint[] {
  const warm = new Set(calls.filter(({ isFirstOfProcess }) => !isFirstOfProcess).map(kindOf));
  const counts = new Map<string, number>();
  const trails = new Map<string, string>();
  const known = new Set<string>();
  return calls.flatMap((call) => {
    const { orderId, functionName, service, action, what, about } = call;
    const count = `${orderId} ${kindOf(call)}`;
    const nth = (counts.get(count) ?? 0) + 1;
    counts.set(count, nth);
    const isColdOnly = !warm.has(kindOf(call));
    const trailOf = `${orderId} ${functionName}`;
    const place = `${trails.get(trailOf) ?? functionName} > ${service}:${action} ${what}`;
    // Whether a process was new when an order came by makes no other place of what it does afterwards.
    if (!isColdOnly) trails.set(trailOf, place);
    const story = storyOf.get(orderId);
    const fn = functions.get(functionName);
    if (!story || !fn || known.has(place)) return [];
    known.add(place);
    const point = { story, function: fn, functionName, service, action, nth, what, isAboutKey: about !== orderId };
    return KILLS.map((kill) => ({ ...point, kill, isColdOnly }));
  });
}

function kindOf({ functionName, service, action }: RecordedCall): string {
  return `${functionName} ${service}:${action}`;
}
