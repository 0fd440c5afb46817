import { describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { type CallFilter, callsOf, type FaultKind } from './faults.ts';
import { shop } from './shop-under-test.ts';

/** An open circuit lets one call try after ten seconds. */
const HALF_OPEN_MS = 10_000;

/** Placed by the customer whose account is looked at. */
async function anOrder(): Promise<string> {
  const { door, buyer } = await shop.visit();
  const { status, body } = await door.placeOrder(buyer, { product_id: await shop.aProduct() });
  expect(status).toBe(202);
  return body.order_id;
}

/** The function is called and does not answer. */
function callsOfFunction(fn: string): CallFilter {
  const name = shop.functionName(fn);
  return callsOf('lambda', 'Invoke', ({ FunctionName }) => FunctionName.includes(name));
}

const stop = (fn: string, kind: FaultKind = 'fails before') => shop.faults.inject(callsOfFunction(fn), kind);

async function accountWithOrders(): Promise<Json> {
  const { door, buyer } = await shop.visit();
  const { status, body } = await door.call(`GET /api/v1/users/${buyer.user_id}?include=orders`, buyer);
  expect(status).toBe(200);
  return body;
}

/** Whatever the circuit has been through, it lets a call try. */
async function tryAgain(): Promise<Json> {
  shop.cloud.clock.advance(HALF_OPEN_MS);
  return accountWithOrders();
}

/** A cold start may take longer than the order service has for its answer: then it is asked again. */
const isShown = (orderId: string) =>
  eventually(async () => (await tryAgain()).orders.some(({ order_id }: Json) => order_id === orderId));

describe('an account with its orders', () => {
  test('is shown without them while order is stopped, which is soon not asked any more, and with them after', async () => {
    const orderId = await anOrder();
    const met = stop('order/list-orders');

    await eventually(async () => {
      const before = met.length;
      const { orders, orders_unavailable } = await accountWithOrders();
      expect({ orders, orders_unavailable }).toEqual({ orders: [], orders_unavailable: true });
      return met.length === before;
    });
    expect(await shop.row('user', 'CIRCUIT#order', 'Circuits')).toMatchObject({ opened_at_ms: expect.any(Number) });
    shop.faults.end();

    await isShown(orderId);
    expect(await shop.row('user', 'CIRCUIT#order', 'Circuits')).toBeUndefined();
  });

  test('says that order takes too long', async () => {
    stop('order/list-orders', 'hangs before');

    await eventually(async () => (await tryAgain()).timeout === true);
  });

  test.each<[string, FaultKind]>([
    ['is down', 'fails before'],
    ['hangs', 'hangs before'],
  ])('is shown while the registry %s', async (_, kind) => {
    const orderId = await anOrder();
    const met = stop('registry/list-services', kind);

    // On a busy machine nobody may wait for the registry until it is even called.
    await eventually(async () => {
      await isShown(orderId);
      return met.length > 0;
    });
  });
});
