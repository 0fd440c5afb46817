import { describe, expect, test } from '@jest/globals';
import type { ApiCall } from '#lib/local-cloud/core/api.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { expectNothingKept, type OrderUnderTest, placeOrderWithoutSaga, runStep } from './order-under-test.ts';
import { shop } from './shop-under-test.ts';

const RESERVE = 'inventory/reserve-stock';
const RELEASE = 'inventory/release-stock';
const TAKE = 'payment/take-payment';
const REFUND = 'payment/refund-payment';
const CONFIRM = 'order/confirm-order';
const BEGIN_CANCELLING = 'order/begin-cancelling-order';
const CANCEL = 'order/cancel-order';

/** What the steps of payment have the provider write. */
const LEDGER = ['sandbox/create-charge', 'sandbox/create-refund'];

const history = (events: number) => Array.from({ length: events }, () => expect.anything());

/** Each step, what runs before it, its answer and its effect. */
const STEPS: [string, string[], string, object][] = [
  [RESERVE, [], 'reserved', { reservation: { version: 1 }, stock: { reserved: 2, available: 3 } }],
  [RELEASE, [RESERVE], 'released', { reservation: { version: 2 }, stock: { reserved: 0, available: 5 } }],
  [RELEASE, [], 'released', { reservation: { version: 0 }, stock: { reserved: 0, available: 5 } }],
  [TAKE, [], 'paid', { payment: { version: 1 }, ledger: { status: 'charged' } }],
  [REFUND, [TAKE], 'refunded', { payment: { version: 2 }, ledger: { status: 'refunded' } }],
  [REFUND, [], 'withdrawn', { payment: { version: 0 }, ledger: undefined }],
  [CONFIRM, [], 'confirmed', { order: { events: history(2) } }],
  [BEGIN_CANCELLING, [], 'cancelling', { order: { events: history(2) } }],
  [CANCEL, [BEGIN_CANCELLING], 'cancelled', { order: { events: history(3) } }],
];

type Order = OrderUnderTest & { input: string };

const run = ({ input }: Order, step: string) => runStep(shop, step, input);

/** What the step has done to the world: rows with their events, stock and ledger. */
async function effects({ order_id, product_id, door }: Order): Promise<Json> {
  return {
    order: await shop.row('order', `ORDER#${order_id}`),
    payment: await shop.row('payment', `PAYMENT#${order_id}`),
    reservation: await shop.row('inventory', `RESERVATION#${order_id}`),
    ledger: await shop.ledger(order_id),
    stock: await door.stock(product_id),
  };
}

async function ledgerOf({ order_id }: Order): Promise<string | undefined> {
  return (await shop.ledger(order_id))?.status;
}

describe('a step of the saga', () => {
  test.each(STEPS)('%s after %j is done once, called twice at a time and once more', async (...row) => {
    const [step, before, outcome, effect] = row;
    const order = await placeOrderWithoutSaga(shop);
    for (const earlier of before) await run(order, earlier);

    expect(await Promise.all([run(order, step), run(order, step)])).toEqual([{ outcome }, { outcome }]);
    const once = await effects(order);
    expect(once).toMatchObject(effect);

    expect(await run(order, step)).toEqual({ outcome });
    expect(await effects(order)).toEqual(once);
  });

  test.each(STEPS)('%s after %j is done once when it is overtaken by itself', async (...row) => {
    const [step, before, outcome, effect] = row;
    for await (const { order, answers } of overtakings(step, step, { before })) {
      expect(answers).toEqual([{ outcome }, { outcome }]);
      expect(await effects(order)).toMatchObject(effect);
    }
  });

  test.each(['card_declined', 'card_timeout'])('payment/take-payment by %s leaves one entry', async (card) => {
    const order = await placeOrderWithoutSaga(shop, card);
    const outcome = () => run(order, TAKE).catch(({ name }) => name);

    const [first, second] = await Promise.all([outcome(), outcome()]);

    expect(first).toEqual(
      card === 'card_timeout' ? 'ProviderTimeout' : { outcome: 'refused', reason: 'payment_declined' },
    );
    expect(second).toEqual(first);
    expect(await run(order, REFUND)).toEqual({ outcome: card === 'card_timeout' ? 'refunded' : 'failed' });
    await expectNothingKept(shop, order);
  });
});

describe('a step that comes late', () => {
  test.each([[[]], [[RESERVE]]])('holds no stock after release (before it: %j)', async (before) => {
    const order = await placeOrderWithoutSaga(shop);
    for (const step of [...before, RELEASE]) await run(order, step);

    expect(await run(order, RESERVE)).toEqual({ outcome: 'refused', reason: 'reservation_released' });

    await expectNothingKept(shop, order);
  });

  test.each([
    [[], undefined],
    [[TAKE], 'refunded'],
  ])('charges nothing after refund (before it: %j)', async (before, entry) => {
    const order = await placeOrderWithoutSaga(shop);
    for (const step of [...before, REFUND]) await run(order, step);

    expect(await run(order, TAKE)).toEqual({ outcome: 'refused', reason: 'test' });

    expect(await ledgerOf(order)).toBe(entry);
  });

  test('cannot confirm an order that is being cancelled', async () => {
    const order = await placeOrderWithoutSaga(shop);
    await run(order, BEGIN_CANCELLING);

    expect(await run(order, CONFIRM)).toEqual({ outcome: 'refused', reason: 'cancelled_meanwhile' });
    await run(order, CANCEL);
    expect(await run(order, CONFIRM)).toEqual({ outcome: 'refused', reason: 'cancelled_meanwhile' });
  });

  test('cannot cancel an order that is confirmed', async () => {
    const order = await placeOrderWithoutSaga(shop);
    await run(order, CONFIRM);

    expect(await run(order, BEGIN_CANCELLING)).toEqual({ outcome: 'refused' });
    expect(await run(order, CANCEL)).toEqual({ outcome: 'refused' });
  });

  test('cannot cancel an order before the way to its confirmation is closed', async () => {
    const order = await placeOrderWithoutSaga(shop);

    expect(await run(order, CANCEL)).toEqual({ outcome: 'refused' });
    expect(await run(order, CONFIRM)).toEqual({ outcome: 'confirmed' });
  });
});

describe('a step that is overtaken by its undo, or overtakes it', () => {
  test.each([
    [TAKE, REFUND],
    [REFUND, TAKE],
    [RESERVE, RELEASE],
    [RELEASE, RESERVE],
  ])('leaves nothing taken: %s is held up, %s goes past', async (slow, fast) => {
    for await (const { order } of overtakings(slow, fast)) await expectNothingKept(shop, order);
  });

  test('gives back what is charged though it was called off', async () => {
    // The sandbox tells of such a charge a minute later, so that only take-payment itself can have seen to it.
    for await (const { order } of overtakings(TAKE, REFUND, { card: 'card_late' })) {
      await expectNothingKept(shop, order);
    }
  });

  test.each([
    [CONFIRM, BEGIN_CANCELLING, ['refused', 'cancelling']],
    [BEGIN_CANCELLING, CONFIRM, ['refused', 'confirmed']],
  ])('leaves the order to whoever was first: %s is held up, %s goes past', async (slow, fast, outcomes) => {
    for await (const { answers } of overtakings(slow, fast)) {
      expect(answers.map(({ outcome }) => outcome)).toEqual(outcomes);
    }
  });
});

/** Runs the slow step once for each of its writes, held up there while the fast one runs from its start to its end. */
async function* overtakings(
  slow: string,
  fast: string,
  { before = [], card = 'card_ok' }: { before?: string[]; card?: string } = {},
) {
  for (let nth = 1; ; nth++) {
    const order = await placeOrderWithoutSaga(shop, card);
    for (const earlier of before) await run(order, earlier);
    const { held, answer } = await heldUp(order, slow, nth);
    if (!held) return expect(nth).toBeGreaterThan(1);
    const fastAnswer = await run(order, fast);
    shop.faults.end();
    yield { order, answers: [await answer, fastAnswer] as Json[] };
  }
}

/** A step that has come as far as its nth write, which waits until the faults end, or to its end. */
async function heldUp(order: Order, step: string, nth: number) {
  let writes = 0;
  const isOfStep = (call: ApiCall) =>
    [step, ...LEDGER].some((fn) => shop.isBy(fn, call)) && JSON.stringify(call.input).includes(order.order_id);
  const isNth = (call: ApiCall) =>
    call.service === 'dynamodb' && /^(Put|Update)Item$/.test(call.action) && isOfStep(call) && ++writes === nth;
  const { met } = shop.faults.hold(isNth);
  let ended = false;
  const answer = run(order, step).finally(() => {
    ended = true;
  });
  await eventually(async () => met.length > 0 || ended);
  return { held: met.length > 0, answer };
}
