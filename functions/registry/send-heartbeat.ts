import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { noContent } from '#lib/runtime/http/response.ts';
import { heartbeat, mustBeOf } from './registry.ts';
import { SendHeartbeat } from './registry-api.ts';
import { changeInstance } from './registry-table.ts';

export const handler = httpHandler(SendHeartbeat, async ({ params, query, cause, now }) => {
  const { service_name = '', instance_id = '' } = params;
  const stopping = query.status === 'stopping';
  await changeInstance(instance_id, (before) => heartbeat(mustBeOf(service_name, before), stopping, now), {
    cause,
    now,
  });
  return noContent();
});
