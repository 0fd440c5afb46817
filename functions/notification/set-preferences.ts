import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { SetPreferences } from './notification-api.ts';
import { keepPreferences } from './recipient-table.ts';

export const handler = httpHandler(SetPreferences, async ({ caller, body }) => {
  await keepPreferences(caller.user_id, body);
  return ok(body);
});
