import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { created } from '#lib/runtime/http/response.ts';
import { newId } from '#lib/runtime/ids.ts';
import { rateLimited } from '#lib/runtime/rate-limit/rate-limited.ts';
import { hashPassword } from './password.ts';
import { register } from './user.ts';
import { etag, RegisterUser, userToApi } from './user-api.ts';
import { insertUser, mustBeFree } from './user-table.ts';

export const handler = httpHandler(
  RegisterUser,
  rateLimited(RegisterUser, async ({ body, cause, now }) => {
    const { password, ...names } = body;
    await mustBeFree(names);
    const password_hash = await hashPassword(password);
    const user = await insertUser(
      register({ ...names, password_hash, user_id: newId(), role: 'customer' }, now),
      cause,
    );
    return created(userToApi(user), { location: `/api/v1/users/${user.user_id}`, etag: etag(user) });
  }),
);
