import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer, Buyer, Json } from '../setup/shop.ts';

function setStatus({ token }: Buyer, orderId: string, status: unknown, version = 1): Promise<Answer> {
  return shop.call(`PUT /api/v${version}/orders/${orderId}/status`, { token, body: { status } });
}

async function aConfirmedOrder(stock = 10) {
  const product_id = await shop.aProduct({ stock, price: 20 });
  const jane = await shop.aRegular();
  const order = await shop.settledOrder(jane, { product_id, quantity: 2 });
  expect(order.status).toBe('confirmed');
  return { product_id, jane, order_id: order.order_id as string };
}

const eventsOf = (order: Json) => order.history.map(({ event }: { event: string }) => event);

/** Cancelled by its owner: all pieces are on sale, no money is kept. */
async function expectUndone(jane: Buyer, orderId: string, productId: string): Promise<Json> {
  const order = await shop.settled(jane, orderId);
  expect(order).toMatchObject({ status: 'cancelled', reason: 'cancelled_by_user' });
  expect(await shop.stock(productId)).toEqual({ product_id: productId, on_hand: 10, reserved: 0, available: 10 });
  return order;
}

describe('an order on its way', () => {
  test('is shipped and delivered by an administrator', async () => {
    const { jane, order_id } = await aConfirmedOrder();
    const admin = await shop.admin();

    const shipped = await setStatus(admin, order_id, 'shipped');
    const delivered = await setStatus(admin, order_id, 'delivered');

    expect([shipped.status, shipped.body.status]).toEqual([200, 'shipped']);
    expect([delivered.status, delivered.body.status]).toEqual([200, 'delivered']);
    const { body } = await shop.call(`GET /api/v1/orders/${order_id}`, jane);
    expect(eventsOf(body)).toEqual([
      'order.created',
      'order.confirmed',
      'order.status_changed',
      'order.status_changed',
    ]);
  });

  test('stays shipped when that is said again', async () => {
    const { order_id } = await aConfirmedOrder();
    const admin = await shop.admin();

    const answers = await Promise.all([1, 2, 3].map(() => setStatus(admin, order_id, 'shipped')));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(eventsOf((await setStatus(admin, order_id, 'shipped')).body)).toHaveLength(3);
  });

  test('reads in version 2 as money in minor units', async () => {
    const { order_id } = await aConfirmedOrder();

    const { body } = await setStatus(await shop.admin(), order_id, 'shipped', 2);

    expect(body.total).toEqual({ amount: 4000, currency: 'USD' });
  });

  test('cannot be cancelled once it is shipped', async () => {
    const { jane, order_id } = await aConfirmedOrder();
    await setStatus(await shop.admin(), order_id, 'shipped');

    expectProblem(await setStatus(jane, order_id, 'cancelled'), 409, 'INVALID_TRANSITION');
  });

  test('cannot go where only its saga takes it, nor leave a step out', async () => {
    const { order_id } = await aConfirmedOrder();

    for (const status of ['pending', 'confirmed', 'needs_attention', 'delivered'])
      expectProblem(await setStatus(await shop.admin(), order_id, status), 409, 'INVALID_TRANSITION');
  });
});

describe('setting the status of an order', () => {
  test('to shipped or delivered is not for customers', async () => {
    const { jane, order_id } = await aConfirmedOrder();

    for (const status of ['shipped', 'delivered'])
      expectProblem(await setStatus(jane, order_id, status), 403, 'FORBIDDEN');
  });

  test('of somebody else, or of none, finds nothing', async () => {
    const { order_id } = await aConfirmedOrder();
    const joe = await shop.aCustomer();

    expectProblem(await setStatus(joe, order_id, 'cancelled'), 404, 'NOT_FOUND');
    expectProblem(await setStatus(joe, randomUUID(), 'cancelled'), 404, 'NOT_FOUND');
    expectProblem(await setStatus(await shop.admin(), randomUUID(), 'shipped'), 404, 'NOT_FOUND');
  });

  test.each(['cancelling', 'eaten', '', 1, null])('to %j is no request', async (status) => {
    const jane = await shop.aRegular();

    expectProblem(await setStatus(jane, randomUUID(), status), 400, 'VALIDATION_FAILED');
  });
});

describe('an order that its owner cancels', () => {
  test('after it was sold is undone: pieces back on the shelf, money back', async () => {
    const { jane, product_id, order_id } = await aConfirmedOrder();
    await eventually(async () => (await shop.stock(product_id)).on_hand === 8);

    const answer = await setStatus(jane, order_id, 'cancelled');

    expect(answer).toMatchObject({ status: 200, body: { status: 'pending', reason: 'cancelled_by_user' } });
    const order = await expectUndone(jane, order_id, product_id);
    expect(eventsOf(order)).toEqual(['order.created', 'order.confirmed', 'order.cancelling', 'order.cancelled']);
    const payment = await shop.payment(jane, order_id);
    expect(payment.body).toMatchObject({ status: 'refunded', reason: 'cancelled_by_user', amount: 40 });
  });

  test('the moment it is confirmed is undone, whether its pieces have left the stock or not', async () => {
    const product_id = await shop.aProduct({ stock: 10 });
    const jane = await shop.aRegular();

    const cancelled = Array.from({ length: 4 }, async () => {
      const { order_id } = await shop.settledOrder(jane, { product_id, quantity: 2 });
      await setStatus(jane, order_id, 'cancelled');
      return shop.settled(jane, order_id);
    });

    const orders = await Promise.all(cancelled);
    expect(orders.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'cancelled'));
    await expectUndone(jane, orders[0].order_id, product_id);
  });

  test('before its saga has ended is undone, however far that is', async () => {
    const product_id = await shop.aProduct({ stock: 10 });
    const jane = await shop.aRegular();
    const { order_id } = (await shop.placeOrder(jane, { product_id, quantity: 2 })).body;

    expect((await setStatus(jane, order_id, 'cancelled')).status).toBe(200);

    await expectUndone(jane, order_id, product_id);
    const payment = await shop.payment(jane, order_id);
    expect(payment.body.status).not.toBe('completed');
  });

  test('many times at once is undone once', async () => {
    const { jane, product_id, order_id } = await aConfirmedOrder();

    const answers = await Promise.all(Array.from({ length: 5 }, () => setStatus(jane, order_id, 'cancelled')));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const order = await expectUndone(jane, order_id, product_id);
    expect(eventsOf(order)).toHaveLength(4);
    const again = await setStatus(jane, order_id, 'cancelled');
    expect(again).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  test('cannot be shipped any more', async () => {
    const { jane, product_id, order_id } = await aConfirmedOrder();
    await setStatus(jane, order_id, 'cancelled');

    expectProblem(await setStatus(await shop.admin(), order_id, 'shipped'), 409, 'INVALID_TRANSITION');

    await expectUndone(jane, order_id, product_id);
  });

  test('while it is shipped goes one way or the other', async () => {
    const { jane, product_id, order_id } = await aConfirmedOrder();
    const admin = await shop.admin();

    const [cancelled, shipped] = await Promise.all([
      setStatus(jane, order_id, 'cancelled'),
      setStatus(admin, order_id, 'shipped'),
    ]);

    expect([cancelled.status, shipped.status].sort()).toEqual([200, 409]);
    if (cancelled.status === 200) await expectUndone(jane, order_id, product_id);
  });

  test('may be cancelled by an administrator, with that as its reason', async () => {
    const { jane, order_id } = await aConfirmedOrder();

    await setStatus(await shop.admin(), order_id, 'cancelled');

    expect(await shop.settled(jane, order_id)).toMatchObject({ status: 'cancelled', reason: 'cancelled_by_admin' });
  });
});
