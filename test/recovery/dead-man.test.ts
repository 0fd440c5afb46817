import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { type CallFilter, callsOf } from './faults.ts';
import { expectCancelled, expectConfirmed, expectNothingKept, placeOrder, stepCalls } from './order-under-test.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

/** An execution that hangs is over by then, and its dead-man message comes due. */
const SAGA_OVERDUE_MS = 300_000;
/** How long a message stays away from its queue that could not be handled. */
const REDELIVERY_MS = 60_000;
const FORWARD_ATTEMPTS = 3;
const ALL_ATTEMPTS = 4;
const ALARM_PERIOD_MS = 60_000;

const NOT_HANDLED = '{ $.message = "message not handled" }';

const sagaStarts = callsOf('states', 'StartExecution');
const started = { executionArn: 'none', startDate: 0 };

let shop: RecoveryShop;
let deadManMessages: CallFilter;

beforeAll(async () => {
  shop = await RecoveryShop.start();
  const queueUrl = shop.id('order', 'DeadMan/Messages');
  deadManMessages = callsOf('sqs', 'SendMessage', ({ QueueUrl }) => QueueUrl === queueUrl);
}, START_LIMIT_MS);

afterEach(() => shop.faults.end());

afterAll(() => shop?.stop());

const moveOn = (ms: number) => shop.cloud.clock.advance(ms);

describe('the dead-man message', () => {
  test('is sent before the saga is started', async () => {
    const calls = shop.faults.watch((call) => sagaStarts(call) || deadManMessages(call));
    const order = await placeOrder(shop);

    await expectConfirmed(shop, order);

    expect(calls.map(({ service, action }) => `${service}:${action}`)).toEqual([
      'sqs:SendMessage',
      'states:StartExecution',
    ]);
    expect(calls.map(({ input }) => JSON.stringify(input).includes(order.order_id))).toEqual([true, true]);
  });

  test('that cannot be sent keeps the saga from starting until it can', async () => {
    const starts = shop.faults.watch(sagaStarts);
    const refused = shop.faults.inject(deadManMessages, 'fails before', 4);
    const order = await placeOrder(shop);
    await eventually(async () => refused.length === 4);
    await eventually(async () => (await shop.log('order/on-order-created', NOT_HANDLED)).length > 0);
    expect(starts).toHaveLength(0);

    moveOn(REDELIVERY_MS);

    await expectConfirmed(shop, order);
    expect(starts).toHaveLength(1);
  });

  test('finds nothing to do where the saga has ended', async () => {
    const starts = shop.faults.watch(sagaStarts);
    const order = await placeOrder(shop);
    await expectConfirmed(shop, order);

    moveOn(SAGA_OVERDUE_MS);
    await eventually(() => deadManQueueIsEmpty());

    expect(starts).toHaveLength(1);
    await expectConfirmed(shop, order);
  });
});

describe('a saga that dies', () => {
  test('before its first step is started again', async () => {
    const lost = shop.faults.swallow(sagaStarts, started);
    const order = await placeOrder(shop);
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
    const died = shop.faults.inject(stepCalls(shop, step), kind, 1);
    const order = await placeOrder(shop);
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
    const died = shop.faults.inject(stepCalls(shop, step), kind, 1);
    const order = await placeOrder(shop, card);
    await eventually(async () => died.length > 0);

    moveOn(SAGA_OVERDUE_MS);

    await expectCancelled(shop, order, card.replace('card', 'payment'));
  });
});

describe('an order whose saga dies each time', () => {
  test('is undone at the last attempt', async () => {
    const died = shop.faults.inject(stepCalls(shop, 'order/confirm-order'), 'hangs before');
    const order = await placeOrder(shop);

    for (let attempt = 1; attempt <= FORWARD_ATTEMPTS; attempt++) {
      await eventually(async () => died.length === attempt);
      moveOn(SAGA_OVERDUE_MS);
    }

    await expectCancelled(shop, order, 'saga_did_not_end');
    expect((await shop.ledger(order.order_id)).status).toBe('refunded');
  });

  test('is given to people when it cannot be undone either', async () => {
    expect(await shop.alarmState('order', 'OrdersNeedingAttentionAlarm')).not.toBe('ALARM');
    const died = shop.faults.inject(stepCalls(shop, 'inventory/release-stock'), 'hangs before');
    const order = await placeOrder(shop, 'card_timeout');

    for (let attempt = 1; attempt <= ALL_ATTEMPTS; attempt++) {
      await eventually(async () => died.length === attempt);
      moveOn(SAGA_OVERDUE_MS);
    }

    expect(await order.door.settled(order.buyer, order.order_id)).toMatchObject({
      status: 'needs_attention',
      reason: 'saga_did_not_end',
    });
    await eventually(() => metricIsWritten('OrdersNeedingAttention'));
    moveOn(ALARM_PERIOD_MS);
    expect(await shop.alarmState('order', 'OrdersNeedingAttentionAlarm')).toBe('ALARM');

    shop.faults.end();
    await shop.invoke('inventory/release-stock', sagaInput(died));
    await expectNothingKept(shop, order);
  });
});

async function deadManQueueIsEmpty(): Promise<boolean> {
  const { Attributes } = await shop.call('sqs', 'GetQueueAttributes', {
    QueueUrl: shop.id('order', 'DeadMan/Messages'),
    AttributeNames: ['All'],
  });
  const counts = Object.entries(Attributes).filter(([name]) => name.startsWith('ApproximateNumberOfMessages'));
  return counts.every(([, count]) => count === '0');
}

async function metricIsWritten(name: string): Promise<boolean> {
  return (await shop.log('order/on-saga-overdue', `{ $.${name} = 1 }`)).length > 0;
}

/** What the saga calls its steps with. */
function sagaInput(calls: Json[]): Json {
  return JSON.parse(Buffer.from(calls[0].input.Payload).toString());
}
