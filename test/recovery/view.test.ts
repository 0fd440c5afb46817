import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import { aStrangersOrder } from '../view/builders.ts';
import { START_LIMIT_MS } from './recovery-shop.ts';
import { hostOnly, shop } from './shop-under-test.ts';
import { ViewUnderTest } from './view-under-test.ts';

hostOnly('order', 'product', 'notification', 'view');

let view: ViewUnderTest;

beforeAll(async () => {
  view = new ViewUnderTest(shop);
}, START_LIMIT_MS);

describe('events in the wrong order, and twice', () => {
  test('of an order make the same view', async () => {
    const { user_id, order_id, created, confirmed, paid, told, offered, renamed } = aStrangersOrder();

    await view.tell(['on-payment-changed', paid], ['on-notification-sent', told], ['on-order-changed', confirmed]);
    expect(await view.asAdmin(user_id)).toEqual([]);
    await view.tell(['on-order-changed', created]);
    const withNameOfOrder = await view.asAdmin(user_id);
    await view.tell(['on-product-changed', renamed], ['on-product-changed', offered]);
    const whole = await view.asAdmin(user_id);
    await view.tell(['on-order-changed', created], ['on-order-changed', confirmed], ['on-payment-changed', paid]);
    await view.tell(['on-notification-sent', told], ['on-product-changed', renamed]);

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
    expect(await view.asAdmin(user_id)).toEqual(whole);
  });

  test('of a user who is deleted leave nothing of orders, whichever is heard of first', async () => {
    const [early, late] = [aStrangersOrder(), aStrangersOrder()];

    await view.tell(['on-order-changed', early.created], ['on-payment-changed', early.paid]);
    await view.tell(['on-user-deleted', early.deleted], ['on-user-deleted', late.deleted]);
    await view.tell(['on-payment-changed', late.paid], ['on-order-changed', late.created]);
    await view.tell(['on-order-changed', early.created], ['on-order-changed', early.confirmed]);
    await view.tell(['on-user-deleted', early.deleted], ['on-notification-sent', late.told]);

    for (const { user_id, order_id } of [early, late]) {
      expect(await view.asAdmin(user_id)).toEqual([]);
      const left = (await view.allRows()).filter((row) => JSON.stringify(row).includes(user_id));
      expect(new Set(left.map(({ sk }) => sk.S))).toEqual(new Set(['ERASED']));
      const orders = (await view.allRows()).filter((row) => row.order_id?.S === order_id);
      expect(orders.every(({ erased }) => erased.BOOL)).toBe(true);
    }
    expect((await view.rebuild('--dry-run')).report.differences).toEqual([]);
  });
});

describe('a rebuilt view', () => {
  test('equals the live one, after all that can become of an order', async () => {
    const { jane, orders } = await view.aMixedHistory();
    const joe = await view.anErasedCustomer();
    const before = await view.generations();

    const { status, report } = await view.rebuild();

    expect(report).toMatchObject({ stage: 'dev', differences: [], outcome: 'switched' });
    expect(status).toBe(0);
    const after = await view.generations();
    expect(after).toEqual({ live: expect.not.stringMatching(`^${before.live}$`), building: undefined });
    expect(await view.ordersInView(jane)).toEqual(orders);
    expect(await view.ordersInView({ ...joe, token: (await (await shop.visit()).door.admin()).token })).toEqual([]);
    expect(report.rows).toBeGreaterThan(orders.length);
    const outdated = (await view.allRows()).filter(({ pk }) => pk.S.startsWith(`${before.live}|`));
    expect(outdated.every(({ expires_at_seconds }) => expires_at_seconds)).toBe(true);
  });

  test('misses nothing of what happens meanwhile', async () => {
    const { door } = await shop.visit();
    const jane = await door.aCustomer();
    const product_id = await shop.aProduct({ stock: 100 });
    await door.settledOrder(jane, { product_id });

    const rebuilding = view.rebuild();
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
    await view.viewOf(jane, (all) => placed.every((id) => all.some(({ order_id }) => order_id === id)));
    expect((await view.rebuild('--dry-run')).report.differences).toEqual([]);
  });

  test('mends what was wrong in the live one, but not with --dry-run', async () => {
    const { jane, orders } = await view.aMixedHistory();
    const { order_id } = orders[0];
    await view.plantWrongStatus(order_id);
    const wrong = await view.ordersInView(jane);
    expect(wrong).not.toEqual(orders);

    const looked = await view.rebuild('--dry-run');
    const stillWrong = await view.ordersInView(jane);
    const mended = await view.rebuild();

    expect(stillWrong).toEqual(wrong);
    expect(looked.report).toMatchObject({ outcome: 'dry-run', differences: [{ row: `ORDER#${order_id} ORDER` }] });
    expect(mended.report).toMatchObject({ outcome: 'switched', differences: [{ row: `ORDER#${order_id} ORDER` }] });
    expect([looked.status, mended.status]).toEqual([1, 1]);
    expect(await view.ordersInView(jane)).toEqual(orders);
  });

  test('is not read where it lacks what the live one has, unless that is allowed', async () => {
    const { live } = await view.generations();
    const Item = { pk: { S: `${live}|ORDER#nobody-knows` }, sk: { S: 'ORDER' }, order_id: { S: 'nobody-knows' } };
    await shop.call('dynamodb', 'PutItem', { TableName: shop.id('view', 'Table'), Item });

    const refused = await view.rebuild();
    const afterRefusal = await view.generations();
    const allowed = await view.rebuild('--allow-loss');

    expect(refused.report).toMatchObject({ outcome: 'would-lose', differences: [{ rebuilt: null }] });
    expect(afterRefusal).toEqual({ live, building: undefined });
    expect(allowed.report.outcome).toBe('switched');
  });

  test('is made by the next run where one was interrupted', async () => {
    const { door } = await shop.visit();
    const jane = await door.aCustomer();
    await door.settledOrder(jane, { product_id: await shop.aProduct() });
    const orders = await view.viewOf(jane, (all) => all.length === 1);
    const { live } = await view.generations();
    const interrupted = view.startRebuild('--archive-lag-seconds', '3600');
    const left = await eventually(async () => (await view.generations()).building);
    interrupted.child.kill('SIGKILL');
    await interrupted.ended;

    expect((await view.generations()).live).toBe(live);
    const { report } = await view.rebuild();

    expect(report).toMatchObject({ differences: [], outcome: 'switched' });
    expect((await view.generations()).live).not.toBe(left);
    expect(await view.ordersInView(jane)).toEqual(orders);
  });

  test('is left to the rebuild that was started last', async () => {
    const first = view.startRebuild('--archive-lag-seconds', '0', '--settle-seconds', '3600');
    const building = await eventually(async () => (await view.generations()).building);

    await view.rebuild();

    expect((await view.generations()).live).not.toBe(building);
    first.child.kill('SIGKILL');
    await first.ended;
  });

  test('is not made for a stage that is not there', async () => {
    const { status, errors } = await view.startRebuild('--stage', 'nowhere').ended;

    expect(status).toBe(2);
    expect(errors).toContain('/bazaar/nowhere/platform/archive-name');
  });
});

describe('the archive', () => {
  test('has never heard the name or the address of anybody', async () => {
    const { door } = await shop.visit();
    const { token, ...names } = await aNamedCustomer();
    await door.settledOrder({ token, user_id: names.user_id }, { product_id: await shop.aProduct() });
    await view.viewOf({ token, user_id: names.user_id }, (all) => all.length === 1);
    const replayed: string[] = [];
    const stopListening = shop.cloud.services.events.onEvent(({ event }) => {
      if (event['replay-name']) replayed.push(JSON.stringify(event));
    });

    await view.rebuild('--dry-run');
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
