import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type * as ordersOfUser from '#functions/user/orders-of-user.ts';
import type { ServiceClient } from '#lib/runtime/service-client.ts';
import { server } from '../setup/server-of-a-test.ts';

const cause = { correlation_id: 'c1', causation_id: 'r1', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const caller = { authorization: 'Bearer jane', cause };

let client: ServiceClient;
let ordersOf: typeof ordersOfUser.ordersOf;
let Client: typeof ServiceClient;

beforeAll(async () => {
  Object.assign(process.env, { SERVICE_NAME: 'user', FUNCTION_NAME: 'test', AWS_LAMBDA_LOG_LEVEL: 'FATAL' });
  ({ ordersOf } = await import('#functions/user/orders-of-user.ts'));
  ({ ServiceClient: Client } = await import('#lib/runtime/service-client.ts'));
});

beforeEach(() => {
  client = new Client({ baseUrl: server.url, timeoutMs: 500 });
});

describe('the orders that an account shows', () => {
  test('are those that the order service answers to the caller', async () => {
    const orders = [{ order_id: 'o1', status: 'confirmed' }];
    server.answers([200, { orders, next_cursor: null }]);

    expect(await ordersOf('u1', caller, client)).toEqual({ orders });
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: '/internal/v1/orders/user/u1?limit=100',
      headers: { 'x-bazaar-on-behalf-of': 'Bearer jane', 'x-correlation-id': 'c1', traceparent: cause.traceparent },
    });
  });

  test.each([
    ['fails', [500, {}]],
    ['refuses', [403, { code: 'FORBIDDEN' }]],
    ['answers something else', [200, { items: [] }]],
  ])('are unavailable when the order service %s', async (_, answer) => {
    server.answers(answer as [number, unknown]);

    expect(await ordersOf('u1', caller, client)).toEqual({ orders: [], orders_unavailable: true });
  });

  test('are unavailable while the circuit is open', async () => {
    server.answers([500]);
    await ordersOf('u1', caller, client);
    await ordersOf('u1', caller, client);
    server.requests.length = 0;

    expect(await ordersOf('u1', caller, client)).toEqual({ orders: [], orders_unavailable: true });
    expect(server.requests).toHaveLength(0);
  });

  test('are given up when the order service takes too long', async () => {
    server.answers('never');

    expect(await ordersOf('u1', caller, client)).toEqual({ orders: [], timeout: true });
  });
});
