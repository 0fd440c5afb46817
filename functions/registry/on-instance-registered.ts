import { InstanceRegistered } from '#events/registry-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { checkInstance } from './check-instance.ts';
import { askForChecks } from './check-queue.ts';
import { roundsOf, targetOf } from './health-checks.ts';
import { isListed } from './registry.ts';
import { checkEverySeconds } from './registry-settings.ts';
import { findInstance } from './registry-table.ts';

/**
 * Checks a new instance at once, so that it is of use a moment after it has registered, and asks for the checks of its
 * first minute: what plans the others may just have run.
 */
export const handler = subscriber(
  on(InstanceRegistered, async ({ data, cause }) => {
    const registered = await findInstance(data.instance_id);
    if (!isListed(registered)) return;
    const now = new Date();
    await checkInstance(targetOf(registered), { due_at: now.toISOString(), cause });
    // A stack too: its functions may be slow the first time.
    const [, ...later] = roundsOf([{ ...registered, managed: false }], { now, everySeconds: checkEverySeconds() });
    await askForChecks(later, cause);
  }),
);
