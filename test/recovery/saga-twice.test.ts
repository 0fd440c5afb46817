import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCancelled, expectConfirmed, placeOrderWithoutSaga } from './order-under-test.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

let shop: RecoveryShop;

beforeAll(async () => {
  shop = await RecoveryShop.start();
}, START_LIMIT_MS);

afterEach(() => shop.faults.end());

afterAll(() => shop?.stop());

/** Runs the saga of an order from its start to its end, as Step Functions does when it starts one twice. */
async function runSaga(input: string): Promise<string> {
  const stateMachineArn = shop.id('order', 'Saga/StateMachine');
  return (await shop.call('states', 'StartSyncExecution', { stateMachineArn, input })).status;
}

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

async function runTwice(input: string, how: string): Promise<string[]> {
  if (how === 'side by side') return Promise.all([runSaga(input), runSaga(input)]);
  return [await runSaga(input), await runSaga(input)];
}
