import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';

const aRequest = (overrides = {}) => ({ name: `P${randomUUID()}`, category: 'test', price: 9.99, ...overrides });

async function create(overrides = {}): Promise<Json> {
  const { token } = await shop.admin();
  return (await shop.call('POST /api/v1/products', { token, body: aRequest(overrides) })).body;
}

describe('the catalogue', () => {
  test('shows a product that an administrator created', async () => {
    const product = await create({ name: 'Cup', price: 12.5 });

    const answer = await shop.call(`GET /api/v1/products/${product.product_id}`);

    expect(answer).toMatchObject({ status: 200, body: { ...product, name: 'Cup', price: 12.5, currency: 'USD' } });
  });

  test('is read by category, page by page', async () => {
    const category = `c${randomUUID()}`;
    const names = ['one', 'two', 'three'];
    for (const name of names) await create({ category, name });
    const namesOf = ({ body }: Json) => body.products.map((product: Json) => product.name);
    const route = `GET /api/v1/products?category=${category}&limit=2`;

    const first = await shop.call(route);
    const byCursor = await shop.call(`${route}&cursor=${first.body.next_cursor}`);
    const byPage = await shop.call(`${route}&page=2`);

    expect(namesOf(first)).toEqual(['one', 'two']);
    expect(first.headers.get('link')).toContain('rel="next"');
    expect(namesOf(byCursor)).toEqual(['three']);
    expect(namesOf(byPage)).toEqual(['three']);
    expect(byPage.body).toMatchObject({ page: 2, next_cursor: null });
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'page=0', 'cursor=nonsense', 'colour=red'])(
    'refuses %s',
    async (query) => {
      const answer = await shop.call(`GET /api/v1/products?${query}`);

      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    },
  );

  test('creates a product once for one idempotency key', async () => {
    const { token } = await shop.admin();
    const headers = { 'idempotency-key': randomUUID() };
    const body = aRequest();

    const [one, two] = [
      await shop.call('POST /api/v1/products', { token, headers, body }),
      await shop.call('POST /api/v1/products', { token, headers, body }),
    ];

    expect(two.body).toEqual(one.body);
  });

  test('lets an administrator change a product, unless it was changed meanwhile', async () => {
    const { token } = await shop.admin();
    const { product_id } = await create();
    const route = `PUT /api/v1/products/${product_id}`;
    const etag = (await shop.call(`GET /api/v1/products/${product_id}`)).headers.get('etag') ?? '';

    const changed = await shop.call(route, { token, headers: { 'if-match': etag }, body: aRequest({ price: 5 }) });
    const late = await shop.call(route, { token, headers: { 'if-match': etag }, body: aRequest({ price: 6 }) });

    expect(changed).toMatchObject({ status: 200, body: { price: 5 } });
    expect(late).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' } });
  });
});

describe('a new price', () => {
  test('reaches orders by event', async () => {
    const { token } = await shop.admin();
    const product_id = await shop.aProduct({ price: 10, stock: 100 });
    const jane = await shop.aCustomer();
    expect((await shop.placeOrder(jane, { product_id })).body.total).toBe(10);

    await shop.call(`PUT /api/v1/products/${product_id}`, { token, body: aRequest({ price: 12 }) });

    await eventually(async () => (await shop.placeOrder(jane, { product_id })).body.total === 12);
  });
});
