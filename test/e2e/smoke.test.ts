// What is asked of a stage right after a deployment (`npm run smoke`): it changes nothing there.
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';

const SERVICES = [
  'user',
  'product',
  'inventory',
  'cart',
  'payment',
  'order',
  'notification',
  'view',
  'registry',
  'gateway',
];

describe('a deployed shop', () => {
  test.each(SERVICES)('says that %s is healthy', async (service) => {
    const { status, body } = await shop.call(`GET /api/v1/${service}/health`);

    expect({ status, body }).toMatchObject({ status: 200, body: { service, status: 'healthy' } });
  });

  test('shows its catalogue', async () => {
    const { status, body } = await shop.call('GET /api/v1/products?limit=1');

    expect(status).toBe(200);
    expect(body.products.length).toBeLessThanOrEqual(1);
  });

  test('publishes the keys that its tokens are checked with', async () => {
    const { status, body } = await shop.call('GET /.well-known/jwks.json');

    expect(status).toBe(200);
    expect(body.keys[0]).toMatchObject({ kty: 'EC', alg: 'ES256' });
  });

  test('lets nobody order who is not logged in', async () => {
    const { status, body } = await shop.call('POST /api/v1/orders', { body: {} });

    expect({ status, code: body.code }).toEqual({ status: 401, code: 'UNAUTHORIZED' });
  });
});
