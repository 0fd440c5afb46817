import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { rateLimited } from '#lib/runtime/rate-limit/rate-limited.ts';
import { countLoginFailure, forgetLoginFailures, mustNotBeLocked } from './login-failures-table.ts';
import { passwordMatches } from './password.ts';
import { issueToken, TOKEN_LIFETIME_SECONDS } from './token.ts';
import { canonical, InvalidCredentials } from './user.ts';
import { LogIn } from './user-api.ts';
import { findUser } from './user-table.ts';

export const handler = httpHandler(
  LogIn,
  rateLimited(LogIn, async ({ body, now }) => {
    const login = canonical('username' in body ? body.username : body.email);
    await mustNotBeLocked(login, now);
    const user = await findUser(body);
    const matches = await passwordMatches(body.password, user?.password_hash);
    if (!user || !matches) {
      await countLoginFailure(login, now);
      throw new InvalidCredentials();
    }
    await forgetLoginFailures(login, now);
    const token = {
      access_token: await issueToken(user, now),
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME_SECONDS,
      user_id: user.user_id,
    };
    return ok(token, { 'cache-control': 'no-store' });
  }),
);
