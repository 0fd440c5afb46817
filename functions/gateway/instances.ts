import * as z from 'zod/mini';
import type { Cause } from '#events/event.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { log } from '#lib/runtime/log.ts';
import { ServiceClient } from '#lib/runtime/service-client.ts';
import { NoHealthyInstance } from './gateway-problems.ts';

export interface Instance {
  id: string;
  host: string;
  port: number;
}

/** What is read of the registry's answer. */
const ServiceList = z.object({
  services: z.array(
    z.object({
      name: z.string(),
      instances: z.array(z.object({ id: z.string(), host: z.string(), port: z.int(), status: z.string() })),
    }),
  ),
});
type ServiceList = z.infer<typeof ServiceList>['services'];

/** How long an execution environment goes by what the registry said. */
const FRESH_MS = 2_000;
/** The registry answers in a few milliseconds or is in trouble: then what is known has to do. */
const TIMEOUT_MS = 1_000;

let registry: ServiceClient | undefined;
let known: { services: ServiceList; askedAtMs: number } | undefined;

/**
 * The healthy instances of a service: as the registry says or, while it cannot be asked, as it said last. Throws
 * {@link NoHealthyInstance} when there is none.
 */
export async function healthyInstances(service: string, cause: Cause, now: Date): Promise<Instance[]> {
  const services = await knownServices(cause, now.getTime());
  const instances = services.find(({ name }) => name === service)?.instances ?? [];
  const healthy = instances.filter(({ status }) => status === 'healthy');
  if (healthy.length === 0) throw new NoHealthyInstance(service);
  return healthy;
}

async function knownServices(cause: Cause, atMs: number): Promise<ServiceList> {
  if (known && atMs - known.askedAtMs < FRESH_MS) return known.services;
  registry ??= new ServiceClient({ baseUrl: requiredEnv('API_URL'), timeoutMs: TIMEOUT_MS });
  const { correlation_id, traceparent } = cause;
  const answer = await registry.get('/api/v1/services', { 'x-correlation-id': correlation_id, traceparent });
  const list = ServiceList.safeParse(answer.outcome === 'answered' ? answer.body : undefined);
  if (!list.success) log.warn('registry not asked: going by what it said last', { correlation_id, ...answer });
  known = { services: list.data?.services ?? known?.services ?? [], askedAtMs: atMs };
  return known.services;
}
