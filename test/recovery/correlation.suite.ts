import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import { published, shop } from './shop-under-test.ts';

/** Of the SDK inside a function, before it lets the function fail. */
const AWS_SDK_ATTEMPTS = 4;
/** `VisibilityTimeout` of the queues: so long a failed message stays away, ms. */
const REDELIVERY_MS = 60_000;

/** Places an order under a correlation id and waits until all that follows from it has happened. */
async function followOrder(payment_method: string, types: string[]) {
  const { door, buyer } = await shop.visit();
  const product_id = await shop.aProduct();
  const correlationId = `test-${randomUUID()}`;
  const { headers, body } = await door.call('POST /api/v1/orders', {
    token: buyer.token,
    headers: { 'idempotency-key': randomUUID(), 'x-correlation-id': correlationId },
    body: { items: [{ product_id, quantity: 1 }], payment_method },
  });
  expect(headers.get('x-correlation-id')).toBe(correlationId);
  const orderId = body.order_id as string;
  const events = await eventually(async () => {
    const all = published.all.filter(({ data }) => data.order_id === orderId);
    return types.every((type) => all.some(({ metadata }) => metadata.event_type === type)) && all;
  });
  return { orderId, correlationId, events };
}

describe('the stages of an order carry one correlation id', () => {
  test.each([
    [
      'card_ok',
      [
        'inventory.committed',
        'inventory.reserved',
        'notification.sent',
        'order.confirmed',
        'order.created',
        'payment.completed',
      ],
      ['inventory/reserve-stock', 'payment/take-payment', 'order/confirm-order'],
    ],
    [
      'card_timeout',
      [
        'inventory.released',
        'inventory.reserved',
        'notification.sent',
        'order.cancelled',
        'order.cancelling',
        'order.created',
        'payment.refunded',
      ],
      [
        'inventory/reserve-stock',
        'payment/take-payment',
        'order/begin-cancelling-order',
        'payment/refund-payment',
        'inventory/release-stock',
        'order/cancel-order',
      ],
    ],
  ])('%s: in rows, in events and in logs', async (payment_method, types, steps) => {
    const { orderId, correlationId, events } = await followOrder(payment_method, types);

    expect([...new Set(events.map(({ metadata }) => metadata.event_type))].sort()).toEqual(types);
    const row = await shop.row('order', `ORDER#${orderId}`);
    const idsOf = (list: Json[]) => new Set(list.map(({ correlation_id }) => correlation_id));
    expect(idsOf(row.events)).toEqual(new Set([correlationId]));
    expect(idsOf(events.map(({ metadata }) => metadata))).toEqual(new Set([correlationId]));
    for (const step of steps) expect(idsOf(await linesAbout(step, orderId))).toEqual(new Set([correlationId]));
    const [started] = await linesAbout('order/on-order-created', orderId);
    expect(started.correlation_id).toBe(correlationId);
  });

  test('also where a stage fails at first', async () => {
    const { buyer, door } = await shop.visit();
    const product_id = await shop.aProduct();
    const isStart = callsOf('states', 'StartExecution', ({ input }) => input.includes(product_id));
    const refused = shop.faults.inject(isStart, 'fails before', AWS_SDK_ATTEMPTS);
    const { headers, body } = await door.placeOrder(buyer, { product_id });

    await eventually(async () => refused.length === AWS_SDK_ATTEMPTS);

    const failure = { message: 'message not handled', correlation_id: headers.get('x-correlation-id') };
    await eventually(
      async () =>
        expect(await shop.log('order/on-order-created')).toContainEqual(expect.objectContaining(failure)) ?? true,
    );
    shop.cloud.clock.advance(REDELIVERY_MS);
    await door.settled(buyer, body.order_id);
  });

  test('and each event tells which one caused it', async () => {
    const { orderId, events } = await followOrder('card_ok', ['inventory.committed']);

    const causes = Object.fromEntries(events.map(({ metadata }) => [metadata.event_type, metadata.causation_id]));

    expect(causes).toMatchObject({
      'inventory.reserved': `ORDER#${orderId}#1`,
      'payment.completed': `ORDER#${orderId}#1`,
      'order.confirmed': `ORDER#${orderId}#1`,
      'inventory.committed': `ORDER#${orderId}#2`,
    });
  });
});

/** All that the function itself has logged about the order, once there is any of it. */
async function linesAbout(fn: string, orderId: string): Promise<Json[]> {
  return eventually(async () => {
    const lines = (await shop.log(fn)).filter((line) => JSON.stringify(line).includes(orderId));
    return lines.length > 0 && lines;
  });
}
