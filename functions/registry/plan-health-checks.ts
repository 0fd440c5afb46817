import * as z from 'zod/mini';
import { queueConsumer } from '#lib/runtime/events/queue-consumer.ts';
import { currentTraceparent } from '#lib/runtime/trace.ts';
import { askForChecks } from './check-queue.ts';
import { roundsOf } from './health-checks.ts';
import { checkEverySeconds } from './registry-settings.ts';
import { listInstances } from './registry-table.ts';

/** What EventBridge sends when it is time. */
const Tick = z.object({ id: z.string() });

/** Runs every minute and plans the checks of the next one. A repeated run makes checks that are none too many. */
export const handler = queueConsumer(Tick, {
  originOf: ({ id }) => ({ correlation_id: id }),
  async consume({ id }) {
    const cause = { correlation_id: id, causation_id: id, traceparent: currentTraceparent() };
    const rounds = roundsOf(await listInstances(), { now: new Date(), everySeconds: checkEverySeconds() });
    await askForChecks(rounds, cause);
  },
});
