import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { ListServices, serviceToApi } from './registry-api.ts';
import { listInstances, listServiceVersions } from './registry-table.ts';
import { servicesOf } from './service-list.ts';

export const handler = httpHandler(ListServices, async () => {
  const [versions, instances] = await Promise.all([listServiceVersions(), listInstances()]);
  return ok({ services: servicesOf(versions, instances).map(serviceToApi) });
});
