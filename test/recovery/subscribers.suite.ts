import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import { expectConfirmed, type OrderUnderTest, placeOrder } from './order-under-test.ts';
import { messageOf, type PublishedEvent } from './published-events.ts';
import { START_LIMIT_MS } from './recovery-shop.ts';
import { published, shop } from './shop-under-test.ts';

/** Confirmed and sold: every subscriber has had its events. */
let order: OrderUnderTest;

beforeAll(async () => {
  order = await placeOrder(shop);
  await expectConfirmed(shop, order);
}, START_LIMIT_MS);

/** All that the subscribers have written for the order and its product. */
async function state(): Promise<Json> {
  return {
    order: await shop.row('order', `ORDER#${order.order_id}`),
    copy: await shop.row('order', `PRODUCT#${order.product_id}`),
    stock: await shop.row('inventory', `STOCK#${order.product_id}`),
    reservation: await shop.row('inventory', `RESERVATION#${order.order_id}`),
  };
}

/** Delivers an event again; waits until the subscriber is through with it. */
async function deliverAgain(subscriber: string, event: PublishedEvent, way: string): Promise<void> {
  const id = event.metadata.event_id;
  const before = await shop.timesHandled(subscriber, id);
  const times = way === 'published again' ? 1 : 2;
  if (way === 'published again') await published.publish(event);
  else await shop.sendTogether(subscriber, [messageOf(event), messageOf(event)]);
  await eventually(async () => (await shop.timesHandled(subscriber, id)) >= before + times);
}

describe.each([
  ['order/on-product-changed', 'product.created', () => `PRODUCT#${order.product_id}`],
  ['order/on-order-created', 'order.created', () => `ORDER#${order.order_id}`],
  ['inventory/on-product-created', 'product.created', () => `PRODUCT#${order.product_id}`],
  ['inventory/on-order-confirmed', 'order.confirmed', () => `ORDER#${order.order_id}`],
])('%s', (subscriber, type, aggregateId) => {
  test.each(['published again', 'delivered twice in a batch'])(`leaves all as it is on ${type} %s`, async (way) => {
    const starts = shop.faults.watch(
      callsOf('states', 'StartExecution', ({ input }) => input.includes(order.order_id)),
    );
    const event = await published.find(type, aggregateId());
    const before = await state();

    await deliverAgain(subscriber, event, way);

    expect(await state()).toEqual(before);
    expect(starts).toHaveLength(0);
  });
});

describe('order/on-product-changed', () => {
  const on = 'order/on-product-changed';

  test('keeps the newest price, however late an older event comes', async () => {
    const { door, buyer } = await shop.visit();
    const product_id = await shop.aProduct({ price: 10 });
    for (const price of [20, 30]) await changePrice(product_id, price);
    const changes = await eventually(async () => {
      const all = published.ofAggregate(`PRODUCT#${product_id}`);
      return all.length === 3 && all;
    });
    const [created, older, newest] = changes as [PublishedEvent, PublishedEvent, PublishedEvent];
    await eventually(async () => (await shop.timesHandled(on, newest.metadata.event_id)) > 0);

    await deliverAgain(on, older, 'published again');
    await deliverAgain(on, created, 'published again');

    const { body } = await door.placeOrder(buyer, { product_id });
    expect(body.total).toBe(30);
  });

  test('takes the newest of a product of which it hears in the wrong order', async () => {
    const product_id = await shop.aProduct({ price: 10 });
    const created = await published.find('product.created', `PRODUCT#${product_id}`);
    const strange = (version: number) => versionOf(created, version);

    await shop.sendTogether(
      on,
      [3, 2, 1].map((version) => messageOf(strange(version))),
    );
    await eventually(async () => (await shop.timesHandled(on, strange(1).metadata.event_id)) > 0);

    const copy = await shop.row('order', `PRODUCT#${strange(1).data.product_id}`);
    expect(copy).toMatchObject({ source_version: 3, price: { amount: 300 } });
  });

  async function changePrice(product_id: string, price: number): Promise<void> {
    const { door } = await shop.visit();
    const { token } = await door.admin();
    const body = { name: 'Renamed', category: 'test', price };
    expect((await door.call(`PUT /api/v1/products/${product_id}`, { token, body })).status).toBe(200);
  }

  /** A version of a product that nobody has heard of; it costs as many dollars as the version says. */
  function versionOf({ metadata, data }: PublishedEvent, version: number): PublishedEvent {
    const aggregate_id = `${metadata.aggregate_id}-unheard-of`;
    const ids = { aggregate_id, aggregate_version: version, event_id: `${aggregate_id}#${version}` };
    const price = { amount: version * 100, currency: 'USD' };
    return { metadata: { ...metadata, ...ids }, data: { ...data, product_id: aggregate_id, price } };
  }
});

describe('inventory/on-order-confirmed', () => {
  test('takes nothing out of the stock for an order that holds nothing', async () => {
    const confirmed = await published.find('order.confirmed', `ORDER#${order.order_id}`);
    const stranger = { ...confirmed, data: { ...confirmed.data, order_id: 'nobody-knows' } };
    const before = await state();

    const [messageId] = await shop.sendTogether('inventory/on-order-confirmed', [messageOf(stranger)]);
    await eventually(async () => (await shop.timesFailed('inventory/on-order-confirmed', messageId ?? '')) > 0);

    expect(await state()).toEqual(before);
    expect(await shop.row('inventory', 'RESERVATION#nobody-knows')).toBeUndefined();
  });
});
