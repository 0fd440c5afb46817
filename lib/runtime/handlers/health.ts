import { requiredEnv } from '../config.ts';
import { httpHandler } from '../http/http-handler.ts';
import { ok } from '../http/response.ts';

/** `GET /api/v1/<service>/health`, asked by people, monitors and the registry. */
export const handler = httpHandler({ auth: 'public' }, async () =>
  ok(
    { service: requiredEnv('SERVICE_NAME'), version: requiredEnv('SERVICE_VERSION'), status: 'healthy' },
    { 'cache-control': 'no-store' },
  ),
);
