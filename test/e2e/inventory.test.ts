import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';

describe('the stock of a product', () => {
  test('is opened empty when the product is created', async () => {
    const { token } = await shop.admin();
    const body = { name: `P${randomUUID()}`, category: 'test', price: 1 };
    const { product_id } = (await shop.call('POST /api/v1/products', { token, body })).body;

    const stock = await eventually(async () => {
      const answer = await shop.call(`GET /api/v1/inventory/${product_id}`, { token });
      return answer.status === 200 && answer.body;
    });

    expect(stock).toEqual({ product_id, on_hand: 0, reserved: 0, available: 0 });
  });

  test('is set by an administrator and seen by a customer', async () => {
    const product_id = await shop.aProduct({ stock: 42 });
    const jane = await shop.aCustomer();

    const answer = await shop.call(`GET /api/v1/inventory/${product_id}`, jane);

    expect(answer).toMatchObject({ status: 200, body: { product_id, on_hand: 42, reserved: 0, available: 42 } });
  });

  test.each([-1, 1.5, '3', null])('cannot be %p', async (on_hand) => {
    const { token } = await shop.admin();

    const answer = await shop.call(`PUT /api/v1/inventory/${randomUUID()}`, { token, body: { on_hand } });

    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  test('is not known for a product that does not exist', async () => {
    const jane = await shop.aCustomer();

    expect((await shop.call(`GET /api/v1/inventory/${randomUUID()}`, jane)).status).toBe(404);
  });
});
