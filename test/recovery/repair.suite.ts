import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import { expectNothingKept, type leaveOrderAlone, placeOrderWithoutSaga, runStep } from './order-under-test.ts';
import { shop } from './shop-under-test.ts';

const ROOT = join(__dirname, '../..');
const LAST_ATTEMPT = 4;
const SAGA_OVERDUE_MS = 300_000;
const WHY = { by: 'jane', why: 'ticket 7' };

type LeftOrder = Awaited<ReturnType<typeof leaveOrderAlone>>;

/** Stock is held for it, its saga has died for the last time, and it waits for a person. */
async function anOrderGivenUp(): Promise<LeftOrder> {
  const order = await placeOrderWithoutSaga(shop);
  expect(await runStep(shop, 'inventory/reserve-stock', order.input)).toEqual({ outcome: 'reserved' });
  await giveUp(order);
  return order;
}

async function giveUp({ order_id, input }: LeftOrder): Promise<void> {
  const body = JSON.stringify({ order_id, attempt: LAST_ATTEMPT, cause: JSON.parse(input).cause });
  await shop.invoke('order/on-saga-overdue', { Records: [{ messageId: randomUUID(), body }] });
  expect(await shop.row('order', `ORDER#${order_id}`)).toMatchObject({ status: 'needs_attention' });
}

function repair({ order_id }: { order_id: string }, action: string, dry_run = false): Promise<Json> {
  return shop.invoke('order/repair-order', { order_id, action, dry_run, ...WHY });
}

async function becomes({ order_id }: { order_id: string }, status: string): Promise<string[]> {
  await eventually(async () => (await shop.row('order', `ORDER#${order_id}`)).status === status);
  return shop.history('order', `ORDER#${order_id}`);
}

/** Runs `npm run orders`. */
async function orders(...args: string[]) {
  const child = spawn(process.execPath, ['bin/orders.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, AWS_ENDPOINT_URL: shop.cloud.awsUrl },
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [status, printed, errors] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { status, printed, errors };
}

describe('an order that was given up', () => {
  test('is brought forward by a retry', async () => {
    const order = await anOrderGivenUp();

    expect(await repair(order, 'retry')).toMatchObject({ outcome: 'started', direction: 'forward' });

    expect(await becomes(order, 'confirmed')).toEqual([
      'order.created',
      'order.needs_attention',
      'order.repair_requested',
      'order.confirmed',
    ]);
    expect(await shop.ledger(order.order_id)).toMatchObject({ status: 'charged' });
  });

  test('is undone when that is asked for, and tells who asked and why', async () => {
    const order = await anOrderGivenUp();

    expect(await repair(order, 'undo')).toMatchObject({ outcome: 'started', direction: 'undo' });

    expect((await becomes(order, 'cancelled')).at(-1)).toBe('order.cancelled');
    await expectNothingKept(shop, order);
    const { events } = await shop.row('order', `ORDER#${order.order_id}`);
    expect(events[2].data).toMatchObject({ ...WHY, action: 'undo', status: 'cancelling' });
  });

  test('can only be undone once that has begun', async () => {
    const order = await placeOrderWithoutSaga(shop);
    expect(await runStep(shop, 'order/begin-cancelling-order', order.input)).toEqual({ outcome: 'cancelling' });
    await giveUp(order);

    expect(await repair(order, 'retry')).toMatchObject({ outcome: 'started', direction: 'undo' });

    await becomes(order, 'cancelled');
    await expectNothingKept(shop, order);
  });

  test('is as it was after a dry run', async () => {
    const order = await anOrderGivenUp();
    const before = await shop.row('order', `ORDER#${order.order_id}`);

    expect(await repair(order, 'retry', true)).toMatchObject({ outcome: 'started', direction: 'forward' });

    expect(await shop.row('order', `ORDER#${order.order_id}`)).toEqual(before);
  });
});

describe('a repair', () => {
  test('that is asked for twice is one, and one that dies is started again', async () => {
    const order = await anOrderGivenUp();
    const isOurs = callsOf('states', 'StartExecution', ({ input }) => input.includes(order.order_id));
    const starts = shop.faults.swallow(isOurs, { executionArn: 'none', startDate: 0 });

    await repair(order, 'retry');
    await eventually(async () => starts.length > 0);
    expect(await repair(order, 'retry')).toMatchObject({ outcome: 'under_way' });
    expect(await shop.history('order', `ORDER#${order.order_id}`)).toHaveLength(3);
    shop.faults.end();
    shop.cloud.clock.advance(SAGA_OVERDUE_MS);

    await becomes(order, 'confirmed');
  });

  test('is refused for a request that is not complete', async () => {
    await expect(shop.invoke('order/repair-order', { order_id: 'x', action: 'retry' })).rejects.toThrow('not valid');
  });
});

describe('npm run orders', () => {
  test('finds an order that was given up, shows it without its customer, repairs it, and leaves it alone then', async () => {
    const order = await anOrderGivenUp();
    const { order_id, buyer } = order;

    const listed = await orders('list', '--needs-attention', '--json');
    expect(listed.status).toBe(1);
    expect(JSON.parse(listed.printed).orders).toContainEqual(
      expect.objectContaining({ order_id, condition: 'needs_attention', status: 'needs_attention' }),
    );

    const repaired = await orders('repair', order_id, '--undo', '--reason', 'ticket 7', '--json');
    expect(repaired).toMatchObject({ status: 0, errors: '' });
    expect(JSON.parse(repaired.printed)).toMatchObject({ states: { inventory: 'reserved' }, unseen: [] });
    await becomes(order, 'cancelled');

    await eventually(
      async () => (await shop.log('inventory/release-stock', `{ $.order_id = "${order_id}" }`)).length > 0,
    );
    const again = await orders('repair', order_id, '--undo', '--reason', 'ticket 7');
    expect(again.status).toBe(1);
    expect(again.printed).toMatch(/The order is cancelled, so it is left alone/);
    // What an Express execution did is told by its steps' logs, what a Standard one did by its history.
    expect(again.printed).toMatch(/release-stock: step done|ReleaseStock entered/);
    expect(again.printed).not.toContain(buyer.user_id);
  });

  test.each([
    ['both ways at once', ['repair', 'x', '--retry', '--undo'], 'npm run orders -- show'],
    ['a repair without a reason', ['repair', 'x', '--retry'], '--reason'],
    ['an order that there is not', ['show', 'nobody'], 'no order nobody'],
  ])('refuses %s', async (_, args, sentence) => {
    expect(await orders(...args)).toMatchObject({ status: 2, errors: expect.stringContaining(sentence) });
  });
});
