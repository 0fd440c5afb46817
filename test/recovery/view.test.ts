import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '#bin/rebuild-view/rebuild-view.ts';
import { OrderConfirmed } from '#events/order-events.ts';
import { PaymentCompleted } from '#events/payment-events.ts';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { UserDeleted } from '#events/user-events.ts';
import { eventually } from '../setup/eventually.ts';
import type { Buyer, Json } from '../setup/shop.ts';
import { aCreatedOrder, aMessage, anEvent, aPayment, TOTAL } from '../view/builders.ts';
import { type PublishedEvent, PublishedEvents } from './published-events.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

const ROOT = join(__dirname, '../..');

let shop: RecoveryShop;

beforeAll(async () => {
  shop = await RecoveryShop.start();
}, START_LIMIT_MS);

afterAll(() => shop?.stop());

interface Command {
  child: ChildProcess;
  ended: Promise<{ status: number | null; printed: string; errors: string }>;
}

/** Runs `npm run rebuild-view`. */
function startRebuild(...args: string[]): Command {
  const timing = ['--archive-lag-seconds', '0', '--settle-seconds', '1'];
  const child = spawn(process.execPath, ['bin/rebuild-view.ts', ...timing, ...args], {
    cwd: ROOT,
    env: { ...process.env, AWS_ENDPOINT_URL: shop.cloud.awsUrl },
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ended = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(([status, printed, errors]) => ({
    status,
    printed,
    errors,
  }));
  return { child, ended };
}

async function rebuild(...args: string[]): Promise<{ status: number | null; report: Report }> {
  const { status, printed, errors } = await startRebuild('--json', ...args).ended;
  if (!printed) throw new Error(errors);
  return { status, report: JSON.parse(printed) };
}

const table = () => shop.id('view', 'Table');

async function allRows(): Promise<Json[]> {
  return (await shop.call('dynamodb', 'Scan', { TableName: table(), ConsistentRead: true })).Items;
}

async function generations(): Promise<{ live: string; building?: string }> {
  const Key = { pk: { S: 'GENERATIONS' }, sk: { S: 'GENERATIONS' } };
  const { Item } = await shop.call('dynamodb', 'GetItem', { TableName: table(), Key, ConsistentRead: true });
  return { live: Item?.live.S ?? 'g1', building: Item?.building?.M.generation.S };
}

async function ordersInView({ user_id, token }: Buyer): Promise<Json[]> {
  const { door } = await shop.visit();
  return (await door.call(`GET /api/v1/views/customers/${user_id}`, { token })).body.orders;
}

/** Waits until the view tells of all these orders what their customer was told last, and of their payments. */
function viewOf(jane: Buyer, isThere: (orders: Json[]) => boolean): Promise<Json[]> {
  return eventually(async () => {
    const [orders, messages] = [await ordersInView(jane), await messagesTo(jane)];
    return isThere(orders) && orders.every((order) => isUpToDate(order, messages)) && orders;
  });
}

async function messagesTo({ token }: Buyer): Promise<Json[]> {
  const { door } = await shop.visit();
  return (await door.call('GET /api/v1/notifications?limit=100', { token })).body.notifications;
}

/** An order that was paid and is cancelled has two messages on its end, in either order: about it and about the money. */
function isUpToDate({ order_id, status, payment, last_message }: Json, messages: Json[]): boolean {
  const ofOrder = messages.filter(({ subject }) => subject.includes(order_id.slice(0, 8)));
  const types = ofOrder.map(({ type }) => type);
  const isPaidBack = !types.includes('order.confirmed') || types.includes('payment.refunded');
  const isTold = types.includes(`order.${status}`) && (status !== 'cancelled' || isPaidBack);
  const isPaymentKnown = payment && (status === 'confirmed') === (payment.status === 'completed');
  return isTold && isPaymentKnown && ofOrder.every(({ sent_at }) => sent_at <= last_message?.sent_at);
}

/** A customer with an order that is confirmed, one that was not paid, and one that she has cancelled. */
async function aMixedHistory(): Promise<{ jane: Buyer; product_id: string; orders: Json[] }> {
  const { door } = await shop.visit();
  const jane = await door.aCustomer();
  const product_id = await shop.aProduct({ stock: 100 });
  await door.settledOrder(jane, { product_id });
  await door.settledOrder(jane, { product_id, payment_method: 'card_declined' });
  const { order_id } = await door.settledOrder(jane, { product_id });
  await door.call(`PUT /api/v1/orders/${order_id}/status`, { ...jane, body: { status: 'cancelled' } });
  await door.settled(jane, order_id);
  const body = { name: `Renamed ${randomUUID()}`, category: 'test', price: 20 };
  await door.call(`PUT /api/v1/products/${product_id}`, { ...(await door.admin()), body });
  const isRenamed = ({ items }: Json) => items[0].name === body.name;
  const orders = await viewOf(jane, (all) => all.length === 3 && all.every(isRenamed));
  return { jane, product_id, orders };
}

async function anErasedCustomer(): Promise<Buyer> {
  const { door } = await shop.visit();
  const joe = await door.aCustomer();
  await door.settledOrder(joe, { product_id: await shop.aProduct() });
  await viewOf(joe, (all) => all.length === 1);
  await door.call(`DELETE /api/v1/users/${joe.user_id}`, joe);
  const rows = async () => (await allRows()).filter((row) => JSON.stringify(row).includes(joe.user_id));
  await eventually(async () => (await rows()).every(({ sk }) => sk.S === 'ERASED'));
  return joe;
}

/** Puts events on the bus, each after the one before was handled so often by the subscriber of the view. */
async function tell(...events: [subscriber: string, event: PublishedEvent][]): Promise<void> {
  const published = new PublishedEvents(shop);
  for (const [subscriber, event] of events) {
    const times = () => shop.timesHandled(`view/${subscriber}`, event.metadata.event_id);
    const before = await times();
    await published.publish(event);
    await eventually(async () => (await times()) > before);
  }
}

/** Events of an order of a product, that no service has ever heard of. */
function aStrangersOrder() {
  const [user_id, order_id, product_id] = [randomUUID(), randomUUID(), randomUUID()];
  const ofOrder = { order_id, user_id };
  const price = { amount: 2000, currency: 'USD' };
  const product = { product_id, category: 'test', price };
  const items = [{ product_id, name: 'Name in the order', quantity: 2, price }];
  const message = { ...ofOrder, notification_id: randomUUID() };
  return {
    user_id,
    order_id,
    created: aCreatedOrder({ ...ofOrder, items }),
    confirmed: anEvent(OrderConfirmed, { ...ofOrder, total: TOTAL }, 2),
    paid: aPayment(PaymentCompleted, ofOrder, 1),
    told: aMessage('order.confirmed', '2026-11-22T10:00:02.000Z', message),
    offered: anEvent(ProductCreated, { ...product, name: 'First name' }, 1),
    renamed: anEvent(ProductUpdated, { ...product, name: 'Last name' }, 2),
    deleted: anEvent(UserDeleted, { user_id }, 3),
  };
}

async function asAdmin(user_id: string): Promise<Json[]> {
  const { door } = await shop.visit();
  return ordersInView({ user_id, token: (await door.admin()).token });
}

describe('events in the wrong order, and twice', () => {
  test('of an order make the same view', async () => {
    const { user_id, order_id, created, confirmed, paid, told, offered, renamed } = aStrangersOrder();

    await tell(['on-payment-changed', paid], ['on-notification-sent', told], ['on-order-changed', confirmed]);
    expect(await asAdmin(user_id)).toEqual([]);
    await tell(['on-order-changed', created]);
    const withNameOfOrder = await asAdmin(user_id);
    await tell(['on-product-changed', renamed], ['on-product-changed', offered]);
    const whole = await asAdmin(user_id);
    await tell(['on-order-changed', created], ['on-order-changed', confirmed], ['on-payment-changed', paid]);
    await tell(['on-notification-sent', told], ['on-product-changed', renamed]);

    expect(withNameOfOrder).toMatchObject([{ items: [{ name: 'Name in the order' }] }]);
    expect(whole).toMatchObject([
      {
        order_id,
        status: 'confirmed',
        items: [{ name: 'Last name' }],
        payment: { status: 'completed' },
        last_message: { type: 'order.confirmed' },
      },
    ]);
    expect(await asAdmin(user_id)).toEqual(whole);
  });

  test('of a user who is deleted leave nothing of orders, whichever is heard of first', async () => {
    const [early, late] = [aStrangersOrder(), aStrangersOrder()];

    await tell(['on-order-changed', early.created], ['on-payment-changed', early.paid]);
    await tell(['on-user-deleted', early.deleted], ['on-user-deleted', late.deleted]);
    await tell(['on-payment-changed', late.paid], ['on-order-changed', late.created]);
    await tell(['on-order-changed', early.created], ['on-order-changed', early.confirmed]);
    await tell(['on-user-deleted', early.deleted], ['on-notification-sent', late.told]);

    for (const { user_id, order_id } of [early, late]) {
      expect(await asAdmin(user_id)).toEqual([]);
      const left = (await allRows()).filter((row) => JSON.stringify(row).includes(user_id));
      expect(new Set(left.map(({ sk }) => sk.S))).toEqual(new Set(['ERASED']));
      const orders = (await allRows()).filter((row) => row.order_id?.S === order_id);
      expect(orders.every(({ erased }) => erased.BOOL)).toBe(true);
    }
    expect((await rebuild('--dry-run')).report.differences).toEqual([]);
  });
});

describe('a rebuilt view', () => {
  test('equals the live one, after all that can become of an order', async () => {
    const { jane, orders } = await aMixedHistory();
    const joe = await anErasedCustomer();
    const before = await generations();

    const { status, report } = await rebuild();

    expect(report).toMatchObject({ stage: 'dev', differences: [], outcome: 'switched' });
    expect(status).toBe(0);
    const after = await generations();
    expect(after).toEqual({ live: expect.not.stringMatching(`^${before.live}$`), building: undefined });
    expect(await ordersInView(jane)).toEqual(orders);
    expect(await ordersInView({ ...joe, token: (await (await shop.visit()).door.admin()).token })).toEqual([]);
    expect(report.rows).toBeGreaterThan(orders.length);
    const outdated = (await allRows()).filter(({ pk }) => pk.S.startsWith(`${before.live}|`));
    expect(outdated.every(({ expires_at_seconds }) => expires_at_seconds)).toBe(true);
  });

  test('misses nothing of what happens meanwhile', async () => {
    const { door } = await shop.visit();
    const jane = await door.aCustomer();
    const product_id = await shop.aProduct({ stock: 100 });
    await door.settledOrder(jane, { product_id });

    const rebuilding = rebuild();
    let isOver = false;
    const buying = (async () => {
      const placed: string[] = [];
      while (!isOver) placed.push((await door.settledOrder(jane, { product_id })).order_id);
      return placed;
    })();
    const { report } = await rebuilding.finally(() => {
      isOver = true;
    });
    const placed = await buying;

    expect(report.outcome).toBe('switched');
    expect(placed.length).toBeGreaterThan(0);
    await viewOf(jane, (all) => placed.every((id) => all.some(({ order_id }) => order_id === id)));
    expect((await rebuild('--dry-run')).report.differences).toEqual([]);
  });

  test('mends what was wrong in the live one, but not with --dry-run', async () => {
    const { jane, orders } = await aMixedHistory();
    const { order_id } = orders[0];
    await plantWrongStatus(order_id);
    const wrong = await ordersInView(jane);
    expect(wrong).not.toEqual(orders);

    const looked = await rebuild('--dry-run');
    const stillWrong = await ordersInView(jane);
    const mended = await rebuild();

    expect(stillWrong).toEqual(wrong);
    expect(looked.report).toMatchObject({ outcome: 'dry-run', differences: [{ row: `ORDER#${order_id} ORDER` }] });
    expect(mended.report).toMatchObject({ outcome: 'switched', differences: [{ row: `ORDER#${order_id} ORDER` }] });
    expect([looked.status, mended.status]).toEqual([1, 1]);
    expect(await ordersInView(jane)).toEqual(orders);
  });

  test('is not read where it lacks what the live one has, unless that is allowed', async () => {
    const { live } = await generations();
    const Item = { pk: { S: `${live}|ORDER#nobody-knows` }, sk: { S: 'ORDER' }, order_id: { S: 'nobody-knows' } };
    await shop.call('dynamodb', 'PutItem', { TableName: table(), Item });

    const refused = await rebuild();
    const afterRefusal = await generations();
    const allowed = await rebuild('--allow-loss');

    expect(refused.report).toMatchObject({ outcome: 'would-lose', differences: [{ rebuilt: null }] });
    expect(afterRefusal).toEqual({ live, building: undefined });
    expect(allowed.report.outcome).toBe('switched');
  });

  test('is made by the next run where one was interrupted', async () => {
    const { door } = await shop.visit();
    const jane = await door.aCustomer();
    await door.settledOrder(jane, { product_id: await shop.aProduct() });
    const orders = await viewOf(jane, (all) => all.length === 1);
    const { live } = await generations();
    const interrupted = startRebuild('--archive-lag-seconds', '3600');
    const left = await eventually(async () => (await generations()).building);
    interrupted.child.kill('SIGKILL');
    await interrupted.ended;

    expect((await generations()).live).toBe(live);
    const { report } = await rebuild();

    expect(report).toMatchObject({ differences: [], outcome: 'switched' });
    expect((await generations()).live).not.toBe(left);
    expect(await ordersInView(jane)).toEqual(orders);
  });

  test('is left to the rebuild that was started last', async () => {
    const first = startRebuild('--archive-lag-seconds', '0', '--settle-seconds', '3600');
    const building = await eventually(async () => (await generations()).building);

    await rebuild();

    expect((await generations()).live).not.toBe(building);
    first.child.kill('SIGKILL');
    await first.ended;
  });

  test('is not made for a stage that is not there', async () => {
    const { status, errors } = await startRebuild('--stage', 'nowhere').ended;

    expect(status).toBe(2);
    expect(errors).toContain('/bazaar/nowhere/platform/archive-name');
  });
});

describe('the archive', () => {
  test('has never heard the name or the address of anybody', async () => {
    const { door } = await shop.visit();
    const { token, ...names } = await aNamedCustomer();
    await door.settledOrder({ token, user_id: names.user_id }, { product_id: await shop.aProduct() });
    await viewOf({ token, user_id: names.user_id }, (all) => all.length === 1);
    const replayed: string[] = [];
    const stopListening = shop.cloud.services.events.onEvent(({ event }) => {
      if (event['replay-name']) replayed.push(JSON.stringify(event));
    });

    await rebuild('--dry-run');
    stopListening();

    const ofHer = replayed.filter((event) => event.includes(names.user_id));
    expect(ofHer.length).toBeGreaterThan(0);
    expect(replayed.filter((event) => event.includes(names.username) || event.includes(names.email))).toEqual([]);
  });

  async function aNamedCustomer() {
    const { door } = await shop.visit();
    const username = `u${randomUUID()}`;
    const [email, password] = [`${username}@somewhere.example`, randomUUID()];
    await door.call('POST /api/v1/users', { body: { username, email, password } });
    return { username, email, ...(await door.logIn(username, password)) };
  }
});

async function plantWrongStatus(orderId: string): Promise<void> {
  const { live } = await generations();
  await shop.call('dynamodb', 'UpdateItem', {
    TableName: table(),
    Key: { pk: { S: `${live}|ORDER#${orderId}` }, sk: { S: 'ORDER' } },
    UpdateExpression: 'SET progress.#status = :wrong',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':wrong': { S: 'delivered' } },
  });
}
