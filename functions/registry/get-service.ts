import { NotFound } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { GetService, serviceToApi } from './registry-api.ts';
import { listInstances, listServiceVersions } from './registry-table.ts';
import { servicesOf } from './service-list.ts';

export const handler = httpHandler(GetService, async ({ params }) => {
  const name = params.service_name ?? '';
  const [versions, instances] = await Promise.all([listServiceVersions(name), listInstances(name)]);
  const [service] = servicesOf(versions, instances);
  if (!service) throw new NotFound('service');
  return ok(serviceToApi(service));
});
