import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { pascalCase } from '#lib/infra/names.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { expectCancelled, expectConfirmed, leaveOrderAlone, placeOrder } from './order-under-test.ts';
import { messageOf, type PublishedEvent } from './published-events.ts';
import { START_LIMIT_MS } from './recovery-shop.ts';
import { published, shop } from './shop-under-test.ts';

/** Receives of a message before it is put aside, `maxReceiveCount`. */
const ATTEMPTS = 5;
/** `VisibilityTimeout` of the queues: so long a failed message stays away, ms. */
const REDELIVERY_MS = 60_000;
const ALARM_PERIOD_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Until a reservation has expired and the sweep has come by, ms. */
const EXPIRY_MS = 16 * 60_000;

/** A subscriber with an event that it has handled before, and messages like it that no attempt can handle. */
interface Poisoned {
  subscriber: string;
  event: PublishedEvent;
  handledBefore: number;
  poison: string[];
  poisonIds: string[];
}

let subscribers: string[];

beforeAll(async () => {
  subscribers = await allSubscribers();
}, START_LIMIT_MS);

/** The functions that get events through a queue of their own, such as `order/on-product-changed`. */
async function allSubscribers(): Promise<string[]> {
  const { EventSourceMappings } = await shop.call('lambda', 'ListEventSourceMappings', {});
  const fromQueues = EventSourceMappings.filter(({ EventSourceArn }: Json) => /Subscription/.test(EventSourceArn));
  const functions = fromQueues.map(async ({ FunctionArn }: Json) => {
    const { Description } = await shop.call('lambda', 'GetFunctionConfiguration', { FunctionName: FunctionArn });
    return Description.replace(': ', '/');
  });
  return Promise.all(functions);
}

/** Everything that a shop can see: each subscriber has had an event then. */
async function liveThroughEverything(): Promise<void> {
  const sold = await placeOrder(shop);
  await expectConfirmed(shop, sold);
  await checkOut(sold.product_id);
  const late = await placeOrder(shop, 'card_timeout');
  await expectCancelled(shop, late, 'payment_timeout');
  const forgotten = await leaveOrderAlone(shop);
  shop.faults.end();
  shop.cloud.clock.advance(EXPIRY_MS);
  await expectCancelled(shop, forgotten, 'saga_did_not_end');
  await haveRepaired();
  const { door } = sold;
  await registerInstance();
  const leaver = await door.aCustomer();
  expect((await door.call(`DELETE /api/v1/users/${leaver.user_id}`, leaver)).status).toBe(204);
}

/** An order that an operator calls off. */
async function haveRepaired(): Promise<void> {
  const { order_id } = await leaveOrderAlone(shop);
  shop.faults.end();
  const request = { order_id, action: 'undo', by: 'jane', why: 'ticket 7', dry_run: false };
  expect(await shop.invoke('order/repair-order', request)).toMatchObject({ outcome: 'started' });
  await eventually(async () => (await shop.row('order', `ORDER#${order_id}`)).status === 'cancelled');
}

/** Of a service that is as healthy as the shop is. */
async function registerInstance(): Promise<void> {
  const { door } = await shop.visit();
  const { hostname: host, port } = new URL(door.apiUrl);
  const health_check_url = `${door.apiUrl}/api/v1/gateway/health`;
  const body = { service_name: 'poisoned', instance_id: randomUUID(), host, port: Number(port), health_check_url };
  const { status } = await door.call('POST /api/v1/services/register', { ...(await door.admin()), body });
  expect(status).toBe(201);
}

async function checkOut(productId: string): Promise<void> {
  const { door, buyer } = await shop.visit();
  const cart = `/api/v1/carts/${buyer.user_id}`;
  await eventually(async () => {
    const put = { token: buyer.token, body: { quantity: 1 } };
    return (await door.call(`PUT ${cart}/items/${productId}`, put)).status === 200;
  });
  const headers = { 'idempotency-key': randomUUID() };
  const { body } = await door.call(`POST ${cart}/checkout`, {
    token: buyer.token,
    headers,
    body: { payment_method: 'card_ok' },
  });
  await eventually(async () => (await shop.row('order', `ORDER#${body.order_id}`))?.status === 'confirmed');
}

/** Resolves to an event that the subscriber has handled, once it has. */
async function anEventFor(subscriber: string): Promise<PublishedEvent> {
  // Nothing is replayed here: a replay brings what its neighbours have had.
  const source = subscriber === 'view/on-replayed' ? 'view/on-order-changed' : subscriber;
  const event = await eventually(async () => {
    const handled = new Set(
      (await shop.log(source, '{ $.message = "event handled" }')).map(({ event_id }) => event_id),
    );
    return published.all.find(({ metadata }) => handled.has(metadata.event_id));
  });
  // What is still being handled while the time jumps would come again.
  await eventually(async () => (await shop.messagesUnderWay(subscriber)) === 0);
  return event;
}

/** Messages that no attempt can handle. */
function poisonLike({ metadata, data }: PublishedEvent): string[] {
  return [
    'not JSON',
    JSON.stringify({ 'detail-type': metadata.event_type, detail: 'of the wrong shape' }),
    messageOf({ metadata, data: {} }),
    messageOf({ metadata: { ...metadata, version: 99 }, data }),
    messageOf({ metadata: { ...metadata, event_type: 'unheard.of' }, data }),
  ];
}

/** Puts the event once more, with poison around it, into the queue of the subscriber. */
async function poisonQueueOf(subscriber: string): Promise<Poisoned> {
  const event = await anEventFor(subscriber);
  const handledBefore = await shop.timesHandled(subscriber, event.metadata.event_id);
  const poison = poisonLike(event);
  const bodies = poison.toSpliced(2, 0, messageOf(event));
  const poisonIds = (await shop.sendTogether(subscriber, bodies)).toSpliced(2, 1);
  return { subscriber, event, handledBefore, poison, poisonIds };
}

describe('poison in the queues of all subscribers', () => {
  test('ends in their dead-letter queues, with alarms, and harms no other message', async () => {
    expect(subscribers).toContain('notification/on-order-changed');
    await liveThroughEverything();
    const poisoned = await Promise.all(subscribers.map(poisonQueueOf));

    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await Promise.all(poisoned.map((each) => hasFailed(each, attempt)));
      shop.cloud.clock.advance(REDELIVERY_MS);
    }

    for (const { subscriber, event, handledBefore, poison, poisonIds } of poisoned) {
      expect((await deadLetters(subscriber)).sort()).toEqual(poison.sort());
      expect(await failures(subscriber, poisonIds)).toEqual(poison.map(() => ATTEMPTS));
      expect(await failuresOfVersion(subscriber)).toBeGreaterThanOrEqual(poison.length * ATTEMPTS);
      expect(await shop.timesHandled(subscriber, event.metadata.event_id)).toBe(handledBefore + 1);
    }
    shop.cloud.clock.advance(ALARM_PERIOD_MS);
    const states = await Promise.all(poisoned.map(({ subscriber }) => alarmOf(subscriber)));
    expect(states).toEqual(poisoned.map(() => 'ALARM'));
  });
});

async function hasFailed({ subscriber, poison, poisonIds }: Poisoned, attempt: number): Promise<void> {
  await eventually(async () => (await failures(subscriber, poisonIds)).every((times) => times === attempt));
  // The rest of the batch is deleted before the time of its delivery is over.
  await eventually(async () => (await shop.messagesUnderWay(subscriber)) === poison.length);
}

function failures(subscriber: string, messageIds: string[]): Promise<number[]> {
  return Promise.all(messageIds.map((messageId) => shop.timesFailed(subscriber, messageId)));
}

/** What a deployment would be rolled back for. */
async function failuresOfVersion(subscriber: string): Promise<number> {
  const [service = ''] = subscriber.split('/');
  const dimensions = { service, FunctionName: shop.functionName(subscriber), ExecutedVersion: '1' };
  const now = shop.cloud.clock.now();
  const { Datapoints } = await shop.call('cloudwatch', 'GetMetricStatistics', {
    Namespace: 'Bazaar',
    MetricName: 'HandledFailures',
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    StartTime: new Date(now - HOUR_MS),
    EndTime: new Date(now + REDELIVERY_MS),
    Period: HOUR_MS / 1000,
    Statistics: ['Sum'],
  });
  return Datapoints.reduce((sum: number, { Sum }: Json) => sum + Sum, 0);
}

function alarmOf(subscriber: string): Promise<string> {
  const [service = '', name = ''] = subscriber.split('/');
  return shop.alarmState(service, `${pascalCase(name)}DeadLettersAlarm`);
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
