import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
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

  test('refuses a cursor that was changed, or is of another list', async () => {
    const category = `c${randomUUID()}`;
    for (const name of ['one', 'two']) await create({ category, name });
    const { next_cursor } = (await shop.call(`GET /api/v1/products?category=${category}&limit=1`)).body;
    const [, signature] = next_cursor.split('.');
    const elsewhere = Buffer.from(JSON.stringify({ product_id: 'x', created_at: '2000' })).toString('base64url');

    const answers = [
      await shop.call(`GET /api/v1/products?category=${category}&cursor=${elsewhere}.${signature}`),
      await shop.call(`GET /api/v1/products?category=${category}&cursor=${elsewhere}`),
      await shop.call(`GET /api/v1/products?cursor=${next_cursor}`),
    ];

    for (const answer of answers) {
      expectProblem(answer, 400, 'VALIDATION_FAILED');
      expect(answer.body.errors).toEqual([expect.objectContaining({ field: 'cursor' })]);
    }
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

describe('a copy of the catalogue in a cache', () => {
  const caching = /^public, max-age=\d+, stale-while-revalidate=\d+$/;

  test('of a product is good until the product changes', async () => {
    const { token } = await shop.admin();
    const { product_id } = await create();
    const route = `GET /api/v1/products/${product_id}`;
    const first = await shop.call(route);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };

    const unchanged = await shop.call(route, { headers });
    await shop.call(`PUT /api/v1/products/${product_id}`, { token, body: aRequest({ price: 5 }) });
    const changed = await shop.call(route, { headers });

    expect(first.headers.get('cache-control')).toMatch(caching);
    expect(unchanged).toMatchObject({ status: 304, body: undefined });
    expect(unchanged.headers.get('etag')).toBe(headers['if-none-match']);
    expect(unchanged.headers.get('cache-control')).toMatch(caching);
    expect(changed).toMatchObject({ status: 200, body: { price: 5 } });
    expect(changed.headers.get('etag')).not.toBe(headers['if-none-match']);
  });

  test('of a list is good until one of its products changes', async () => {
    const { token } = await shop.admin();
    const category = `c${randomUUID()}`;
    const { product_id } = await create({ category });
    const route = `GET /api/v1/products?category=${category}`;
    const first = await shop.call(route);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };

    const unchanged = await shop.call(route, { headers });
    await shop.call(`PUT /api/v1/products/${product_id}`, { token, body: aRequest({ category, price: 5 }) });
    const changed = await shop.call(route, { headers });

    expect(first.headers.get('cache-control')).toMatch(caching);
    expect(unchanged).toMatchObject({ status: 304, body: undefined });
    expect(changed).toMatchObject({ status: 200, body: { products: [{ product_id, price: 5 }] } });
  });

  test('is not taken for that of the other version of the API', async () => {
    const { product_id } = await create({ price: 9.99 });
    const route = `GET /api/v1/products/${product_id}`;
    const { headers } = await shop.call(route);

    const v2 = await shop.call(route, {
      headers: { accept: 'application/vnd.api.v2+json', 'if-none-match': headers.get('etag') ?? '' },
    });

    expect(v2).toMatchObject({ status: 200, body: { price: { amount: 999, currency: 'USD' } } });
    expect(v2.headers.get('vary')).toBe('Accept');
  });

  test('is never made of an error', async () => {
    const answer = await shop.call(`GET /api/v1/products/${randomUUID()}`, { headers: { 'if-none-match': '*' } });

    expectProblem(answer, 404, 'NOT_FOUND');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('version 2 of the catalogue', () => {
  test('says money in minor units, and takes it so', async () => {
    const { token } = await shop.admin();
    const { product_id } = await create({ price: 9.99 });
    const price = { amount: 1250, currency: 'EUR' };
    const read = await shop.call(`GET /api/v2/products/${product_id}`);
    const headers = { 'if-match': read.headers.get('etag') ?? '' };

    const changed = await shop.call(`PUT /api/v2/products/${product_id}`, {
      token,
      headers,
      body: aRequest({ price }),
    });

    expect(read.body.price).toEqual({ amount: 999, currency: 'USD' });
    expect(changed).toMatchObject({ status: 200, body: { price } });
    expect((await shop.call(`GET /api/v1/products/${product_id}`)).body).toMatchObject({
      price: 12.5,
      currency: 'EUR',
    });
  });

  test('lists products by cursor', async () => {
    const category = `c${randomUUID()}`;
    for (const name of ['one', 'two']) await create({ category, name });

    const first = await shop.call(`GET /api/v2/products?category=${category}&limit=1`);
    const second = await shop.call(`GET /api/v2/products?category=${category}&cursor=${first.body.next_cursor}`);

    expect(first.headers.get('link')).toContain('</api/v2/products?');
    expect(second.body.products).toMatchObject([{ name: 'two', price: { amount: 999, currency: 'USD' } }]);
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
