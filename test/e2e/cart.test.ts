import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cartOf, checkOutCart, clearCart, putIntoCart, takeOut } from '../cart/shopper.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Buyer } from '../setup/shop.ts';

let jane: Buyer;

beforeAll(async () => {
  jane = await shop.aCustomer();
});

describe('a cart', () => {
  test('is empty for who has put nothing into it', async () => {
    const { user_id, token } = await shop.aCustomer();

    expect(await cartOf({ user_id, token })).toMatchObject({
      status: 200,
      body: { user_id, items: [], total: 0, currency: 'USD', updated_at: null },
    });
  });

  test('holds what was put into it, with names, prices and their sum', async () => {
    const joe = await shop.aCustomer();
    const cup = await shop.aProduct({ name: 'Cup', price: 12.5 });
    const pot = await shop.aProduct({ name: 'Pot', price: 34.99 });

    await putIntoCart(joe, cup, 1);
    await putIntoCart(joe, pot, 1);
    const changed = await putIntoCart(joe, cup, 3);

    expect(changed).toMatchObject({
      status: 200,
      body: {
        user_id: joe.user_id,
        items: [
          { product_id: cup, name: 'Cup', quantity: 3, price: 12.5 },
          { product_id: pot, name: 'Pot', quantity: 1, price: 34.99 },
        ],
        total: 72.49,
        currency: 'USD',
        updated_at: expect.stringMatching(/Z$/),
      },
    });
    expect((await cartOf(joe)).body).toEqual(changed.body);
  });

  test('loses what is taken out of it, once or twice', async () => {
    const joe = await shop.aCustomer();
    const [cup, pot] = [await shop.aProduct({ price: 1 }), await shop.aProduct({ price: 2 })];
    await putIntoCart(joe, cup);
    await putIntoCart(joe, pot);

    expect((await takeOut(joe, cup)).status).toBe(204);
    expect((await takeOut(joe, cup)).status).toBe(204);
    expect((await cartOf(joe)).body).toMatchObject({ items: [{ product_id: pot }], total: 2 });
    expect((await clearCart(joe)).status).toBe(204);
    expect((await clearCart(joe)).status).toBe(204);
    expect((await cartOf(joe)).body).toMatchObject({ items: [], total: 0 });
  });

  test('keeps everything that is put into it at the same time', async () => {
    const joe = await shop.aCustomer();
    const products = await Promise.all(Array.from({ length: 5 }, () => shop.aProduct({ price: 1 })));

    await Promise.all(products.map((product) => putIntoCart(joe, product, 2)));

    const { body } = await cartOf(joe);
    expect(body.items.map(({ product_id }: { product_id: string }) => product_id).sort()).toEqual(products.sort());
    expect(body.total).toBe(10);
  });

  test('shows a new price as soon as its event is here', async () => {
    const joe = await shop.aCustomer();
    const product_id = await shop.aProduct({ price: 10 });
    await putIntoCart(joe, product_id, 2);

    const { token } = await shop.admin();
    const body = { name: 'New', category: 'test', price: 12 };
    await shop.call(`PUT /api/v1/products/${product_id}`, { token, body });

    await eventually(async () => (await cartOf(joe)).body.total === 24);
    expect((await cartOf(joe)).body.items).toEqual([{ product_id, name: 'New', quantity: 2, price: 12 }]);
  });
});

describe('putting into a cart is refused', () => {
  test.each([0, 100, 1.5, '2', null])('for a quantity of %p', async (quantity) => {
    const { user_id, token } = jane;

    const answer = await shop.call(`PUT /api/v1/carts/${user_id}/items/${randomUUID()}`, { token, body: { quantity } });

    expectProblem(answer, 400, 'VALIDATION_FAILED');
    expect(answer.body.errors).toEqual([expect.objectContaining({ field: 'quantity' })]);
  });

  test('for a product that is not on sale', async () => {
    expectProblem(await putIntoCart(jane, randomUUID()), 422, 'UNKNOWN_PRODUCT');
  });

  test('for an id that is longer than any of ours', async () => {
    expectProblem(await putIntoCart(jane, 'x'.repeat(3_000)), 400, 'VALIDATION_FAILED');
  });

  test('for a product that is priced in another currency than the others', async () => {
    const { token } = await shop.admin();
    const joe = await shop.aCustomer();
    const tea = { name: 'Tea', category: 'test', price: 9, currency: 'EUR' };
    const { product_id } = (await shop.call('POST /api/v1/products', { token, body: tea })).body;
    await putIntoCart(joe, await shop.aProduct({ price: 1 }));

    expectProblem(await putIntoCart(joe, product_id), 422, 'MIXED_CURRENCIES');
    expect((await cartOf(joe)).body).toMatchObject({ total: 1, items: [{ quantity: 1 }] });
  });
});

describe('the cart of somebody else', () => {
  test('cannot be told from one that does not exist', async () => {
    const joe = await shop.aCustomer();
    const product_id = await shop.aProduct();
    await putIntoCart(jane, product_id);
    const asJoe = { user_id: jane.user_id, token: joe.token };

    const answers = [
      await cartOf(asJoe),
      await putIntoCart(asJoe, product_id),
      await takeOut(asJoe, product_id),
      await clearCart(asJoe),
      await checkOutCart(asJoe),
      await cartOf({ ...joe, user_id: randomUUID() }),
    ];

    for (const answer of answers) expectProblem(answer, 404, 'NOT_FOUND');
  });

  test('is shown to an administrator, but not changed by one', async () => {
    const joe = await shop.aCustomer();
    const product_id = await shop.aProduct({ price: 3 });
    await putIntoCart(joe, product_id);
    const asAdmin = { user_id: joe.user_id, token: (await shop.admin()).token };

    expect(await cartOf(asAdmin)).toMatchObject({ status: 200, body: { user_id: joe.user_id, total: 3 } });
    expectProblem(await putIntoCart(asAdmin, product_id, 2), 404, 'NOT_FOUND');
    expectProblem(await takeOut(asAdmin, product_id), 404, 'NOT_FOUND');
    expectProblem(await clearCart(asAdmin), 404, 'NOT_FOUND');
    expectProblem(await checkOutCart(asAdmin), 404, 'NOT_FOUND');
    expect((await cartOf(joe)).body.total).toBe(3);
  });
});
