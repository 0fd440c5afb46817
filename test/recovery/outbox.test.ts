import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Interceptor } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import { expectConfirmed, placeOrder } from './order-under-test.ts';
import { PublishedEvents } from './published-events.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

/** More than one PutEvents takes, so that the relay has to split its batch. */
const ORDERS = 12;
/** About as long as the relay's stream waits before it delivers again what failed, ms. */
const RELAY_PAUSE_MS = 500;
/** After this the relay gives a record up; `MaximumRecordAgeInSeconds`. */
const RECORD_AGE_MS = 20 * 60 * 60_000;
const ALARM_PERIOD_MS = 60_000;

const fromOrders = callsOf('events', 'PutEvents', ({ Entries }) => Entries[0].Source === 'order-service');
const sagaStarts = callsOf('states', 'StartExecution');

let shop: RecoveryShop;
let published: PublishedEvents;

beforeAll(async () => {
  shop = await RecoveryShop.start();
  published = new PublishedEvents(shop);
}, START_LIMIT_MS);

afterEach(() => shop.faults.end());

afterAll(() => shop?.stop());

const refuseAll: Interceptor = async () => {
  throw new AwsError('InternalException', 'The bus is out of order.', 500);
};

const loseTheAnswer: Interceptor = async (_, next) => {
  await next();
  throw new AwsError('InternalException', 'The bus is out of order.', 500);
};

/** The bus takes every third entry and says which ones it did not take. */
const refuseSome: Interceptor = async ({ input }, next) => {
  const entries = (input as Json).Entries as object[];
  const isTaken = (index: number) => index % 3 === 1;
  Object.assign(input, { Entries: entries.filter((_, index) => isTaken(index)) });
  const taken = (input as Json).Entries.length > 0 ? ((await next()) as Json).Entries : [];
  Object.assign(input, { Entries: entries });
  const Entries = entries.map((_, index) => (isTaken(index) ? taken.shift() : { ErrorCode: 'InternalFailure' }));
  return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode).length, Entries };
};

describe('the outbox', () => {
  test.each([
    ['refuses all for a while', refuseAll, 6],
    ['refuses some time and again', refuseSome, 5],
    ['takes them and cannot say so', loseTheAnswer, 6],
  ])('loses no event when the bus %s', async (_, fault, times) => {
    shop.faults.swallow(sagaStarts, { executionArn: 'none', startDate: 0 });
    const ids = await placeOrdersAtOnce(() => shop.faults.intercept(fromOrders, fault, times));

    const events = await eventually(async () => {
      shop.cloud.clock.advance(RELAY_PAUSE_MS);
      const all = ids.flatMap((id) => published.ofAggregate(`ORDER#${id}`));
      return new Set(all.map(({ metadata }) => metadata.event_id)).size === ORDERS && all;
    });

    // Delivered more than once or not: each order has one event, with one id, and it says the same each time.
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(ORDERS);
    expect(new Set(events.map(({ metadata }) => metadata.event_id))).toEqual(new Set(ids.map((id) => `ORDER#${id}#1`)));
    if (fault === loseTheAnswer) await eventually(() => anyHandledTwice(ids));
  });

  test('publishes the same ids when the stream is read again', async () => {
    const order = await placeOrder(shop);
    await expectConfirmed(shop, order);
    const aggregate = `ORDER#${order.order_id}`;
    await published.find('order.confirmed', aggregate);
    const first = published.ofAggregate(aggregate).map((event) => JSON.stringify(event));

    const Records = await streamRecords(aggregate);
    for (let times = 0; times < 2; times++) await shop.invoke('order/outbox-relay', { Records });

    const again = published.ofAggregate(aggregate).map((event) => JSON.stringify(event));
    expect(again).toEqual([...first, ...first, ...first]);
    expect(published.ofAggregate(aggregate).map(({ metadata }) => metadata.event_id)).toEqual(
      [1, 2, 1, 2, 1, 2].map((version) => `${aggregate}#${version}`),
    );
  });

  test('keeps what it could not publish for most of a day, and calls people', async () => {
    const refused = shop.faults.inject(fromOrders, 'fails before');
    await placeOrder(shop);
    await eventually(async () => refused.length > 0);

    shop.cloud.clock.advance(RECORD_AGE_MS);

    const QueueUrl = shop.id('order', 'Outbox/Failures');
    const message = await eventually(async () => {
      const { Messages = [] } = await shop.call('sqs', 'ReceiveMessage', { QueueUrl, VisibilityTimeout: 0 });
      return Messages[0];
    });
    expect(JSON.parse(message.Body)).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
    shop.cloud.clock.advance(ALARM_PERIOD_MS);
    expect(await shop.alarmState('order', 'OutboxFailuresAlarm')).toBe('ALARM');
  });
});

async function anyHandledTwice(ids: string[]): Promise<boolean> {
  const times = await Promise.all(ids.map((id) => shop.timesHandled('order/on-order-created', `ORDER#${id}#1`)));
  return times.some((handled) => handled > 1);
}

/** Places the orders while the relay waits for the bus, so that it finds most of them in one batch. */
async function placeOrdersAtOnce(whenAllAreThere: () => void): Promise<string[]> {
  const { door, buyer } = await shop.visit();
  const product_id = await shop.aProduct();
  const held = shop.faults.hold(fromOrders);
  const place = async () => (await door.placeOrder(buyer, { product_id })).body.order_id as string;
  const ids = await Promise.all(Array.from({ length: ORDERS }, place));
  await eventually(async () => held.met.length > 0);
  whenAllAreThere();
  held.release();
  return ids;
}

/** What the stream of the order table tells of one row. */
async function streamRecords(pk: string): Promise<Json[]> {
  const TableName = shop.id('order', 'Outbox/Table');
  const { Table } = await shop.call('dynamodb', 'DescribeTable', { TableName });
  const StreamArn = Table.LatestStreamArn;
  const { StreamDescription } = await shop.call('dynamodbstreams', 'DescribeStream', { StreamArn });
  const records: Json[] = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const shard = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await shop.call('dynamodbstreams', 'GetShardIterator', shard);
    const { Records } = await shop.call('dynamodbstreams', 'GetRecords', { ShardIterator });
    records.push(...Records.filter(({ dynamodb }: Json) => dynamodb.Keys.pk.S === pk));
  }
  return records;
}
