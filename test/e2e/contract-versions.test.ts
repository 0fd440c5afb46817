import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { V2_MEDIA_TYPE } from '#lib/runtime/http/route.ts';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer, Buyer } from '../setup/shop.ts';

const accept = V2_MEDIA_TYPE;
const SUNSET = 'Mon, 22 Nov 2027 00:00:00 GMT';

let jane: Buyer;
let admin: Buyer;
let product_id: string;
let order_id: string;

beforeAll(async () => {
  [jane, admin, product_id] = await Promise.all([shop.aCustomer(), shop.admin(), shop.aProduct({ price: 19.99 })]);
  order_id = (await shop.placeOrder(jane, { product_id, quantity: 2 })).body.order_id;
});

const V1 = { price: 19.99, currency: 'USD' };
const V2 = { price: { amount: 1999, currency: 'USD' } };

function expectVersion(version: 1 | 2, { headers }: Answer): void {
  expect(headers.get('vary')).toBe('Accept');
  expect(headers.get('deprecation')).toBe(version === 1 ? '@1795305600' : null);
  expect(headers.get('sunset')).toBe(version === 1 ? SUNSET : null);
}

describe('a product', () => {
  test('has its price as a decimal in version 1, which is deprecated', async () => {
    const answer = await shop.call(`GET /api/v1/products/${product_id}`);

    expect(answer.body).toMatchObject(V1);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expectVersion(1, answer);
  });

  test('has its price in minor units in version 2, by path', async () => {
    const answer = await shop.call(`GET /api/v2/products/${product_id}`);

    expect(answer.body).toMatchObject(V2);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expectVersion(2, answer);
  });

  test.each(['v1', 'v2'])('is in version 2 for who accepts only that, under /api/%s', async (version) => {
    const answer = await shop.call(`GET /api/${version}/products/${product_id}`, { headers: { accept } });

    expect(answer.body).toMatchObject(V2);
    expect(answer.headers.get('content-type')).toBe(V2_MEDIA_TYPE);
    expectVersion(2, answer);
  });

  test.each(['application/json', '*/*', 'application/vnd.api.v1+json'])(
    'is in version 1 for who accepts %s',
    async (accept) => {
      const answer = await shop.call(`GET /api/v1/products/${product_id}`, { headers: { accept } });

      expect(answer.body).toMatchObject(V1);
      expectVersion(1, answer);
    },
  );

  test('has an ETag for each version', async () => {
    const [v1, v2] = await Promise.all(
      [1, 2].map((version) => shop.call(`GET /api/v${version}/products/${product_id}`)),
    );

    expect(v1?.headers.get('etag')).not.toBe(v2?.headers.get('etag'));
  });

  test('that is created in one version is read in the other', async () => {
    const made = (price: object) => ({ name: `P${randomUUID()}`, category: 'test', ...price });
    const v1 = await shop.call('POST /api/v1/products', { ...admin, body: made(V1) });
    const v2 = await shop.call('POST /api/v2/products', { ...admin, body: made(V2) });
    const byAccept = await shop.call('POST /api/v1/products', { ...admin, body: made(V2), headers: { accept } });

    expect([v1.status, v2.status, byAccept.status]).toEqual([201, 201, 201]);
    expect(v2.headers.get('location')).toBe(`/api/v2/products/${v2.body.product_id}`);
    expect((await shop.call(`GET /api/v2/products/${v1.body.product_id}`)).body).toMatchObject(V2);
    expect((await shop.call(`GET /api/v1/products/${v2.body.product_id}`)).body).toMatchObject(V1);
    expect((await shop.call(`GET /api/v1/products/${byAccept.body.product_id}`)).body).toMatchObject(V1);
  });

  test('is not taken in the words of the other version', async () => {
    const product = { name: 'P', category: 'test' };

    const answers = [
      await shop.call('POST /api/v1/products', { ...admin, body: { ...product, ...V2 } }),
      await shop.call('POST /api/v2/products', { ...admin, body: { ...product, ...V1 } }),
      await shop.call('POST /api/v1/products', { ...admin, body: { ...product, ...V1 }, headers: { accept } }),
    ];

    for (const answer of answers) expectProblem(answer, 400, 'VALIDATION_FAILED');
  });
});

describe('an order', () => {
  test('that was placed in version 1 is read in both', async () => {
    const [v1, v2, byAccept] = await Promise.all([
      shop.call(`GET /api/v1/orders/${order_id}`, jane),
      shop.call(`GET /api/v2/orders/${order_id}`, jane),
      shop.call(`GET /api/v1/orders/${order_id}`, { ...jane, headers: { accept } }),
    ]);

    expect(v1.body).toMatchObject({ total: 39.98, currency: 'USD', items: [{ price: 19.99 }] });
    expect(v2.body).toMatchObject({ total: { amount: 3998, currency: 'USD' }, items: [V2] });
    expect(byAccept.body).toMatchObject({ total: { amount: 3998, currency: 'USD' }, items: [V2] });
    expectVersion(1, v1);
    expectVersion(2, v2);
    expectVersion(2, byAccept);
  });

  test('is placed in version 2, and is the same order in version 1', async () => {
    const request = {
      token: jane.token,
      headers: { 'idempotency-key': randomUUID() },
      body: { items: [{ product_id, quantity: 1 }], payment_method: 'card_ok' },
    };

    const v2 = await shop.call('POST /api/v2/orders', request);
    const again = await shop.call('POST /api/v1/orders', request);

    expect(v2.headers.get('location')).toBe(`/api/v2/orders/${v2.body.order_id}`);
    expect(v2.body.total).toEqual({ amount: 1999, currency: 'USD' });
    expect(again.body).toMatchObject({ order_id: v2.body.order_id, total: 19.99, currency: 'USD' });
  });

  test('is listed in both', async () => {
    const [v1, v2] = await Promise.all(
      [1, 2].map((version) => shop.call(`GET /api/v${version}/orders/user/${jane.user_id}`, jane)),
    );

    expect(v1?.body.orders).toContainEqual(expect.objectContaining({ order_id, total: 39.98 }));
    expect(v2?.body.orders).toContainEqual(
      expect.objectContaining({ order_id, total: { amount: 3998, currency: 'USD' } }),
    );
  });
});

describe('a problem', () => {
  test.each<[string, 1 | 2, Record<string, string>]>([
    ['v1', 1, {}],
    ['v2', 2, {}],
    ['v1', 2, { accept }],
  ])('under /api/%s in version %d is problem+json, and says whether that goes', async (path, version, headers) => {
    const answers: [Answer, number, string][] = [
      [await shop.call(`GET /api/${path}/products/${randomUUID()}`, { headers }), 404, 'NOT_FOUND'],
      [await shop.call(`GET /api/${path}/orders/${order_id}`, { headers }), 401, 'UNAUTHORIZED'],
      [await shop.call(`POST /api/${path}/products`, { ...admin, headers, body: {} }), 400, 'VALIDATION_FAILED'],
    ];

    for (const [answer, status, code] of answers) {
      expectProblem(answer, status, code);
      expectVersion(version, answer);
    }
  });
});

describe('a route that did not change', () => {
  test('has one version, which stays', async () => {
    const { headers } = await shop.call(`GET /api/v1/users/${jane.user_id}`, jane);

    expect([headers.get('deprecation'), headers.get('sunset'), headers.get('vary')]).toEqual([null, null, null]);
    expectProblem(await shop.call(`GET /api/v2/users/${jane.user_id}`, jane), 404, 'ROUTE_NOT_FOUND');
  });
});
