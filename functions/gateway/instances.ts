import type { Cause } from '#events/event.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { Discovery } from '#lib/runtime/discovery.ts';
import { NoHealthyInstance } from './gateway-problems.ts';

/** The registry may have to start first, and without it nothing is known: worth more patience than between services. */
const TIMEOUT_MS = 2_000;

// One for all requests of an execution environment: it keeps what the registry has said.
let discovery: Discovery | undefined;

/**
 * Base URLs of the healthy instances of a service: as the registry says or, while it cannot be asked, as it said last.
 * Throws {@link NoHealthyInstance} when there is none.
 */
export async function healthyInstances(service: string, { correlation_id, traceparent }: Cause): Promise<string[]> {
  discovery ??= new Discovery({ listUrl: requiredEnv('REGISTRY_URL'), timeoutMs: TIMEOUT_MS });
  const instances = await discovery.find(service, { 'x-correlation-id': correlation_id, traceparent });
  if (instances.length === 0) throw new NoHealthyInstance(service);
  return instances;
}
