import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { publicJwk } from './token.ts';

/** `GET /.well-known/jwks.json` */
export const handler = httpHandler({ auth: 'public' }, async () =>
  ok({ keys: [await publicJwk()] }, { 'cache-control': 'public, max-age=300' }),
);
