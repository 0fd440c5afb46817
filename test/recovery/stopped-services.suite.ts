import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startService, stopService } from '#bin/service/switch.ts';
import { eventually } from '../setup/eventually.ts';
import { expectCancelled, expectConfirmed, type OrderUnderTest, placeOrder } from './order-under-test.ts';
import { shop } from './shop-under-test.ts';

/** After this the dead-man message of an order comes due, which sees to it that its saga comes to an end. */
const DEAD_MAN_MS = 6 * 60_000;
const ROOT = join(import.meta.dirname, '../..');

let client: LambdaClient;
/** Confirmed before anything is stopped, by whoever visits the shop now. */
let order: OrderUnderTest;
let stopped: string | undefined;

beforeAll(() => {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
  // One answer tells: what is throttled on purpose is not to be asked again.
  client = new LambdaClient({ endpoint: shop.cloud.awsUrl, region: 'us-east-1', credentials });
});

afterEach(async () => {
  if (stopped) await startService(client, { stage: 'dev', service: stopped });
  stopped = undefined;
});

afterAll(() => client?.destroy());

async function placeFirstOrder(): Promise<void> {
  const { buyer } = await shop.visit();
  if (order?.buyer === buyer) return;
  order = await placeOrder(shop);
  await expectConfirmed(shop, order);
}

async function stop(service: string): Promise<void> {
  stopped = service;
  expect(await stopService(client, { stage: 'dev', service })).toBeGreaterThan(0);
}

/** What customers do, and the one service that each of these needs to be answered. */
function errands(): Record<string, [service: string, route: string, body?: object]> {
  const { product_id, order_id, buyer } = order;
  const items = [{ product_id, quantity: 1 }];
  return {
    'log in': ['user', 'POST /api/v1/auth/login', { username: 'nobody', password: 'of that name' }],
    'look at the account': ['user', `GET /api/v1/users/${buyer.user_id}`],
    'look at the account with orders': ['user', `GET /api/v1/users/${buyer.user_id}?include=orders`],
    browse: ['product', 'GET /api/v1/products'],
    'look at a product': ['product', `GET /api/v1/products/${product_id}`],
    'ask what is in stock': ['inventory', `GET /api/v1/inventory/${product_id}`],
    'look into the cart': ['cart', `GET /api/v1/carts/${buyer.user_id}`],
    'place an order': ['order', 'POST /api/v1/orders', { items, payment_method: 'card_declined' }],
    'look at an order': ['order', `GET /api/v1/orders/${order_id}`],
    'look at the payment': ['payment', `GET /api/v1/payments/order/${order_id}`],
    'read messages': ['notification', 'GET /api/v1/notifications'],
    'see which services there are': ['registry', 'GET /api/v1/services'],
    'read the documentation': ['gateway', 'GET /docs'],
  };
}

/** The errands that are done: answered, and not by an error of the server. */
async function done(): Promise<string[]> {
  const { buyer, door } = order;
  const names = Object.entries(errands()).map(async ([name, [, route, body]]) => {
    const [method, path] = route.split(' ');
    const response = await fetch(`${door.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${buyer.token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: body && JSON.stringify(body),
    });
    await response.text();
    return response.status < 500 ? [name] : [];
  });
  return (await Promise.all(names)).flat();
}

const SERVICES = ['user', 'product', 'inventory', 'cart', 'order', 'payment', 'notification', 'registry', 'gateway'];

describe('a stopped service', () => {
  beforeEach(placeFirstOrder);

  test.each(SERVICES)('%s stops only what it does itself', async (service) => {
    const others = Object.entries(errands()).filter(([, [needed]]) => needed !== service);

    await stop(service);

    expect(await done()).toEqual(others.map(([name]) => name));
    await startService(client, { stage: 'dev', service });
    expect(await done()).toEqual(Object.keys(errands()));
  });

  test('order: accounts are shown without their orders, and say so', async () => {
    const { door, buyer } = order;
    const route = `GET /api/v1/users/${buyer.user_id}?include=orders`;
    await stop('order');

    // Cold, the account may take so long to find out that it gives up waiting first.
    const { orders, orders_unavailable, timeout } = (await door.call(route, buyer)).body;
    expect({ orders, without: orders_unavailable ?? timeout }).toEqual({ orders: [], without: true });
  });

  test('notification: orders go their way, and customers are told when it is back', async () => {
    await stop('notification');
    const placed = await placeOrder(shop);
    await expectConfirmed(shop, placed);

    await startService(client, { stage: 'dev', service: 'notification' });

    await eventually(async () => {
      const { body } = await placed.door.call('GET /api/v1/notifications', placed.buyer);
      return body.notifications.some(({ subject }: { subject: string }) =>
        subject.includes(placed.order_id.slice(0, 8)),
      );
    });
  });

  test('payment: what is ordered meanwhile is undone, with nothing held and nothing charged, when it is back', async () => {
    await stop('payment');
    const placed = await placeOrder(shop);
    await eventually(async () => (await shop.row('order', `ORDER#${placed.order_id}`)).status === 'cancelling');

    await startService(client, { stage: 'dev', service: 'payment' });

    shop.cloud.clock.advance(DEAD_MAN_MS);
    await expectCancelled(shop, placed, 'payment_unavailable');
  });
});

describe('npm run service', () => {
  beforeEach(placeFirstOrder);

  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['bin/on-node-24.mjs', 'bin/service.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, AWS_ENDPOINT_URL: shop.cloud.awsUrl },
    });

  test('stops and starts, and says what it has done', async () => {
    stopped = 'cart';
    expect((await run('stop', 'cart')).stdout).toMatch(/^cart is stopped: \d+ functions of the stage dev\n$/);
    expect(await done()).not.toContain('look into the cart');
    expect((await run('start', 'cart')).stdout).toMatch(/^cart runs again: \d+ functions of the stage dev\n$/);
    expect(await done()).toContain('look into the cart');
  });

  test('says what is wrong with its arguments', async () => {
    await expect(run('stop')).rejects.toThrow('Usage: npm run service -- stop|start <service>');
    await expect(run('stop', 'weather')).rejects.toThrow('There is no service weather in the stage dev here.');
    await expect(run('stop', 'order', '--stage', 'prod')).rejects.toThrow('say --yes if it is meant');
  });
});
