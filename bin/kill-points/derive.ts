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
  /** The call is made only by processes that have handled little before. */
  isColdOnly: boolean;
}

/** Undisturbed orders, and the functions by their physical names. */
export interface Recorded {
  calls: RecordedCall[];
  storyOf: Map<string, Story>;
  functions: Map<string, string>;
}

/**
 * Before and after each call that is made for an order. Stories begin alike: a call that follows the same calls of the
 * same function as in an earlier story is the same place. Each story is recorded several times, and what is not called
 * each time (another try, because two have met at a row) is left out: nobody could aim at it.
 */
export function deriveKillPoints({ calls, storyOf, functions }: Recorded): KillPoint[] {
  const isCold = coldKinds(calls);
  const counts = countsOf(calls);
  const seen = new Map<string, number>();
  const trails = new Map<string, string>();
  const known = new Set<string>();
  return calls.flatMap((call) => {
    const { orderId, functionName, service, action, what, about } = call;
    const nth = count(seen, keyOf(orderId, call));
    const isColdOnly = isCold.has(kindOf(call));
    const trailOf = `${orderId} ${functionName}`;
    const place = `${trails.get(trailOf) ?? functionName} > ${service}:${action} ${what}`;
    // Whether a process was new when an order came by makes no other place of what it does afterwards.
    if (!isColdOnly) trails.set(trailOf, place);
    const story = storyOf.get(orderId);
    const fn = functions.get(functionName);
    if (!story || !fn || known.has(place)) return [];
    const ofStory = [...storyOf].flatMap(([id, other]) => (other === story ? id : []));
    const isEachTime = ofStory.every((id) => (counts.get(keyOf(id, call)) ?? 0) >= nth);
    if (!isEachTime && !isColdOnly) return [];
    known.add(place);
    const point = { story, function: fn, functionName, service, action, nth, what, isAboutKey: about !== orderId };
    return KILLS.map((kill) => ({ ...point, kill, isColdOnly }));
  });
}

/** What only new processes call: those that had done it before did without. */
function coldKinds(calls: RecordedCall[]): Set<string> {
  const ordersOf = Map.groupBy(calls, ({ functionName }) => functionName);
  const kinds = Map.groupBy(calls, kindOf);
  const isCold = (of: RecordedCall[]) => {
    const served = new Set(ordersOf.get(of[0]?.functionName ?? '')?.map(({ orderId }) => orderId));
    const isAlways = new Set(of.map(({ orderId }) => orderId)).size === served.size;
    const first = of.filter(({ isFirstOfProcess }) => isFirstOfProcess);
    return first.length === of.length || (first.length > 0 && !isAlways);
  };
  return new Set([...kinds].flatMap(([kind, of]) => (isCold(of) ? kind : [])));
}

function countsOf(calls: RecordedCall[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of calls) count(counts, keyOf(call.orderId, call));
  return counts;
}

function count(counts: Map<string, number>, key: string): number {
  const now = (counts.get(key) ?? 0) + 1;
  counts.set(key, now);
  return now;
}

const keyOf = (orderId: string, call: RecordedCall) => `${orderId} ${kindOf(call)}`;

function kindOf({ functionName, service, action }: RecordedCall): string {
  return `${functionName} ${service}:${action}`;
}
