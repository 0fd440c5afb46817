import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';

describe('an order', () => {
  test('is accepted at once and confirmed by its saga', async () => {
    const product_id = await shop.aProduct({ price: 20, stock: 10 });
    const jane = await shop.aRegular();

    const placed = await shop.placeOrder(jane, { product_id, quantity: 3 });

    expect(placed.status).toBe(202);
    expect(placed.headers.get('location')).toBe(`/api/v1/orders/${placed.body.order_id}`);
    expect(placed.body).toMatchObject({
      user_id: jane.user_id,
      status: 'pending',
      items: [{ product_id, quantity: 3, price: 20 }],
      total: 60,
      currency: 'USD',
    });

    const order = await shop.settled(jane, placed.body.order_id);
    expect(order).toMatchObject({ status: 'confirmed', total: 60 });
    expect(order.history.map(({ event }: { event: string }) => event)).toEqual(['order.created', 'order.confirmed']);
    const payment = await shop.payment(jane, order.order_id);
    expect(payment.body).toMatchObject({ order_id: order.order_id, amount: 60, currency: 'USD', status: 'completed' });
    await eventually(
      async () => expect(await shop.stock(product_id)).toMatchObject({ on_hand: 7, reserved: 0 }) ?? true,
    );
  });

  test('is placed once for one idempotency key', async () => {
    const product_id = await shop.aProduct({ stock: 10 });
    const jane = await shop.aRegular();
    const key = randomUUID();

    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.placeOrder(jane, { product_id, key })));

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    await shop.settled(jane, answers[0]?.body.order_id);
    const repeated = await shop.placeOrder(jane, { product_id, key });
    expect(repeated.body).toEqual(answers[0]?.body);
    await eventually(async () => (await shop.stock(product_id)).on_hand === 9);
  });

  test('refuses an idempotency key that was used for another order', async () => {
    const product_id = await shop.aProduct();
    const jane = await shop.aRegular();
    const key = randomUUID();
    await shop.placeOrder(jane, { product_id, key });

    const answer = await shop.placeOrder(jane, { product_id, quantity: 2, key });

    expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  test('is listed for its owner, newest first, page by page', async () => {
    const product_id = await shop.aProduct();
    const jane = await shop.aCustomer();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await shop.placeOrder(jane, { product_id })).body.order_id);
    const route = `GET /api/v1/orders/user/${jane.user_id}`;

    const first = await shop.call(`${route}?limit=2`, jane);
    const second = await shop.call(`${route}?limit=2&cursor=${first.body.next_cursor}`, jane);

    const idsOf = ({ body }: typeof first) => body.orders.map((order: { order_id: string }) => order.order_id);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
    expect(second.body.next_cursor).toBeNull();
  });
});

describe('an order that cannot be served', () => {
  test.each([
    ['card_declined', 'payment_declined', 'failed'],
    ['card_timeout', 'payment_timeout', 'refunded'],
    ['card_unavailable', 'payment_unavailable', 'failed'],
  ])('by %s is undone: cancelled, stock as before, nothing charged', async (payment_method, reason, paymentStatus) => {
    const product_id = await shop.aProduct({ stock: 5 });
    const jane = await shop.aRegular();

    const order = await shop.settledOrder(jane, { product_id, quantity: 2, payment_method });

    expect(order).toMatchObject({ status: 'cancelled', reason });
    expect(await shop.stock(product_id)).toEqual({ product_id, on_hand: 5, reserved: 0, available: 5 });
    const payment = await shop.payment(jane, order.order_id);
    expect(payment.body).toMatchObject({ status: paymentStatus, reason });
  });

  test('for lack of stock is cancelled and never charged', async () => {
    const product_id = await shop.aProduct({ stock: 1 });
    const jane = await shop.aRegular();

    const order = await shop.settledOrder(jane, { product_id, quantity: 2 });

    expect(order).toMatchObject({ status: 'cancelled', reason: 'insufficient_inventory' });
    expect(await shop.stock(product_id)).toMatchObject({ on_hand: 1, reserved: 0, available: 1 });
    expect((await shop.payment(jane, order.order_id)).status).toBe(404);
  });

  test('for lack of stock of one item holds nothing of the others', async () => {
    const [plenty, scarce] = [await shop.aProduct({ stock: 9 }), await shop.aProduct({ stock: 0 })];
    const jane = await shop.aRegular();
    const items = [plenty, scarce].map((product_id) => ({ product_id, quantity: 1 }));

    const { body } = await shop.call('POST /api/v1/orders', {
      ...jane,
      headers: { 'idempotency-key': randomUUID() },
      body: { items, payment_method: 'card_ok' },
    });
    const order = await shop.settled(jane, body.order_id);

    expect(order).toMatchObject({ status: 'cancelled', reason: 'insufficient_inventory' });
    expect(await shop.stock(plenty)).toMatchObject({ on_hand: 9, reserved: 0, available: 9 });
  });

  test('for a product that does not exist is refused and not recorded', async () => {
    const jane = await shop.aCustomer();

    const answer = await shop.placeOrder(jane, { product_id: randomUUID() });

    expect(answer).toMatchObject({ status: 422, body: { code: 'UNKNOWN_PRODUCT' } });
    const { body } = await shop.call(`GET /api/v1/orders/user/${jane.user_id}`, jane);
    expect(body.orders).toEqual([]);
  });
});

describe('an order by a card that fails at first', () => {
  test('is confirmed in the end and charged once', async () => {
    const product_id = await shop.aProduct({ price: 7.5 });
    const jane = await shop.aRegular();

    const order = await shop.settledOrder(jane, { product_id, payment_method: 'card_flaky' });

    expect(order.status).toBe('confirmed');
    expect((await shop.payment(jane, order.order_id)).body).toMatchObject({ status: 'completed', amount: 7.5 });
  });
});

describe('100 buyers for 50 pieces', () => {
  const isConfirmed = ({ status }: Json) => status === 'confirmed';
  const isRefused = ({ reason }: Json) => reason === 'insufficient_inventory';

  test('get 50 confirmed orders and 50 refusals, no piece and no cent too many', async () => {
    const product_id = await shop.aProduct({ price: 10, stock: 50 });
    const jane = await shop.aRegular();

    const placed = await Promise.all(Array.from({ length: 100 }, () => shop.placeOrder(jane, { product_id })));
    const orders = await shop.allSettled(
      jane,
      placed.map(({ body }) => body.order_id),
    );
    // A busy machine may take a step too long: that order is undone, and its buyer tries again.
    while (orders.filter((order) => isConfirmed(order) || isRefused(order)).length < 100)
      orders.push(await shop.settledOrder(jane, { product_id }));

    const confirmed = orders.filter(isConfirmed);
    expect([confirmed.length, orders.filter(isRefused).length]).toEqual([50, 50]);
    const payments = await Promise.all(orders.map(({ order_id }) => shop.payment(jane, order_id)));
    const charged = payments.filter(({ body }) => body.status === 'completed');
    expect(charged.map(({ body }) => body.order_id).sort()).toEqual(confirmed.map(({ order_id }) => order_id).sort());
    expect(charged.reduce((sum, { body }) => sum + body.amount, 0)).toBe(500);
    await eventually(async () => (await shop.stock(product_id)).on_hand === 0);
    expect(await shop.stock(product_id)).toEqual({ product_id, on_hand: 0, reserved: 0, available: 0 });
  });
});
