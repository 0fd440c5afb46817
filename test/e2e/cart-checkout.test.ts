import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { cartOf, checkOutCart, putIntoCart } from '../cart/shopper.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Buyer, Json } from '../setup/shop.ts';

async function ordersOf({ user_id, token }: Buyer): Promise<Json[]> {
  return (await shop.call(`GET /api/v1/orders/user/${user_id}`, { token })).body.orders;
}

describe('checking out', () => {
  test('orders what is in the cart and empties it', async () => {
    const jane = await shop.aCustomer();
    const cup = await shop.aProduct({ name: 'Cup', price: 12.5, stock: 10 });
    const pot = await shop.aProduct({ name: 'Pot', price: 30, stock: 10 });
    await putIntoCart(jane, cup, 2);
    await putIntoCart(jane, pot, 1);

    const answer = await checkOutCart(jane);

    const { order_id } = answer.body;
    expect(answer).toMatchObject({ status: 202, body: { order_id: expect.any(String), status: 'pending' } });
    expect(answer.headers.get('location')).toBe(`/api/v1/orders/${order_id}`);
    expect((await cartOf(jane)).body).toMatchObject({ items: [], total: 0 });
    await eventually(async () => (await ordersOf(jane)).length === 1);
    expect(await shop.settled(jane, order_id)).toMatchObject({
      order_id,
      user_id: jane.user_id,
      status: 'confirmed',
      items: [
        { product_id: cup, name: 'Cup', quantity: 2, price: 12.5 },
        { product_id: pot, name: 'Pot', quantity: 1, price: 30 },
      ],
      total: 55,
    });
    await eventually(async () => (await shop.stock(cup)).on_hand === 8);
  });

  test('makes an order whose saga may fail like any other', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ stock: 5 });
    await putIntoCart(jane, product_id, 2);

    const { order_id } = (await checkOutCart(jane, { payment_method: 'card_declined' })).body;

    await eventually(async () => (await ordersOf(jane)).length === 1);
    expect(await shop.settled(jane, order_id)).toMatchObject({ status: 'cancelled', reason: 'payment_declined' });
    expect(await shop.stock(product_id)).toMatchObject({ available: 5, reserved: 0 });
  });

  test('makes one order, however often it is repeated and raced', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ stock: 50 });
    await putIntoCart(jane, product_id, 2);
    const key = randomUUID();

    const raced = await Promise.all(Array.from({ length: 8 }, () => checkOutCart(jane, { key })));
    await putIntoCart(jane, product_id, 5);
    const repeated = await checkOutCart(jane, { key });

    const answers = [...raced, repeated];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => body.order_id)).size).toBe(1);
    expect((await cartOf(jane)).body.items).toMatchObject([{ product_id, quantity: 5 }]);
    await eventually(async () => (await shop.stock(product_id)).on_hand === 48);
    expect(await ordersOf(jane)).toHaveLength(1);
  });

  test('with different keys at the same time orders everything once', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ stock: 50 });
    await putIntoCart(jane, product_id, 2);

    const answers = await Promise.all(Array.from({ length: 6 }, () => checkOutCart(jane)));

    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409]);
    await eventually(async () => (await shop.stock(product_id)).on_hand === 48);
    expect(await ordersOf(jane)).toHaveLength(1);
  });

  test('loses nothing that is put into the cart meanwhile', async () => {
    const jane = await shop.aCustomer();
    const products = await Promise.all(Array.from({ length: 4 }, () => shop.aProduct({ price: 1, stock: 50 })));
    const [first = '', ...others] = products;
    await putIntoCart(jane, first);

    const [checkout] = await Promise.all([checkOutCart(jane), ...others.map((product) => putIntoCart(jane, product))]);

    const order = await eventually(async () => (await ordersOf(jane))[0]);
    expect(order.order_id).toBe(checkout.body.order_id);
    const { items: left } = (await cartOf(jane)).body;
    const idsOf = (items: Json[]) => items.map(({ product_id }) => product_id);
    expect([...idsOf(order.items), ...idsOf(left)].sort()).toEqual([...products].sort());
  });

  test('uses the price that the product has by then', async () => {
    const { token } = await shop.admin();
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ price: 10 });
    await putIntoCart(jane, product_id, 2);
    const body = { name: 'Dearer', category: 'test', price: 11 };
    await shop.call(`PUT /api/v1/products/${product_id}`, { token, body });
    await eventually(async () => (await cartOf(jane)).body.total === 22);

    const { order_id } = (await checkOutCart(jane)).body;

    const order = await eventually(async () => (await ordersOf(jane))[0]);
    expect(order).toMatchObject({ order_id, total: 22, items: [{ name: 'Dearer', price: 11 }] });
  });

  test('can be followed by another one', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ stock: 50 });
    const orders: string[] = [];
    for (let n = 0; n < 3; n++) {
      await putIntoCart(jane, product_id);
      orders.push((await checkOutCart(jane)).body.order_id);
    }

    expect(new Set(orders).size).toBe(3);
    await eventually(async () => (await ordersOf(jane)).length === 3);
  });

  test('does not take the key of an order for its own', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ stock: 50 });
    const key = randomUUID();
    const placed = await shop.placeOrder(jane, { product_id, key });
    await putIntoCart(jane, product_id);

    const { order_id } = (await checkOutCart(jane, { key })).body;

    expect(order_id).not.toBe(placed.body.order_id);
    await eventually(async () => (await ordersOf(jane)).length === 2);
  });
});

describe('the order of a check-out', () => {
  test('is there for its owner a moment later', async () => {
    const jane = await shop.aCustomer();
    await putIntoCart(jane, await shop.aProduct());

    const { order_id } = (await checkOutCart(jane)).body;

    const answer = await eventually(async () => {
      const read = await shop.call(`GET /api/v1/orders/${order_id}`, jane);
      return read.status === 200 && read;
    });
    expect(answer.body).toMatchObject({ order_id, user_id: jane.user_id });
  });
});

describe('checking out is refused', () => {
  test('when there is nothing in the cart', async () => {
    expectProblem(await checkOutCart(await shop.aCustomer()), 409, 'CART_EMPTY');
  });

  test('when the key was used for another way to pay', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct();
    const key = randomUUID();
    await putIntoCart(jane, product_id);
    await checkOutCart(jane, { key });
    await putIntoCart(jane, product_id);

    const answer = await checkOutCart(jane, { key, payment_method: 'card_declined' });

    expectProblem(answer, 422, 'IDEMPOTENCY_KEY_REUSED');
    expect((await cartOf(jane)).body.items).toHaveLength(1);
  });

  test('without a key, and with a body that makes no sense', async () => {
    const { user_id, token } = await shop.aCustomer();
    const route = `POST /api/v1/carts/${user_id}/checkout`;
    const headers = { 'idempotency-key': randomUUID() };

    const withoutKey = await shop.call(route, { token, body: { payment_method: 'card_ok' } });
    expectProblem(withoutKey, 400, 'IDEMPOTENCY_KEY_MISSING');
    for (const body of [{}, { payment_method: 'Cash!' }, { payment_method: 'card_ok', total: 0 }]) {
      expectProblem(await shop.call(route, { token, headers, body }), 400, 'VALIDATION_FAILED');
    }
  });
});
