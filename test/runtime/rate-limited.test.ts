import { beforeAll, describe, expect, test } from '@jest/globals';
import type { mustBeWithin, rateLimitHeaders } from '#lib/runtime/rate-limit/rate-limited.ts';

let within: typeof mustBeWithin;
let headersOf: typeof rateLimitHeaders;

beforeAll(async () => {
  const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: 'us-east-1' };
  const nowhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', TABLE_NAME: 'none' };
  Object.assign(process.env, credentials, nowhere, {
    SERVICE_NAME: 'test',
    FUNCTION_NAME: 'test',
    AWS_LAMBDA_LOG_LEVEL: 'FATAL',
  });
  ({ mustBeWithin: within, rateLimitHeaders: headersOf } = await import('#lib/runtime/rate-limit/rate-limited.ts'));
});

describe('a limit', () => {
  test('lets everybody through while its table cannot be reached', async () => {
    const origin = { user_id: 'jane', sourceIp: '192.0.2.7' };

    await expect(within({ name: 'test', perMinute: 1 }, origin, new Date())).resolves.toEqual({});
  });

  test('is told as the draft says', () => {
    const limit = { name: 'logIn', perMinute: 1_200 };

    expect(headersOf({ isAllowed: true, limit, remaining: 1_199, seconds: 1 })).toEqual({
      'ratelimit-policy': '"logIn";q=1200;w=60',
      ratelimit: '"logIn";r=1199;t=1',
    });
  });
});
