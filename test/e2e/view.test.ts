import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Buyer, Json } from '../setup/shop.ts';

function viewOf(user_id: string, { token }: { token?: string }, query = '') {
  return shop.call(`GET /api/v1/views/customers/${user_id}${query}`, { token });
}

/** Waits until the view knows all of it: what has happened is told by moments later. */
function orderInView(jane: Buyer, orderId: string, isKnown: (order: Json) => boolean): Promise<Json> {
  return eventually(async () => {
    const { body } = await viewOf(jane.user_id, jane);
    return body.orders.find((order: Json) => order.order_id === orderId && isKnown(order));
  });
}

describe("a customer's view", () => {
  test('has an order with the names of its products, its payment and the last message about it', async () => {
    const jane = await shop.aCustomer();
    const name = `Poems ${randomUUID()}`;
    const product_id = await shop.aProduct({ name, price: 12.5 });
    const { order_id, created_at } = await shop.settledOrder(jane, { product_id, quantity: 2 });

    const order = await orderInView(
      jane,
      order_id,
      ({ status, payment, last_message }) => status === 'confirmed' && payment && last_message,
    );

    expect(order).toEqual({
      order_id,
      status: 'confirmed',
      total: 25,
      currency: 'USD',
      created_at,
      updated_at: expect.any(String),
      items: [{ product_id, name, quantity: 2, price: 12.5 }],
      payment: { payment_id: expect.any(String), status: 'completed', amount: 25, currency: 'USD', reason: null },
      last_message: {
        type: 'order.confirmed',
        channel: 'email',
        subject: `Your order ${order_id.slice(0, 8)} is confirmed`,
        sent_at: expect.any(String),
      },
    });
  });

  test('tells why an order was cancelled, and that nothing was paid', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct();
    const { order_id } = await shop.settledOrder(jane, { product_id, payment_method: 'card_declined' });

    const order = await orderInView(jane, order_id, ({ status, payment }) => status === 'cancelled' && payment);

    expect(order).toMatchObject({
      reason: 'payment_declined',
      payment: { status: 'failed', reason: expect.any(String) },
    });
  });

  test('calls a product what it is called now', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ name: 'Old name' });
    const { order_id } = await shop.settledOrder(jane, { product_id });
    const body = { name: 'New name', category: 'test', price: 20 };

    await shop.call(`PUT /api/v1/products/${product_id}`, { ...(await shop.admin()), body });

    await orderInView(jane, order_id, ({ items }) => items[0].name === 'New name');
  });

  test('lists orders newest first, page by page', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct();
    const placed: string[] = [];
    for (let count = 0; count < 3; count++) placed.unshift((await shop.settledOrder(jane, { product_id })).order_id);
    for (const order_id of placed) await orderInView(jane, order_id, () => true);

    const first = await viewOf(jane.user_id, jane, '?limit=2');
    const second = await viewOf(jane.user_id, jane, `?limit=2&cursor=${first.body.next_cursor}`);

    const ids = [...first.body.orders, ...second.body.orders].map(({ order_id }: Json) => order_id);
    expect(ids).toEqual(placed);
    expect([first.body.orders.length, second.body.next_cursor]).toEqual([2, null]);
  });

  test('is empty for who has ordered nothing', async () => {
    const jane = await shop.aCustomer();

    expect((await viewOf(jane.user_id, jane)).body).toEqual({ user_id: jane.user_id, orders: [], next_cursor: null });
  });

  test('is there for the customer and for administrators, for nobody else', async () => {
    const [jane, joe, admin] = await Promise.all([shop.aCustomer(), shop.aCustomer(), shop.admin()]);
    const { order_id } = await shop.settledOrder(jane, { product_id: await shop.aProduct() });
    await orderInView(jane, order_id, () => true);

    expect((await viewOf(jane.user_id, admin)).body.orders).toMatchObject([{ order_id }]);
    expectProblem(await viewOf(jane.user_id, joe), 404, 'NOT_FOUND');
    expectProblem(await viewOf(randomUUID(), joe), 404, 'NOT_FOUND');
    expectProblem(await viewOf(jane.user_id, {}), 401, 'UNAUTHORIZED');
  });

  test.each(['?limit=0', '?limit=101', '?limit=x', '?cursor=made-up', '?page=1'])(
    'cannot be asked for by %s',
    async (query) => {
      const jane = await shop.aCustomer();

      expectProblem(await viewOf(jane.user_id, jane, query), 400, 'VALIDATION_FAILED');
    },
  );

  test('has nothing left of a user who is deleted', async () => {
    const [jane, admin] = await Promise.all([shop.aCustomer(), shop.admin()]);
    const { order_id } = await shop.settledOrder(jane, { product_id: await shop.aProduct() });
    await orderInView(jane, order_id, ({ payment }) => payment);

    await shop.call(`DELETE /api/v1/users/${jane.user_id}`, jane);

    await eventually(async () => (await viewOf(jane.user_id, admin)).body.orders.length === 0);
  });
});
