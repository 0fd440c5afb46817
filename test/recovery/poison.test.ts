import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pascalCase } from '#lib/infra/names.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { expectConfirmed, type OrderUnderTest, placeOrder } from './order-under-test.ts';
import { messageOf, type PublishedEvent, PublishedEvents } from './published-events.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

/** Receives of a message before it is put aside, `maxReceiveCount`. */
const ATTEMPTS = 5;
/** `VisibilityTimeout` of the queues: so long a failed message stays away, ms. */
const REDELIVERY_MS = 60_000;
const ALARM_PERIOD_MS = 60_000;

let shop: RecoveryShop;
let published: PublishedEvents;
let order: OrderUnderTest;

beforeAll(async () => {
  shop = await RecoveryShop.start();
  published = new PublishedEvents(shop);
  order = await placeOrder(shop);
  await expectConfirmed(shop, order);
  for (const subscribed of await ordersEvents()) await isThrough(subscribed);
}, START_LIMIT_MS);

afterAll(() => shop?.stop());

/** Messages that no attempt can handle. */
function poisonLike(event: PublishedEvent): string[] {
  const { metadata, data } = event;
  return [
    'not JSON',
    JSON.stringify({ 'detail-type': metadata.event_type, detail: 'of the wrong shape' }),
    messageOf({ metadata, data: { ...data, product_id: 7, order_id: 7, user_id: 7 } }),
    messageOf({ metadata: { ...metadata, version: 99 }, data }),
    messageOf({ metadata: { ...metadata, event_type: 'unheard.of' }, data }),
  ];
}

describe.each([
  ['order/on-product-changed', 'product.created', () => `PRODUCT#${order.product_id}`],
  ['order/on-order-created', 'order.created', () => `ORDER#${order.order_id}`],
  ['inventory/on-product-created', 'product.created', () => `PRODUCT#${order.product_id}`],
  ['inventory/on-order-confirmed', 'order.confirmed', () => `ORDER#${order.order_id}`],
])('poison in the queue of %s', (subscriber, type, aggregateId) => {
  test('ends in the dead-letter queue, with an alarm, and harms no other message', async () => {
    await expectPutAside([{ subscriber, event: await published.find(type, aggregateId()) }]);
  });
});

describe('poison in the queues of the view', () => {
  test('ends in their dead-letter queues, with alarms, and harms no other message', async () => {
    await expectPutAside([...(await ordersEvents()), { subscriber: 'view/on-user-deleted', event: await aDeletion() }]);
  });

  async function aDeletion(): Promise<PublishedEvent> {
    const { door } = await shop.visit();
    const joe = await door.aCustomer();
    await door.call(`DELETE /api/v1/users/${joe.user_id}`, joe);
    return published.find('user.deleted', `USER#${joe.user_id}`);
  }
});

interface Subscribed {
  subscriber: string;
  event: PublishedEvent;
}

/** What the view has heard of the order, with the subscribers that it came to. */
async function ordersEvents(): Promise<Subscribed[]> {
  const { order_id, product_id } = order;
  const created = await published.find('order.created', `ORDER#${order_id}`);
  const paid = await published.find('payment.completed', `PAYMENT#${order_id}`);
  const product = await published.find('product.created', `PRODUCT#${product_id}`);
  const isSent = ({ metadata, data }: PublishedEvent) =>
    metadata.event_type === 'notification.sent' && data.order_id === order_id;
  const message = await eventually(async () => published.all.find(isSent));
  return [
    { subscriber: 'view/on-order-changed', event: created },
    { subscriber: 'view/on-replayed', event: created },
    { subscriber: 'view/on-payment-changed', event: paid },
    { subscriber: 'view/on-product-changed', event: product },
    { subscriber: 'view/on-notification-sent', event: message },
  ];
}

/** Sends poison to each of these, a good message in its midst, and lets the time of all redeliveries pass. */
async function expectPutAside(all: Subscribed[]): Promise<void> {
  for (const one of all) await isThrough(one);
  const sent = await Promise.all(all.map(sendPoison));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    for (const { subscriber, poison, poisonIds } of sent) {
      await eventually(async () => (await failures(subscriber, poisonIds)).every((times) => times === attempt));
      // The rest of the batch is deleted before the time of its delivery is over.
      await eventually(async () => (await shop.messagesUnderWay(subscriber)) === poison.length);
    }
    shop.cloud.clock.advance(REDELIVERY_MS);
  }
  for (const { subscriber, poison, poisonIds, id, handledBefore } of sent) {
    expect((await deadLetters(subscriber)).sort()).toEqual(poison.sort());
    expect(await failures(subscriber, poisonIds)).toEqual(poison.map(() => ATTEMPTS));
    expect(await shop.timesHandled(subscriber, id)).toBe(handledBefore + 1);
  }
  shop.cloud.clock.advance(ALARM_PERIOD_MS);
  for (const { subscriber } of sent) {
    const [service = '', name = ''] = subscriber.split('/');
    expect(await shop.alarmState(service, `${pascalCase(name)}DeadLettersAlarm`)).toBe('ALARM');
  }
}

/** Waits for what happened before: a message that is still being handled while the time jumps comes again and again. */
async function isThrough({ subscriber, event }: Subscribed): Promise<void> {
  const comesByReplayOnly = subscriber === 'view/on-replayed';
  if (comesByReplayOnly) return;
  await eventually(async () => (await shop.timesHandled(subscriber, event.metadata.event_id)) > 0);
  await eventually(async () => (await shop.messagesUnderWay(subscriber)) === 0);
}

async function sendPoison({ subscriber, event }: Subscribed) {
  const id = event.metadata.event_id;
  const handledBefore = await shop.timesHandled(subscriber, id);
  const poison = poisonLike(event);
  const bodies = [...poison.slice(0, 2), messageOf(event), ...poison.slice(2)];
  const poisonIds = (await shop.sendTogether(subscriber, bodies)).toSpliced(2, 1);
  return { subscriber, poison, poisonIds, id, handledBefore };
}

function failures(subscriber: string, messageIds: string[]): Promise<number[]> {
  return Promise.all(messageIds.map((messageId) => shop.timesFailed(subscriber, messageId)));
}

/** Waits for all of them; they stay in the queue. */
async function deadLetters(subscriber: string): Promise<string[]> {
  const QueueUrl = shop.queueOf(subscriber, 'DeadLetters');
  const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  return eventually(async () => {
    const { Messages = [] } = await shop.call('sqs', 'ReceiveMessage', input);
    return Messages.length >= ATTEMPTS && Messages.map(({ Body }: Json) => Body);
  });
}
