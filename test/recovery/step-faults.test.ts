import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiCall } from '#lib/local-cloud/core/api.ts';
import { eventually } from '../setup/eventually.ts';
import type { FaultKind } from './faults.ts';
import { expectCancelled, expectConfirmed, placeOrder, stepCalls } from './order-under-test.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

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
const KINDS: FaultKind[] = ['fails before', 'fails after', 'hangs before', 'hangs after'];

const each = (steps: string[]) => steps.flatMap((step) => KINDS.map((kind) => [step, kind] as const));

let shop: RecoveryShop;

beforeAll(async () => {
  shop = await RecoveryShop.start();
}, START_LIMIT_MS);

afterEach(() => shop.faults.end());

afterAll(() => shop?.stop());

/** Lets the time pass that the saga spends on a step which fails so often. */
async function waitOut(met: ApiCall[], kind: FaultKind, times = 1): Promise<void> {
  for (let time = 1; time <= times; time++) {
    await eventually(async () => met.length >= time);
    if (kind.startsWith('hangs')) shop.cloud.clock.advance(STEP_TIMEOUT_MS);
    // The saga takes note before more time passes.
    await setImmediate();
    await eventually(async () => true);
    shop.cloud.clock.advance(LONGEST_RETRY_WAIT_MS);
  }
}

describe('a step of the saga that does not work once', () => {
  test.each(each(FORWARD))('%s %s its effect: the order is confirmed', async (step, kind) => {
    const met = shop.faults.inject(stepCalls(shop, step), kind, 1);
    const order = await placeOrder(shop);

    await waitOut(met, kind);

    await expectConfirmed(shop, order);
  });

  test.each(each(UNDO))('%s %s its effect: the order is undone', async (step, kind) => {
    const met = shop.faults.inject(stepCalls(shop, step), kind, 1);
    const order = await placeOrder(shop, 'card_declined');

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
    const met = shop.faults.inject(stepCalls(shop, step), kind);
    const order = await placeOrder(shop);

    await waitOut(met, kind, FORWARD_ATTEMPTS);

    await expectCancelled(shop, order, reason);
    expect(met).toHaveLength(FORWARD_ATTEMPTS);
  });
});
