import { log } from '#lib/runtime/log.ts';
import { RoutesUnavailable } from './gateway-problems.ts';
import { readRoutesUnless } from './live-route-table.ts';
import { type RouteFinder, routeFinder } from './route-finder.ts';

/** How long an execution environment goes by what it has read: with the time of a read, a change is in force within 5 s. */
const FRESH_MS = 2_000;

let known: { revision: number; find: RouteFinder; checkedAtMs: number } | undefined;

/** The routes as they were at most {@link FRESH_MS} ago; older ones while the table cannot be read. */
export async function liveRoutes(now: Date): Promise<RouteFinder> {
  const at = now.getTime();
  if (known && at - known.checkedAtMs < FRESH_MS) return known.find;
  try {
    const table = await readRoutesUnless(known?.revision);
    known = table
      ? { revision: table.revision, find: routeFinder(table.routes), checkedAtMs: at }
      : { ...(known as NonNullable<typeof known>), checkedAtMs: at };
    return known.find;
  } catch (cause) {
    if (!known) throw new RoutesUnavailable('Routes cannot be read at the moment: try again.', { cause });
    log.warn('routes not read: going by those that are known', { error: cause as Error });
    known = { ...known, checkedAtMs: at };
    return known.find;
  }
}
