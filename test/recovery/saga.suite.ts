import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { ApiCall } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf, type FaultKind } from './faults.ts';
import {
  aProductToOrder,
  callsAbout,
  expectCancelled,
  expectConfirmed,
  placeOrder,
  placeOrderWithoutSaga,
} from './order-under-test.ts';
import { shop } from './shop-under-test.ts';

/** `TimeoutSeconds` of each step, ms. */
const STEP_TIMEOUT_MS = 10_000;
/** The longest wait before a step is tried again: the third of the undo, ms. */
const LONGEST_RETRY_WAIT_MS = 4_000;

/** How often a forward step is tried. */
const FORWARD_ATTEMPTS = 3;

const FORWARD = ['inventory/reserve-stock', 'payment/take-payment', 'order/confirm-order'];
const UNDO = [
  'order/begin-cancelling-order',
  'payment/refund-payment',
  'inventory/release-stock',
  'order/cancel-order',
];
const KINDS: FaultKind[] = ['fails before', 'fails after', 'hangs after'];

const each = (steps: string[]) => steps.flatMap((step) => KINDS.map((kind) => [step, kind] as const));

/** Lets the time pass that the saga spends on a step which fails so often. */
async function waitOut(met: ApiCall[], kind: FaultKind, times = 1): Promise<void> {
  for (let time = 1; time <= times; time++) {
    await eventually(async () => met.length >= time);
    if (kind.startsWith('hangs')) shop.cloud.clock.advance(STEP_TIMEOUT_MS);
    // The saga takes note before more time passes.
    await setImmediate();
    shop.cloud.clock.advance(LONGEST_RETRY_WAIT_MS);
  }
}

describe('a step of the saga that does not work once', () => {
  test.each(each(FORWARD))('%s %s its effect: the order is confirmed', async (step, kind) => {
    const product_id = await aProductToOrder(shop);
    const met = shop.faults.inject(callsAbout(shop, step, product_id), kind, 1);
    const order = await placeOrder(shop, 'card_ok', product_id);

    await waitOut(met, kind);

    await expectConfirmed(shop, order);
  });

  test.each(each(UNDO))('%s %s its effect: the order is undone', async (step, kind) => {
    const product_id = await aProductToOrder(shop);
    const met = shop.faults.inject(callsAbout(shop, step, product_id), kind, 1);
    const order = await placeOrder(shop, 'card_declined', product_id);

    await waitOut(met, kind);

    await expectCancelled(shop, order, 'payment_declined');
  });
});

describe('a step of the saga that does not work however often it is tried', () => {
  test.each([
    ['inventory/reserve-stock', 'fails before', 'inventory_unavailable'],
    ['inventory/reserve-stock', 'fails after', 'inventory_unavailable'],
    ['payment/take-payment', 'fails before', 'payment_unavailable'],
    ['payment/take-payment', 'fails after', 'payment_unavailable'],
    ['payment/take-payment', 'hangs after', 'payment_unavailable'],
  ] as const)('%s %s its effect: the order is undone', async (step, kind, reason) => {
    const product_id = await aProductToOrder(shop);
    const met = shop.faults.inject(callsAbout(shop, step, product_id), kind);
    const order = await placeOrder(shop, 'card_ok', product_id);

    await waitOut(met, kind, FORWARD_ATTEMPTS);

    await expectCancelled(shop, order, reason);
    expect(met).toHaveLength(FORWARD_ATTEMPTS);
  });
});

describe('two executions of the saga of one order', () => {
  test.each(['side by side', 'one after the other'])('%s confirm it once', async (how) => {
    const order = await placeOrderWithoutSaga(shop, 'card_ok');

    expect(await runTwice(order.input, how)).toEqual(['SUCCEEDED', 'SUCCEEDED']);

    await expectConfirmed(shop, order);
  });

  test.each([
    ['side by side', 'card_declined', 'payment_declined'],
    ['side by side', 'card_timeout', 'payment_timeout'],
    ['one after the other', 'card_declined', 'payment_declined'],
    ['one after the other', 'card_timeout', 'payment_timeout'],
  ])('%s undo it once: %s', async (how, card, reason) => {
    const order = await placeOrderWithoutSaga(shop, card);

    expect(await runTwice(order.input, how)).toEqual(['SUCCEEDED', 'SUCCEEDED']);

    await expectCancelled(shop, order, reason);
    const refunded = card === 'card_timeout' ? ['payment.refunded'] : ['payment.failed'];
    expect(await shop.history('payment', `PAYMENT#${order.order_id}`)).toEqual(refunded);
  });

  test('many times over leave each order confirmed once or undone once', async () => {
    const cards = ['card_ok', 'card_declined', 'card_ok', 'card_declined', 'card_ok', 'card_declined'];
    const orders = [];
    for (const card of cards) orders.push({ card, ...(await placeOrderWithoutSaga(shop, card)) });

    await Promise.all(orders.flatMap(({ input }) => [runSaga(input), runSaga(input), runSaga(input)]));

    for (const { card, ...order } of orders) {
      if (card === 'card_ok') await expectConfirmed(shop, order);
      else await expectCancelled(shop, order, 'payment_declined');
    }
  });
});

describe('as a Standard workflow', () => {
  test('the same definition brings an order to its end, once for a name, and its history is kept', async () => {
    const { definition, roleArn } = await shop.call('states', 'DescribeStateMachine', {
      stateMachineArn: shop.id('order', 'Saga/StateMachine'),
    });
    const machine = { name: 'standard', type: 'STANDARD', definition, roleArn };
    const { stateMachineArn } = await shop.call('states', 'CreateStateMachine', machine);
    const { input, ...order } = await placeOrderWithoutSaga(shop, 'card_ok');
    const start = () => shop.call('states', 'StartExecution', { stateMachineArn, name: 'once', input });

    const { executionArn } = await start();
    await eventually(async () => {
      return (await shop.call('states', 'DescribeExecution', { executionArn })).status === 'SUCCEEDED';
    });

    await expectConfirmed(shop, order);
    await expect(start()).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    const { events } = await shop.call('states', 'GetExecutionHistory', { executionArn });
    const entered = events.filter(({ type }: Json) => type.endsWith('StateEntered'));
    const tasks = entered.filter(({ type }: Json) => type === 'TaskStateEntered');
    expect(tasks.map((event: Json) => event.stateEnteredEventDetails.name)).toEqual([
      'ReserveStock',
      'TakePayment',
      'ConfirmOrder',
    ]);
    // Each is a transition that is paid for: the price in docs/decisions/0015.
    expect(entered).toHaveLength(9);
  });

  test('a start that finds its name taken is as good as one that starts', async () => {
    const product_id = await shop.aProduct();
    const isOurs = callsOf('states', 'StartExecution', ({ input }) => input.includes(product_id));
    const starts = shop.faults.intercept(isOurs, async (_, next) => {
      await next();
      throw new AwsError('ExecutionAlreadyExists', 'Execution Already Exists', 400);
    });
    const { door, buyer } = await shop.visit();
    const { body } = await door.placeOrder(buyer, { product_id, quantity: 1, payment_method: 'card_ok' });

    expect(await door.settled(buyer, body.order_id)).toMatchObject({ status: 'confirmed' });

    await eventually(async () => (await shop.timesHandled('order/on-order-created', `ORDER#${body.order_id}#1`)) === 1);
    expect(starts.length).toBeGreaterThan(0);
    const { events } = await shop.row('order', `ORDER#${body.order_id}`);
    const ofOurs = `$.correlation_id = "${events[0].correlation_id}"`;
    expect(await shop.log('order/on-order-created', `{ $.message = "message not handled" && ${ofOurs} }`)).toEqual([]);
  });
});

/** Runs the saga of an order from its start to its end, as Step Functions does when it starts one twice. */
async function runSaga(input: string): Promise<string> {
  const stateMachineArn = shop.id('order', 'Saga/StateMachine');
  const { executionArn } = await shop.call('states', 'StartExecution', { stateMachineArn, input });
  // The cloud knows them all; AWS's API describes no Express ones.
  const isOurs = (execution: Json) => execution.executionArn === executionArn;
  return eventually(async () => {
    const status = shop.cloud.services.states.executions().find(isOurs)?.status;
    return status !== 'RUNNING' && status;
  });
}

async function runTwice(input: string, how: string): Promise<string[]> {
  if (how === 'side by side') return Promise.all([runSaga(input), runSaga(input)]);
  return [await runSaga(input), await runSaga(input)];
}
