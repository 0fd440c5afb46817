import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import { callsOf } from './faults.ts';
import {
  expectCancelled,
  expectConfirmed,
  leaveOrderAlone,
  type OrderUnderTest,
  placeOrderWithoutSaga,
  runStep,
} from './order-under-test.ts';
import type { PublishedEvent } from './published-events.ts';
import { published, shop } from './shop-under-test.ts';

const LIFETIME_MS = 15 * 60_000;
/** Of the SDK inside a function, before it lets the function fail. */
const AWS_SDK_ATTEMPTS = 4;
/** `VisibilityTimeout` of the queues: so long a failed message stays away, ms. */
const REDELIVERY_MS = 60_000;
/** The sweep runs every minute. */
const SWEEP_MS = 60_000;
/** The last attempt of the dead-man message, after which a person has to look. */
const LAST_ATTEMPT = 4;

type Order = OrderUnderTest & { input: string };

const anOrderLeftAlone = () => leaveOrderAlone(shop);
const run = ({ input }: Order, step: string) => runStep(shop, step, input);

async function expireReservation({ order_id }: Order): Promise<PublishedEvent> {
  shop.cloud.clock.advance(LIFETIME_MS + SWEEP_MS);
  return published.find('inventory.reservation.expired', `RESERVATION#${order_id}`);
}

const sagaStarts = ({ order_id }: Order) =>
  callsOf('states', 'StartExecution', ({ input }) => input.includes(order_id));

function handled(subscriber: string, { metadata }: PublishedEvent, times = 1): Promise<boolean> {
  return eventually(async () => (await shop.timesHandled(subscriber, metadata.event_id)) === times);
}

describe('a reservation whose time is over', () => {
  test('is released with the order that nobody has brought to its end', async () => {
    const order = await anOrderLeftAlone();

    await expireReservation(order);

    await expectCancelled(shop, order, 'saga_did_not_end');
  });

  test('does not expire before', async () => {
    const order = await anOrderLeftAlone();
    const { expires_at } = await shop.row('inventory', `RESERVATION#${order.order_id}`);

    shop.cloud.clock.advance(LIFETIME_MS - SWEEP_MS);
    const event = await shop.invoke('inventory/sweep-reservations', aTick());

    expect(event).toEqual({ batchItemFailures: [] });
    expect(await shop.history('inventory', `RESERVATION#${order.order_id}`)).toEqual(['inventory.reserved']);
    expect(Date.parse(expires_at)).toBeGreaterThan(shop.cloud.clock.now());
    await expireReservation(order);
    await expectCancelled(shop, order, 'saga_did_not_end');
  });

  test('keeps the pieces of an order that is confirmed, however late the news of that comes', async () => {
    const order = await anOrderLeftAlone();
    await letRun('inventory/on-order-confirmed', false);
    expect(await run(order, 'payment/take-payment')).toEqual({ outcome: 'paid' });
    expect(await run(order, 'order/confirm-order')).toEqual({ outcome: 'confirmed' });

    await handled('order/on-reservation-expired', await expireReservation(order));

    expect(await order.door.stock(order.product_id)).toMatchObject({ on_hand: 5, reserved: 2 });
    await letRun('inventory/on-order-confirmed', true);
    await expectConfirmed(shop, order);
  });

  test('is released also where the undo of the order was given up', async () => {
    const order = await anOrderLeftAlone();
    expect(await run(order, 'order/begin-cancelling-order')).toEqual({ outcome: 'cancelling' });
    const { cause } = JSON.parse(order.input);
    const body = JSON.stringify({ order_id: order.order_id, attempt: LAST_ATTEMPT, cause });
    await shop.invoke('order/on-saga-overdue', { Records: [{ messageId: randomUUID(), body }] });

    await expireReservation(order);

    const whole = { on_hand: 5, reserved: 0, available: 5 };
    await eventually(async () => expect(await order.door.stock(order.product_id)).toMatchObject(whole) ?? true);
    expect(await order.door.settled(order.buyer, order.order_id)).toMatchObject({ status: 'needs_attention' });
  });

  test('is asked about again until it is settled', async () => {
    const order = await anOrderLeftAlone();
    const cancelling = shop.faults.inject(isWriteOf('order', `ORDER#${order.order_id}`), 'fails before');
    const asked = await expireReservation(order);
    await eventually(async () => cancelling.length > 0);
    shop.faults.end();

    shop.cloud.clock.advance(LIFETIME_MS + SWEEP_MS);

    await expectCancelled(shop, order, 'saga_did_not_end');
    expect(asked.data).toMatchObject({ order_id: order.order_id });
  });

  test('changes nothing when its event comes twice', async () => {
    const order = await anOrderLeftAlone();
    const event = await expireReservation(order);
    await expectCancelled(shop, order, 'saga_did_not_end');

    await published.publish(event);
    await handled('order/on-reservation-expired', event, 2);

    await expectCancelled(shop, order, 'saga_did_not_end');
  });
});

describe('pieces that were sold', () => {
  async function aSoldOrder(): Promise<Order> {
    const order = await anOrderLeftAlone();
    for (const step of ['payment/take-payment', 'order/confirm-order']) await run(order, step);
    await expectConfirmed(shop, order);
    return order;
  }
  const whole = { on_hand: 5, reserved: 0, available: 5 };

  test('come back once, however often they are released', async () => {
    const order = await aSoldOrder();

    await Promise.all([1, 2, 3].map(() => run(order, 'inventory/release-stock')));
    await run(order, 'inventory/release-stock');

    expect(await order.door.stock(order.product_id)).toMatchObject(whole);
    expect(await shop.history('inventory', `RESERVATION#${order.order_id}`)).toEqual([
      'inventory.reserved',
      'inventory.committed',
      'inventory.released',
    ]);
  });

  test.each([
    ['fails before', 'TransactWriteItems'],
    ['fails after', 'TransactWriteItems'],
    ['fails after', 'PutItem'],
  ] as const)('come back once where a write %s its effect (%s)', async (kind, action) => {
    const order = await aSoldOrder();
    const writes = callsOf('dynamodb', action, (input) => JSON.stringify(input).includes(order.order_id));
    // The SDK tries four times by itself.
    shop.faults.inject(writes, kind, 4);

    await run(order, 'inventory/release-stock').catch(() => {});
    shop.faults.end();
    await run(order, 'inventory/release-stock');

    expect(await order.door.stock(order.product_id)).toMatchObject(whole);
  });

  test('are not held again by a call that comes late, while their sale is half done', async () => {
    // So that no function has to start first while the call is held: the one that waits for it has ten seconds.
    await aSoldOrder();
    const order = await placeOrderWithoutSaga(shop);
    const ofStock = callsOf('dynamodb', 'UpdateItem', ({ Key }) => Key.pk.S === `STOCK#${order.product_id}`);
    const late = shop.faults.hold((call) => shop.isBy('inventory/reserve-stock', call) && ofStock(call));
    const lateAnswer = run(order, 'inventory/reserve-stock');
    await eventually(async () => late.met.length === 1);
    expect(await run(order, 'inventory/reserve-stock')).toEqual({ outcome: 'reserved' });
    expect(await run(order, 'payment/take-payment')).toEqual({ outcome: 'paid' });
    const isEndOfSale = callsOf(
      'dynamodb',
      'PutItem',
      ({ Item }) => Item.pk.S === `RESERVATION#${order.order_id}` && Item.status.S === 'committed',
    );
    const ends = shop.faults.inject(isEndOfSale, 'fails before', AWS_SDK_ATTEMPTS);
    expect(await run(order, 'order/confirm-order')).toEqual({ outcome: 'confirmed' });
    await eventually(async () => ends.length === AWS_SDK_ATTEMPTS);

    late.release();
    expect(await lateAnswer).toEqual({ outcome: 'reserved' });
    shop.cloud.clock.advance(REDELIVERY_MS);

    await expectConfirmed(shop, order);
    await eventually(async () => {
      expect((await shop.row('inventory', `STOCK#${order.product_id}`)).pending).toEqual({});
      return true;
    });
  });

  test('come back also where their sale is not through yet', async () => {
    const order = await anOrderLeftAlone();
    await letRun('inventory/on-order-confirmed', false);
    for (const step of ['payment/take-payment', 'order/confirm-order']) await run(order, step);

    await run(order, 'inventory/release-stock');
    await letRun('inventory/on-order-confirmed', true);
    await handled('inventory/on-order-confirmed', await published.find('order.confirmed', `ORDER#${order.order_id}`));

    expect(await order.door.stock(order.product_id)).toMatchObject(whole);
  });
});

describe('order/on-order-cancelling', () => {
  test('undoes once what a user cancelled, however often it hears of it', async () => {
    const order = await placeOrderWithoutSaga(shop);
    const { token } = order.buyer;
    const starts = shop.faults.watch(sagaStarts(order));
    await order.door.call(`PUT /api/v1/orders/${order.order_id}/status`, { token, body: { status: 'cancelled' } });
    await expectCancelled(shop, order, 'cancelled_by_user');
    const event = await published.find('order.cancelling', `ORDER#${order.order_id}`);

    await published.publish(event);
    await handled('order/on-order-cancelling', event, 2);

    expect(starts).toHaveLength(1);
    await expectCancelled(shop, order, 'cancelled_by_user');
  });

  test('leaves an undo to the saga that has begun it', async () => {
    const order = await placeOrderWithoutSaga(shop, 'card_declined');
    const starts = shop.faults.watch(sagaStarts(order));
    await run(order, 'order/begin-cancelling-order');

    await handled('order/on-order-cancelling', await published.find('order.cancelling', `ORDER#${order.order_id}`));

    expect(starts).toHaveLength(0);
  });
});

describe('a product that is running out', () => {
  test('is news once each time it becomes so', async () => {
    const { door, buyer } = await shop.visit();
    const product_id = await shop.aProduct({ stock: 8 });
    const lowNews = () =>
      published.ofAggregate(`STOCK#${product_id}`).map(({ metadata, data }) => ({
        version: metadata.aggregate_version,
        ...data,
      }));

    for (let sold = 0; sold < 4; sold++) await door.settledOrder(buyer, { product_id, quantity: 2 });
    await eventually(async () => (await door.stock(product_id)).on_hand === 0);
    expect(lowNews()).toEqual([{ version: 1, product_id, available: 4 }]);

    const { token } = await door.admin();
    await door.call(`PUT /api/v1/inventory/${product_id}`, { token, body: { on_hand: 6 } });
    await door.settledOrder(buyer, { product_id, quantity: 5 });
    await eventually(async () => lowNews().length > 1);
    expect(lowNews()).toEqual([
      { version: 1, product_id, available: 4 },
      { version: 2, product_id, available: 1 },
    ]);
  });
});

function aTick() {
  return { Records: [{ messageId: randomUUID(), body: JSON.stringify({ id: randomUUID() }) }] };
}

/** Whether the subscriber is given what comes into its queue. */
async function letRun(subscriber: string, Enabled: boolean): Promise<void> {
  const FunctionName = shop.functionName(subscriber);
  const { EventSourceMappings } = await shop.call('lambda', 'ListEventSourceMappings', { FunctionName });
  await shop.call('lambda', 'UpdateEventSourceMapping', { UUID: EventSourceMappings[0].UUID, Enabled });
}

function isWriteOf(service: string, pk: string) {
  const TableName = shop.id(service, 'Outbox/Table');
  return callsOf('dynamodb', 'UpdateItem', (input) => input.TableName === TableName && input.Key.pk.S === pk);
}
