import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { GetUser, userToApi } from './user-api.ts';
import { readUser } from './user-table.ts';

export const handler = httpHandler(GetUser, async ({ caller, params }) => {
  const userId = params.user_id ?? '';
  mustOwn(caller, userId, 'user');
  const user = await readUser(userId);
  return ok(userToApi(user), { etag: `"${user.version}"` });
});
