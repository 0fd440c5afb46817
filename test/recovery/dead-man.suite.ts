import { beforeAll, describe, expect, test } from '@jest/globals';
import { isSettled } from '#functions/order/order.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { type CallFilter, callsOf } from './faults.ts';
import {
  aProductToOrder,
  callsAbout,
  expectCancelled,
  expectConfirmed,
  expectNothingKept,
  type OrderUnderTest,
  placeOrder,
} from './order-under-test.ts';
import { START_LIMIT_MS } from './recovery-shop.ts';
import { shop } from './shop-under-test.ts';

/** An execution that hangs is over by then, and its dead-man message comes due. */
const SAGA_OVERDUE_MS = 300_000;
/** How long a message stays away from its queue that could not be handled. */
const REDELIVERY_MS = 60_000;
const FORWARD_ATTEMPTS = 3;
const ALL_ATTEMPTS = 4;
const ALARM_PERIOD_MS = 60_000;

const NOT_HANDLED = '{ $.message = "message not handled" }';

const sagaStarts = (productId: string) => callsOf('states', 'StartExecution', ({ input }) => input.includes(productId));
const started = { executionArn: 'none', startDate: 0 };

let deadManMessages: CallFilter;

beforeAll(async () => {
  const queueUrl = shop.id('order', 'DeadMan/Messages');
  deadManMessages = callsOf('sqs', 'SendMessage', ({ QueueUrl }) => QueueUrl === queueUrl);
}, START_LIMIT_MS);

const moveOn = (ms: number) => shop.cloud.clock.advance(ms);

describe('the dead-man message', () => {
  test('is sent before the saga is started', async () => {
    const product_id = await aProductToOrder(shop);
    const isStart = sagaStarts(product_id);
    const watched = shop.faults.watch((call) => isStart(call) || deadManMessages(call));
    const order = await placeOrder(shop, 'card_ok', product_id);

    await expectConfirmed(shop, order);

    const calls = watched.filter(({ input }) => JSON.stringify(input).includes(order.order_id));
    expect(calls.map(({ service, action }) => `${service}:${action}`)).toEqual([
      'sqs:SendMessage',
      'states:StartExecution',
    ]);
  });

  test('that cannot be sent keeps the saga from starting until it can', async () => {
    const product_id = await aProductToOrder(shop);
    const starts = shop.faults.watch(sagaStarts(product_id));
    const refused = shop.faults.inject(deadManMessages, 'fails before', 4);
    const order = await placeOrder(shop, 'card_ok', product_id);
    await eventually(async () => refused.length === 4);
    await eventually(async () => (await shop.log('order/on-order-created', NOT_HANDLED)).length > 0);
    expect(starts).toHaveLength(0);

    moveOn(REDELIVERY_MS);

    await expectConfirmed(shop, order);
    expect(starts).toHaveLength(1);
  });

  test('finds nothing to do where the saga has ended', async () => {
    const product_id = await aProductToOrder(shop);
    const starts = shop.faults.watch(sagaStarts(product_id));
    const order = await placeOrder(shop, 'card_ok', product_id);
    await expectConfirmed(shop, order);

    moveOn(SAGA_OVERDUE_MS);
    await eventually(() => deadManQueueIsEmpty());

    expect(starts).toHaveLength(1);
    await expectConfirmed(shop, order);
  });
});

describe('a saga that dies', () => {
  test('before its first step is started again', async () => {
    const product_id = await aProductToOrder(shop);
    const lost = shop.faults.swallow(sagaStarts(product_id), started);
    const order = await placeOrder(shop, 'card_ok', product_id);
    await eventually(async () => lost.length > 0);
    shop.faults.end();

    moveOn(SAGA_OVERDUE_MS);

    await expectConfirmed(shop, order);
  });

  test.each([
    ['inventory/reserve-stock', 'hangs before'],
    ['inventory/reserve-stock', 'hangs after'],
    ['payment/take-payment', 'hangs before'],
    ['payment/take-payment', 'hangs after'],
    ['order/confirm-order', 'hangs before'],
    ['order/confirm-order', 'hangs after'],
  ] as const)('while %s %s its effect is brought to its end', async (step, kind) => {
    const product_id = await aProductToOrder(shop);
    const died = shop.faults.inject(callsAbout(shop, step, product_id), kind, 1);
    const order = await placeOrder(shop, 'card_ok', product_id);
    await eventually(async () => died.length > 0);

    moveOn(SAGA_OVERDUE_MS);

    await expectConfirmed(shop, order);
  });

  test.each([
    ['order/begin-cancelling-order', 'hangs before', 'card_declined'],
    ['order/begin-cancelling-order', 'hangs after', 'card_declined'],
    ['payment/refund-payment', 'hangs before', 'card_timeout'],
    ['payment/refund-payment', 'hangs after', 'card_timeout'],
    ['inventory/release-stock', 'hangs before', 'card_declined'],
    ['inventory/release-stock', 'hangs after', 'card_declined'],
    ['order/cancel-order', 'hangs before', 'card_declined'],
    ['order/cancel-order', 'hangs after', 'card_declined'],
  ] as const)('in its undo, while %s %s its effect (%s), is undone to the end', async (step, kind, card) => {
    const product_id = await aProductToOrder(shop);
    const died = shop.faults.inject(callsAbout(shop, step, product_id), kind, 1);
    const order = await placeOrder(shop, card, product_id);
    await eventually(async () => died.length > 0);

    moveOn(SAGA_OVERDUE_MS);

    await expectCancelled(shop, order, card.replace('card', 'payment'));
  });
});

describe('an order whose saga dies each time', () => {
  test('is undone at the last attempt', async () => {
    const product_id = await aProductToOrder(shop);
    const died = shop.faults.inject(callsAbout(shop, 'order/confirm-order', product_id), 'hangs before');
    const order = await placeOrder(shop, 'card_ok', product_id);

    await letDie(order, died);

    expect(died.length).toBeGreaterThanOrEqual(FORWARD_ATTEMPTS);
    await expectCancelled(shop, order, 'saga_did_not_end');
    expect((await shop.ledger(order.order_id)).status).toBe('refunded');
  });

  test('is given to people when it cannot be undone either', async () => {
    expect(await shop.alarmState('order', 'OrdersNeedingAttentionAlarm')).not.toBe('ALARM');
    const before = await timesGivenToPeople();
    const product_id = await aProductToOrder(shop);
    const died = shop.faults.inject(callsAbout(shop, 'inventory/release-stock', product_id), 'hangs before');
    const order = await placeOrder(shop, 'card_timeout', product_id);

    await letDie(order, died);

    expect(died.length).toBeGreaterThanOrEqual(ALL_ATTEMPTS);
    expect(await order.door.settled(order.buyer, order.order_id)).toMatchObject({
      status: 'needs_attention',
      reason: 'saga_did_not_end',
    });
    await eventually(async () => (await timesGivenToPeople()) > before);
    await shop.cloud.services.logs.settle();
    moveOn(ALARM_PERIOD_MS);
    expect(await shop.alarmState('order', 'OrdersNeedingAttentionAlarm')).toBe('ALARM');

    shop.faults.end();
    await shop.invoke('inventory/release-stock', sagaInput(died));
    await expectNothingKept(shop, order);
  });
});

/**
 * Lets the time pass after each call that hangs, until the order has come to an end. A saga may try the call again
 * before its own time is over, so they are not counted.
 */
async function letDie({ order_id }: OrderUnderTest, died: Json[]): Promise<void> {
  const isOver = async () => isSettled(await shop.row('order', `ORDER#${order_id}`));
  for (let seen = 0; !(await isOver()); ) {
    await eventually(async () => died.length > seen || (await isOver()));
    seen = died.length;
    moveOn(SAGA_OVERDUE_MS);
  }
}

async function deadManQueueIsEmpty(): Promise<boolean> {
  const { Attributes } = await shop.call('sqs', 'GetQueueAttributes', {
    QueueUrl: shop.id('order', 'DeadMan/Messages'),
    AttributeNames: ['All'],
  });
  const counts = Object.entries(Attributes).filter(([name]) => name.startsWith('ApproximateNumberOfMessages'));
  return counts.every(([, count]) => count === '0');
}

async function timesGivenToPeople(): Promise<number> {
  return (await shop.log('order/on-saga-overdue', '{ $.OrdersNeedingAttention = 1 }')).length;
}

/** What the saga calls its steps with. */
function sagaInput(calls: Json[]): Json {
  return JSON.parse(Buffer.from(calls[0].input.Payload).toString());
}
