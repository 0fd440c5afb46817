import { queueConsumer } from '#lib/runtime/events/queue-consumer.ts';
import { checkInstance } from './check-instance.ts';
import { CheckMessage, isStale } from './health-checks.ts';

/** Runs when checks are due. One that is repeated, or comes long after its time, changes nothing. */
export const handler = queueConsumer(CheckMessage, {
  originOf: ({ cause }) => cause,
  async consume(message) {
    if (isStale(message, new Date())) return;
    await Promise.all(message.targets.map((target) => checkInstance(target, message)));
  },
});
