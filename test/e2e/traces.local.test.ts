import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type FoundTrace, findTraces } from '#bin/traces/find.ts';
import { nameOf } from '#bin/traces/rows.ts';
import { seenServiceMap } from '#bin/traces/service-map.ts';
import { partsOf, treesOf } from '#bin/traces/tree.ts';
import { XrayClient } from '#bin/traces/xray-client.ts';
import { operatorEnvironment } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';

// Asks X-Ray, which records every request on the embedded cloud only.

beforeAll(() => void Object.assign(process.env, operatorEnvironment()));

/** The traces that an id is found by, as soon as they say what is waited for. */
function tracesOf(id: string, isWhole: (traces: FoundTrace[]) => boolean): Promise<FoundTrace[]> {
  return eventually(async () => {
    const found = await findTraces(new XrayClient(), id, 1);
    return isWhole(found) && found.every(({ segments }) => treesOf(segments).length === 1) && found;
  });
}

/** `order/place-order`, ... */
function workIn({ segments }: FoundTrace): string[] {
  const parts = segments.filter(({ inferred }) => !inferred).flatMap(partsOf);
  return [...new Set(parts.map((part) => nameOf(part)))];
}

async function placeOrder(buyer: Json, headers: Record<string, string>, payment_method = 'card_ok') {
  const product_id = await shop.aProduct();
  const answer = await shop.call('POST /api/v1/orders', {
    token: buyer.token,
    headers: { 'idempotency-key': randomUUID(), ...headers },
    body: { items: [{ product_id, quantity: 1 }], payment_method },
  });
  return { order: answer.body, traceparent: answer.headers.get('traceparent') ?? '' };
}

/** What an order goes through that is confirmed, whoever does it. */
const ORDER_PATH = [
  'order/place-order',
  'order/outbox-relay',
  'EventBridge PutEvents',
  'order/on-order-created',
  'SFN StartExecution',
  'order saga',
  'inventory/reserve-stock',
  'payment/take-payment',
  'payment provider',
  'order/confirm-order',
  'inventory/on-order-confirmed',
  'notification/on-order-changed',
  'notification/outbox-relay',
  'view/on-notification-sent',
  'view/on-payment-changed',
];

describe('an order', () => {
  test('is one trace, from its request through stream, bus, queues and saga to all that listen', async () => {
    const { order, traceparent } = await placeOrder(await shop.aRegular(), {});

    const [trace] = await tracesOf(traceparent, ([found]) => found !== undefined && hasAll(found, ORDER_PATH));

    expect(treesOf(trace?.segments ?? [])).toHaveLength(1);
    const ids = trace?.segments.flatMap(partsOf).map(({ annotations }) => annotations?.order_id);
    expect(new Set(ids)).toEqual(new Set([undefined, order.order_id]));
  });

  test('goes on with the trace of the client, if the client has one', async () => {
    const digits = randomBytes(16).toString('hex');
    const span = '53995c3f42cd8ad8';

    const { traceparent } = await placeOrder(await shop.aRegular(), { traceparent: `00-${digits}-${span}-01` });
    const [trace] = await tracesOf(digits, ([found]) => found !== undefined && hasAll(found, ORDER_PATH));

    expect(traceparent).toMatch(new RegExp(`^00-${digits}-(?!${span})[0-9a-f]{16}-01$`));
    const [root, ...others] = treesOf(trace?.segments ?? []);
    expect(others).toEqual([]);
    expect(root?.segment).toMatchObject({
      parent_id: span,
      http: { request: { method: 'POST', url: '/api/v1/orders' } },
    });
  });

  test('is found by its own id, with all that was asked about it', async () => {
    const buyer = await shop.aRegular();
    const { order } = await placeOrder(buyer, {}, 'card_declined');
    await shop.settled(buyer, order.order_id);

    const traces = await tracesOf(
      order.order_id,
      (found) => found.length >= 2 && found.some((one) => hasAll(one, ['order/cancel-order'])),
    );

    expect(seenServiceMap(traces)).toEqual(
      expect.arrayContaining([
        { from: 'order', to: 'inventory', kind: 'saga', what: ['release-stock', 'reserve-stock'] },
        { from: 'order', to: 'payment', kind: 'saga', what: ['refund-payment', 'take-payment'] },
      ]),
    );
  });
});

describe('a call between services', () => {
  test('is in the trace of the request that it is made for', async () => {
    const { user_id, token } = await shop.aRegular();

    const { headers } = await shop.call(`GET /api/v1/users/${user_id}?include=orders`, { token });
    const call = { from: 'user', to: 'order', kind: 'calls', what: ['GET /internal/v1/orders/user/{user_id}'] };
    await eventually(async () => {
      const traces = await findTraces(new XrayClient(), headers.get('traceparent') ?? '', 1);
      expect(seenServiceMap(traces)).toContainEqual(call);
      return true;
    });
  });
});

describe('traces', () => {
  test('hold nothing that says who somebody is', async () => {
    const username = `u${randomUUID()}`;
    const [email, password] = [`${username}@example.com`, randomUUID()];
    const registration = await shop.call('POST /api/v1/users', { body: { username, email, password } });
    await shop.call('POST /api/v1/users', { body: { username, email, password } });
    await shop.call('POST /api/v1/auth/login', { body: { email, password: 'wrong' } });
    const buyer = await shop.logIn(username, password);
    const { order } = await placeOrder(buyer, {});
    await shop.settled(buyer, order.order_id);

    const traces = await tracesOf(registration.body.user_id, (found) => found.length >= 2);

    const text = JSON.stringify(traces);
    const secrets = [username, email, password, buyer.token, buyer.token.split('.')[2] ?? '', 'card_ok'];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });
});

function hasAll(trace: FoundTrace, work: string[]): boolean {
  const done = workIn(trace);
  return work.every((name) => done.includes(name));
}
