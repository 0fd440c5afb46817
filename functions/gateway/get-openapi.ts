import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import contract from '../../contracts/openapi.json' with { type: 'json' };
import { GetOpenapi } from './gateway-api.ts';

export const handler = httpHandler(GetOpenapi, async () => ok(contract, { 'cache-control': 'public, max-age=300' }));
