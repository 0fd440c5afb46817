import { describe, expect, test } from '@jest/globals';
import type { ApiCall, Interceptor } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import type { PublishedEvent } from './published-events.ts';
import { published, shop } from './shop-under-test.ts';

/** More than one PutEvents takes, so that the relay has to split its batch. */
const PRODUCTS = 12;
/** After this the relay gives a record up; `MaximumRecordAgeInSeconds`. */
const RECORD_AGE_MS = 20 * 60 * 60_000;
const ALARM_PERIOD_MS = 60_000;

const fromCatalogue = callsOf('events', 'PutEvents', ({ Entries }) => Entries[0].Source === 'product-service');

const PRODUCT = { name: 'Cup', category: 'test' };

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

/** All of an event but where in its trace it was published: that differs each time. */
function said({ metadata, data }: PublishedEvent): string {
  const [, traceId] = metadata.traceparent.split('-');
  return JSON.stringify({ metadata: { ...metadata, traceparent: traceId }, data });
}

describe('the outbox', () => {
  test.each([
    ['refuses all for a while', refuseAll, 6],
    ['refuses some time and again', refuseSome, 3],
    ['takes them and cannot say so', loseTheAnswer, 6],
  ])('loses no event when the bus %s', async (_, fault, times) => {
    const { ids, met } = await createProductsAtOnce(() => shop.faults.intercept(fromCatalogue, fault, times));

    const events = await eventually(async () => {
      const all = ids.flatMap((id) => published.ofAggregate(`PRODUCT#${id}`));
      return new Set(all.map(({ metadata }) => metadata.event_id)).size === PRODUCTS && all;
    });

    expect(met).toHaveLength(times);
    expect(met.some(({ input }) => (input as Json).Entries.length > 1)).toBe(true);
    // Delivered more than once or not: each product has one event, with one id, and it says the same each time.
    expect(new Set(events.map(said)).size).toBe(PRODUCTS);
    expect(new Set(events.map(({ metadata }) => metadata.event_id))).toEqual(
      new Set(ids.map((id) => `PRODUCT#${id}#1`)),
    );
    if (fault === loseTheAnswer) await eventually(() => anyHandledTwice(ids));
  });

  test('publishes the same ids when the stream is read again', async () => {
    const productId = await createProduct();
    await changePrice(productId, 30);
    const aggregate = `PRODUCT#${productId}`;
    await published.find('product.updated', aggregate);
    const first = published.ofAggregate(aggregate).map(said);

    const Records = await streamRecords(aggregate);
    for (let times = 0; times < 2; times++) await shop.invoke('product/outbox-relay', { Records });

    const again = published.ofAggregate(aggregate);
    expect(again.map(said)).toEqual([...first, ...first, ...first]);
    const ids = [1, 2, 1, 2, 1, 2].map((version) => `${aggregate}#${version}`);
    expect(again.map(({ metadata }) => metadata.event_id)).toEqual(ids);
  });

  test('keeps what it could not publish for most of a day, and calls people', async () => {
    const refused = shop.faults.inject(fromCatalogue, 'fails before');
    await createProduct();
    await eventually(async () => refused.length > 0);

    shop.cloud.clock.advance(RECORD_AGE_MS);

    const QueueUrl = shop.id('product', 'Outbox/Failures');
    const message = await eventually(async () => {
      const { Messages = [] } = await shop.call('sqs', 'ReceiveMessage', { QueueUrl, VisibilityTimeout: 0 });
      return Messages[0];
    });
    expect(JSON.parse(message.Body)).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
    shop.cloud.clock.advance(ALARM_PERIOD_MS);
    expect(await shop.alarmState('product', 'OutboxFailuresAlarm')).toBe('ALARM');
  });
});

/** Where so many at once take a function too long, once more: one product too many does no harm here. */
async function createProduct(): Promise<string> {
  const { door } = await shop.visit();
  const { token } = await door.admin();
  return eventually(async () => {
    const { body } = await door.call('POST /api/v1/products', { token, body: { ...PRODUCT, price: 20 } });
    return body.product_id as string;
  });
}

async function changePrice(productId: string, price: number): Promise<void> {
  const { door } = await shop.visit();
  const { token } = await door.admin();
  const { status } = await door.call(`PUT /api/v1/products/${productId}`, { token, body: { ...PRODUCT, price } });
  expect(status).toBe(200);
}

/** Creates the products while the relay waits for the bus, so that it finds most of them in one batch. */
async function createProductsAtOnce(whenAllAreThere: () => ApiCall[]) {
  const held = shop.faults.hold(fromCatalogue);
  const ids = await Promise.all(Array.from({ length: PRODUCTS }, createProduct));
  await eventually(async () => held.met.length > 0);
  const met = whenAllAreThere();
  held.release();
  return { ids, met };
}

async function anyHandledTwice(ids: string[]): Promise<boolean> {
  const times = await Promise.all(ids.map((id) => shop.timesHandled('order/on-product-changed', `PRODUCT#${id}#1`)));
  return times.some((handled) => handled > 1);
}

/** What the stream of the catalogue tells of one row. */
async function streamRecords(pk: string): Promise<Json[]> {
  const TableName = shop.id('product', 'Outbox/Table');
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
