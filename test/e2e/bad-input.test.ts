import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Buyer } from '../setup/shop.ts';

let jane: Buyer;
let product_id: string;

beforeAll(async () => {
  [jane, product_id] = await Promise.all([shop.aCustomer(), shop.aProduct()]);
});

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
    [
      'has a quantity of none',
      () => ({ items: [{ ...item(), quantity: 0 }], payment_method: 'card_ok' }),
      'items.0.quantity',
    ],
    [
      'has half a piece',
      () => ({ items: [{ ...item(), quantity: 0.5 }], payment_method: 'card_ok' }),
      'items.0.quantity',
    ],
    [
      'has a number as text',
      () => ({ items: [{ ...item(), quantity: '1' }], payment_method: 'card_ok' }),
      'items.0.quantity',
    ],
    ['has a product twice', () => ({ items: [item(), item()], payment_method: 'card_ok' }), 'items'],
    ['has no payment method', () => ({ items: [item()] }), 'payment_method'],
    ['has a field that nobody knows', () => ({ items: [item()], payment_method: 'card_ok', total: 1 }), 'total'],
    [
      'names its own price',
      () => ({ items: [{ ...item(), price: 0.01 }], payment_method: 'card_ok' }),
      'items.0.price',
    ],
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
    const answer = await shop.call('POST /api/v1/orders', {
      ...jane,
      body: { items: [item()], payment_method: 'card_ok' },
    });

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
    [
      'a token signed by somebody else',
      `${btoa('{"alg":"ES256","kid":"x"}').replaceAll('=', '')}.e30.${'A'.repeat(86)}`,
    ],
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
    expectProblem(
      await shop.call(`PUT /api/v1/inventory/${product_id}`, { ...jane, body: { on_hand: 1 } }),
      403,
      'FORBIDDEN',
    );
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
