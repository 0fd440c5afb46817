import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import type { Answer, Buyer } from '../setup/shop.ts';

let jane: Buyer;
let product_id: string;

beforeAll(async () => {
  [jane, product_id] = await Promise.all([shop.aCustomer(), shop.aProduct()]);
});

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status, code, title: expect.any(String), detail: expect.any(String) });
  expect(answer.body.type).toMatch(/^urn:bazaar:problem:/);
  expect(answer.body.instance).toEqual(expect.any(String));
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.mjs/);
}

async function ordersOf({ user_id, token }: Buyer): Promise<unknown[]> {
  return (await shop.call(`GET /api/v1/orders/user/${user_id}`, { token })).body.orders;
}

const item = () => ({ product_id, quantity: 1 });

describe('a bad order', () => {
  test.each<[string, () => unknown, string]>([
    ['is not JSON', () => '{"items": [', ''],
    ['is empty', () => '', ''],
    ['is a list', () => [], ''],
    ['has no items', () => ({ items: [], payment_method: 'card_ok' }), 'items'],
    ['has a wrong type', () => ({ items: 'many', payment_method: 'card_ok' }), 'items'],
    ['has a quantity of none', () => ({ items: [{ ...item(), quantity: 0 }], payment_method: 'card_ok' }), 'items.0.quantity'],
    ['has half a piece', () => ({ items: [{ ...item(), quantity: 0.5 }], payment_method: 'card_ok' }), 'items.0.quantity'],
    ['has a number as text', () => ({ items: [{ ...item(), quantity: '1' }], payment_method: 'card_ok' }), 'items.0.quantity'],
    ['has a product twice', () => ({ items: [item(), item()], payment_method: 'card_ok' }), 'items'],
    ['has no payment method', () => ({ items: [item()] }), 'payment_method'],
    ['has a field that nobody knows', () => ({ items: [item()], payment_method: 'card_ok', total: 1 }), 'total'],
    ['names its own price', () => ({ items: [{ ...item(), price: 0.01 }], payment_method: 'card_ok' }), 'items.0.price'],
  ])('that %s is refused', async (_, body, field) => {
    const before = await ordersOf(jane);

    const answer = await shop.call('POST /api/v1/orders', {
      token: jane.token,
      headers: { 'idempotency-key': randomUUID() },
      body: body(),
    });

    expectProblem(answer, 400, 'VALIDATION_FAILED');
    if (field) expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(await ordersOf(jane)).toEqual(before);
  });

  test('that is huge is refused', async () => {
    const body = { items: [item()], payment_method: 'x'.repeat(300 * 1024) };

    const answer = await shop.call('POST /api/v1/orders', { ...jane, headers: { 'idempotency-key': '1' }, body });

    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE');
  });

  test('without an idempotency key is refused', async () => {
    const answer = await shop.call('POST /api/v1/orders', { ...jane, body: { items: [item()], payment_method: 'card_ok' } });

    expectProblem(answer, 400, 'IDEMPOTENCY_KEY_MISSING');
  });

  test('in another media type is refused', async () => {
    const headers = { 'idempotency-key': randomUUID(), 'content-type': 'text/xml' };

    const answer = await shop.call('POST /api/v1/orders', { ...jane, headers, body: '<order/>' });

    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });
});

describe('a caller', () => {
  const orders = 'POST /api/v1/orders';

  test.each([
    ['no token', undefined],
    ['a token that is none', 'nonsense'],
    ['a token with the algorithm none', `${btoa('{"alg":"none"}')}.${btoa('{"sub":"admin","role":"admin"}')}.`],
    ['a token signed by somebody else', `${btoa('{"alg":"ES256","kid":"x"}').replaceAll('=', '')}.e30.${'A'.repeat(86)}`],
  ])('with %s is not let in', async (_, token) => {
    expectProblem(await shop.call(orders, { token, body: {} }), 401, 'UNAUTHORIZED');
  });

  test('with a token that was tampered with is not let in', async () => {
    const [header, claims = '', signature] = jane.token.split('.');
    const forged = { ...JSON.parse(atob(claims)), role: 'admin' };
    const token = [header, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.');

    expectProblem(await shop.call('POST /api/v1/products', { token, body: {} }), 401, 'UNAUTHORIZED');
  });

  test('without the role is refused', async () => {
    const body = { name: 'Mine', category: 'test', price: 1 };

    expectProblem(await shop.call('POST /api/v1/products', { ...jane, body }), 403, 'FORBIDDEN');
    expectProblem(await shop.call(`PUT /api/v1/inventory/${product_id}`, { ...jane, body: { on_hand: 1 } }), 403, 'FORBIDDEN');
  });

  test('cannot tell what belongs to somebody else from what does not exist', async () => {
    const joe = await shop.aCustomer();
    const { order_id } = (await shop.placeOrder(jane, { product_id })).body;
    await shop.settled(jane, order_id);

    const foreign = [
      await shop.call(`GET /api/v1/orders/${order_id}`, joe),
      await shop.call(`GET /api/v1/payments/order/${order_id}`, joe),
      await shop.call(`GET /api/v1/orders/user/${jane.user_id}`, joe),
      await shop.call(`GET /api/v1/users/${jane.user_id}`, joe),
      await shop.call(`GET /api/v1/orders/${randomUUID()}`, joe),
    ];

    for (const answer of foreign) expectProblem(answer, 404, 'NOT_FOUND');
  });
});

describe('the front door', () => {
  test('knows no route that nobody serves', async () => {
    expectProblem(await shop.call('GET /api/v1/nonsense'), 404, 'ROUTE_NOT_FOUND');
    expectProblem(await shop.call('PATCH /api/v1/orders'), 404, 'ROUTE_NOT_FOUND');
  });

  test.each(['user', 'product', 'inventory', 'payment', 'order'])('tells that %s is healthy', async (service) => {
    const answer = await shop.call(`GET /api/v1/${service}/health`);

    expect(answer).toMatchObject({ status: 200, body: { service, version: expect.any(String), status: 'healthy' } });
  });

  test('keeps the correlation id and the trace of the caller in every answer', async () => {
    const headers = { 'x-correlation-id': 'my-id', traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01' };

    for (const route of ['GET /api/v1/products', 'GET /api/v1/orders/1', 'GET /nowhere']) {
      const answer = await shop.call(route, { headers });
      expect(answer.headers.get('x-correlation-id')).toBe('my-id');
      expect(answer.headers.get('traceparent')).toMatch(/^00-5759e988bd862e3fe1be46a994272793-/);
    }
    const { headers: fresh } = await shop.call('GET /nowhere');
    expect(fresh.get('x-correlation-id')).toEqual(expect.any(String));
    expect(fresh.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
