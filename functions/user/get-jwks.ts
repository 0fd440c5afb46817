import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { publicJwks } from './token.ts';
import { GetJwks } from './user-api.ts';

export const handler = httpHandler(GetJwks, async () =>
  ok({ keys: await publicJwks() }, { 'cache-control': 'public, max-age=300' }),
);
