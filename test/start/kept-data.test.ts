import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { portOf, ShopProcess } from './shop-process.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'bazaar-data-'));
const shops: ShopProcess[] = [];
afterAll(async () => {
  await Promise.all(shops.map((shop) => shop.stop()));
  rmSync(dataDir, { recursive: true });
});

function start(port = 0): ShopProcess {
  const shop = new ShopProcess({ flags: ['--data', dataDir], env: { PORT: String(port) } });
  shops.push(shop);
  return shop;
}

describe('npm start with --data', () => {
  test('finds everything as it was, and seeds nothing twice', async () => {
    const first = start();
    const { shop, apiUrl } = await first.ready();
    const customer = await shop.aCustomer();
    const { body: catalogue } = await shop.call('GET /api/v1/products?limit=100');
    const { product_id } = catalogue.products.find(({ name }: { name: string }) => name === 'Desk lamp');
    const order = await shop.settledOrder(customer, { product_id, quantity: 5 });
    expect(order.status).toBe('confirmed');
    first.signal('SIGHUP');
    expect(await first.ended).toBe(0);

    // On the same port, because tokens are only good at the address that they were issued for.
    const again = (await start(portOf(apiUrl)).ready()).shop;

    // The token is from before: the key that signed it has been kept too.
    const { body } = await again.call(`GET /api/v1/orders/${order.order_id}`, { token: customer.token });
    expect(body).toEqual(order);
    expect((await again.call('GET /api/v1/products?limit=100')).body).toEqual(catalogue);
    expect(await again.stock(product_id)).toMatchObject({ on_hand: 20, available: 20 });
  }, 180_000);
});
