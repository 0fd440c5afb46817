import { randomUUID } from 'node:crypto';
import { invoke } from './embedded-cloud.ts';
import { shop } from './end-to-end.ts';
import { eventually } from './eventually.ts';
import type { Answer, Json } from './shop.ts';

const cause = { correlation_id: 'test', causation_id: 'test', traceparent: '' };

/** Registers a server of this machine, which answers its health check with 2xx, and waits until it is healthy. */
export async function registered(url: string, said: Json = {}): Promise<Json> {
  const { hostname, port } = new URL(url);
  const instance = shop.anInstance({ host: hostname, port: Number(port), health_check_url: `${url}/health`, ...said });
  const { status, body } = await shop.registerInstance(instance);
  if (status !== 201) throw new Error(`Registering answered ${status}: ${JSON.stringify(body)}`);
  await becomes(instance, 'healthy');
  return instance;
}

/** Checks the instance, as the schedule would, until it has the status. */
export async function becomes(instance: Json, status: string): Promise<void> {
  const { instance_id, health_check_url, service_name } = instance;
  await eventually(async () => {
    const check = { due_at: new Date().toISOString(), targets: [{ instance_id, health_check_url }], cause };
    const record = { messageId: randomUUID(), body: JSON.stringify(check) };
    await invoke('registry: check-instances', { Records: [record] });
    const { body } = await shop.call(`GET /api/v1/services/${service_name}`, await shop.admin());
    return body.instances.find(({ id }: Json) => id === instance_id)?.status === status;
  });
}

/** Calls what is forwarded. An execution environment of the gateway may know a new route 2 s later, an instance 5 s. */
export function callForwarded(...request: Parameters<typeof shop.call>): Promise<Answer> {
  return eventually(async () => {
    const answer = await shop.call(...request);
    return !['ROUTE_NOT_FOUND', 'NO_HEALTHY_INSTANCE'].includes(answer.body?.code) && answer;
  });
}
