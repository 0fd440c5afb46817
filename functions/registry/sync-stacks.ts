import * as z from 'zod/mini';
import type { Cause } from '#events/event.ts';
import { queueConsumer } from '#lib/runtime/events/queue-consumer.ts';
import { log } from '#lib/runtime/log.ts';
import { currentTraceparent } from '#lib/runtime/trace.ts';
import { differences, isRegistered, readDeployedStacks } from './deployed-stacks.ts';
import { deregister, isListed, type Registration, register } from './registry.ts';
import { changeInstance, keepServiceVersion, listInstances } from './registry-table.ts';

/** What EventBridge sends when a parameter of a stack has changed, and when it is time. */
const Tick = z.object({ id: z.string() });

/**
 * Runs when a stack is deployed or removed, and every minute, should nobody have told: registers what is deployed and
 * takes off the list what is not. A needless or repeated run finds nothing to do.
 */
export const handler = queueConsumer(Tick, {
  originOf: ({ id }) => ({ correlation_id: id }),
  async consume({ id }) {
    const cause = { correlation_id: id, causation_id: id, traceparent: currentTraceparent() };
    const deployed = await readDeployedStacks();
    // This service is deployed, or it would not run: without it, the rest cannot be believed either.
    if (!deployed.some(({ service_name }) => service_name === 'registry')) throw new Error('The parameters are gone.');
    const { toRegister, toDeregister } = differences(deployed, await listInstances());
    await all([
      ...toRegister.map((registration) => registerStack(registration, cause)),
      ...toDeregister.map(({ instance_id }) => deregisterStack(instance_id, cause)),
    ]);
  },
});

/** One that fails does not keep the others back; it is tried again with the next run. */
async function all(work: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Unless another run has done it meanwhile: each stack of a deployment makes one. */
async function registerStack(registration: Registration, cause: Cause): Promise<void> {
  const now = new Date();
  const { instance_id, service_name } = registration;
  const registered = await changeInstance(
    instance_id,
    (before) => (isRegistered(registration, before) ? null : register(before, registration, now)),
    { cause, now },
  );
  if (!registered) return;
  await keepServiceVersion(registration, now);
  log.info('stack registered', { service_name });
}

/** Unless somebody else has taken the id meanwhile. */
async function deregisterStack(instanceId: string, cause: Cause): Promise<void> {
  const leave = { cause, now: new Date() };
  await changeInstance(
    instanceId,
    (before) => (isListed(before) && before.managed ? deregister(before, 'deregistered') : null),
    leave,
  );
  log.info('stack deregistered', { instance_id: instanceId });
}
