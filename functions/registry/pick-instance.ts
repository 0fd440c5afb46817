import { randomInt } from 'node:crypto';
import { AppError } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { PickInstance, pickedToApi } from './registry-api.ts';
import { listInstances, nextTurn } from './registry-table.ts';
import { healthyOnes } from './service-list.ts';

export const handler = httpHandler(PickInstance, async ({ params, query }) => {
  const name = params.service_name ?? '';
  const healthy = healthyOnes(await listInstances(name), query.version);
  if (healthy.length === 0) throw new AppError('NO_HEALTHY_INSTANCE', 503, 'No instance of this service is healthy.');
  const turn = query.strategy === 'round-robin' ? await nextTurn(name) : randomInt(healthy.length);
  const picked = healthy[turn % healthy.length];
  return ok(picked && pickedToApi(picked));
});
