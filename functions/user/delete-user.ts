import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { noContent } from '#lib/runtime/http/response.ts';
import { DeleteUser } from './user-api.ts';
import { eraseUser } from './user-table.ts';

/** The other services erase on `user.deleted`, a moment later. */
export const handler = httpHandler(DeleteUser, async ({ caller, params, cause, now }) => {
  const userId = params.user_id ?? '';
  mustOwn(caller, userId, 'user');
  await eraseUser(userId, { cause, now });
  return noContent();
});
