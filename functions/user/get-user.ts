import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { ordersOf } from './orders-of-user.ts';
import { etag, GetUser, userToApi } from './user-api.ts';
import { readUser } from './user-table.ts';

export const handler = httpHandler(GetUser, async ({ caller, params, query, headers, cause }) => {
  const userId = params.user_id ?? '';
  mustOwn(caller, userId, 'user');
  const user = await readUser(userId);
  const orders = query.include && (await ordersOf(userId, { authorization: headers.authorization, cause }));
  return ok({ ...userToApi(user), ...orders }, { etag: etag(user) });
});
