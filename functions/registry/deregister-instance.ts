import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { noContent } from '#lib/runtime/http/response.ts';
import { deregister, mustBeOf } from './registry.ts';
import { DeregisterInstance } from './registry-api.ts';
import { changeInstance } from './registry-table.ts';

export const handler = httpHandler(DeregisterInstance, async ({ params, cause, now }) => {
  const { service_name = '', instance_id = '' } = params;
  await changeInstance(instance_id, (before) => deregister(mustBeOf(service_name, before), 'deregistered'), {
    cause,
    now,
  });
  return noContent();
});
