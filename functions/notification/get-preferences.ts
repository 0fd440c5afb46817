import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { GetPreferences } from './notification-api.ts';
import { readPreferences } from './recipient-table.ts';

export const handler = httpHandler(GetPreferences, async ({ caller }) => ok(await readPreferences(caller.user_id)));
