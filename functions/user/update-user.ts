import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { mustMatch } from '#lib/runtime/http/etag.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { rateLimited } from '#lib/runtime/rate-limit/rate-limited.ts';
import { hashPassword } from './password.ts';
import { update } from './user.ts';
import { etag, UpdateUser, userToApi } from './user-api.ts';
import { changeUser, mustBeFree, type StoredUser } from './user-table.ts';

/** Tokens that are out stay valid, also after a new password: they last an hour at most. */
export const handler = httpHandler(
  UpdateUser,
  rateLimited(UpdateUser, async ({ caller, params, headers, body, cause, now }) => {
    const userId = params.user_id ?? '';
    mustOwn(caller, userId, 'user');
    const { password, ...names } = body;
    await mustBeFree(names, userId);
    const changes = { ...names, password_hash: password && (await hashPassword(password)) };
    const rule = (before: StoredUser) => {
      mustMatch(headers['if-match'], [etag(before)]);
      return update(before, changes, now);
    };
    const user = await changeUser(userId, rule, { cause, now });
    return ok(userToApi(user), { etag: etag(user) });
  }),
);
