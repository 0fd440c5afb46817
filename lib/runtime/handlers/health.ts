import { requiredEnv } from '../config.ts';
import { GetHealth } from '../http/health-api.ts';
import { httpHandler } from '../http/http-handler.ts';
import { ok } from '../http/response.ts';

export const handler = httpHandler(GetHealth, async () =>
  ok(
    { service: requiredEnv('SERVICE_NAME'), version: requiredEnv('SERVICE_VERSION'), status: 'healthy' },
    { 'cache-control': 'no-store' },
  ),
);
