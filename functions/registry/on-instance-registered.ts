import { InstanceRegistered } from '#events/registry-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { checkInstance } from './check-instance.ts';
import { askForChecks } from './check-queue.ts';
import { roundsOf, targetOf } from './health-checks.ts';
import { isListed } from './registry.ts';
import { checkEverySeconds } from './registry-settings.ts';
import { findInstance } from './registry-table.ts';

/** Checks a new instance at once, so that it is of use a moment after it has registered, or, if it is not up yet, soon. */
export const handler = subscriber(
  on(InstanceRegistered, async ({ data, cause }) => {
    const registered = await findInstance(data.instance_id);
    if (!isListed(registered)) return;
    const now = new Date();
    const checked = await checkInstance(targetOf(registered), { due_at: now.toISOString(), cause });
    if (checked?.status === 'healthy') return;
    const [, ...later] = roundsOf([registered], { now, everySeconds: checkEverySeconds() });
    await askForChecks(later, cause);
  }),
);
