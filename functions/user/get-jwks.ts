import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { publicJwk } from './token.ts';
import { GetJwks } from './user-api.ts';

export const handler = httpHandler(GetJwks, async () =>
  ok({ keys: [await publicJwk()] }, { 'cache-control': 'public, max-age=300' }),
);
