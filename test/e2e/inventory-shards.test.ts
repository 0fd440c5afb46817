import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer } from '../setup/shop.ts';

async function setStock(product_id: string, body: object) {
  const { token } = await shop.admin();
  return shop.call(`PUT /api/v1/inventory/${product_id}`, { token, body });
}

const idsOf = (placed: Answer[]): string[] => placed.map(({ body }) => body.order_id);

async function aProductInShards(on_hand: number, shards: number): Promise<string> {
  const product_id = await shop.aProduct({ stock: 0, price: 10 });
  expect((await setStock(product_id, { on_hand, shards })).status).toBe(200);
  return product_id;
}

describe('a product whose stock is split into shards', () => {
  test('reads like any other', async () => {
    const product_id = await aProductInShards(10, 4);

    expect(await shop.stock(product_id)).toEqual({ product_id, on_hand: 10, reserved: 0, available: 10 });
    expect((await setStock(product_id, { on_hand: 3 })).body).toMatchObject({ on_hand: 3, available: 3 });
    expect((await setStock(product_id, { on_hand: 50, shards: 8 })).body).toMatchObject({ on_hand: 50 });
    expect(await shop.stock(product_id)).toEqual({ product_id, on_hand: 50, reserved: 0, available: 50 });
  });

  test('is never joined again', async () => {
    const product_id = await aProductInShards(10, 4);

    expectProblem(await setStock(product_id, { on_hand: 10, shards: 2 }), 409, 'FEWER_SHARDS');
  });

  test.each([0, 33, 1.5, '4'])('cannot be split into %j', async (shards) => {
    expectProblem(await setStock(randomUUID(), { on_hand: 1, shards }), 400, 'VALIDATION_FAILED');
  });

  test('is sold to 20 of 40 buyers where there are 20 pieces', async () => {
    const product_id = await aProductInShards(20, 4);
    const jane = await shop.aRegular();

    const placed = await Promise.all(Array.from({ length: 40 }, () => shop.placeOrder(jane, { product_id })));
    const orders = await shop.allSettled(jane, idsOf(placed));

    const confirmed = orders.filter(({ status }) => status === 'confirmed');
    const refused = orders.filter(({ reason }) => reason === 'insufficient_inventory');
    expect([confirmed.length, refused.length]).toEqual([20, 20]);
    await eventually(async () => (await shop.stock(product_id)).on_hand === 0);
    expect(await shop.stock(product_id)).toEqual({ product_id, on_hand: 0, reserved: 0, available: 0 });
  });

  test('serves an order that no shard could serve alone, and takes it back', async () => {
    const product_id = await aProductInShards(8, 4);
    const jane = await shop.aRegular();

    const { status, order_id } = await shop.settledOrder(jane, { product_id, quantity: 7 });

    expect(status).toBe('confirmed');
    await eventually(async () => (await shop.stock(product_id)).on_hand === 1);
    await shop.call(`PUT /api/v1/orders/${order_id}/status`, { ...jane, body: { status: 'cancelled' } });
    expect(await shop.settled(jane, order_id)).toMatchObject({ status: 'cancelled' });
    expect(await shop.stock(product_id)).toEqual({ product_id, on_hand: 8, reserved: 0, available: 8 });
  });

  test('refuses more than all shards have, and holds nothing', async () => {
    const product_id = await aProductInShards(8, 4);
    const jane = await shop.aRegular();

    const order = await shop.settledOrder(jane, { product_id, quantity: 9 });

    expect(order).toMatchObject({ status: 'cancelled', reason: 'insufficient_inventory' });
    expect(await shop.stock(product_id)).toEqual({ product_id, on_hand: 8, reserved: 0, available: 8 });
  });

  test('can be split, and counted, while it is being sold', async () => {
    const product_id = await shop.aProduct({ stock: 24, price: 10 });
    const jane = await shop.aRegular();

    const placing = Array.from({ length: 12 }, () => shop.placeOrder(jane, { product_id }));
    const split = setStock(product_id, { on_hand: 24, shards: 4 });
    const orders = await shop.allSettled(jane, idsOf(await Promise.all(placing)));

    expect((await split).status).toBe(200);
    expect(orders.filter(({ status }) => status === 'confirmed')).toHaveLength(12);
    await eventually(async () => (await shop.stock(product_id)).reserved === 0);
    // Of those sold before the pieces were counted, the count does not tell; of the others it does.
    const { on_hand } = await shop.stock(product_id);
    expect(on_hand).toBeGreaterThanOrEqual(12);
    expect(on_hand).toBeLessThanOrEqual(24);
  });
});
