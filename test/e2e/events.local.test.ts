import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { consumersOf, type DeadLetterQueue } from '#bin/events/edges.ts';
import { failedMessages, selectedQueues } from '#bin/events/failed.ts';
import { Operator } from '#bin/events/operator.ts';
import { redrive } from '#bin/events/redrive.ts';
import { replay } from '#bin/events/replay.ts';
import { ProductCreated } from '#events/product-events.ts';
import { putIntoCart } from '../cart/shopper.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';

// Needs the AWS endpoint of the embedded cloud: not for a deployed stage.
const ROOT = join(__dirname, '../..');
const endpoint = process.env.BAZAAR_AWS_URL ?? '';
const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
const operator = new Operator('dev', { endpoint, region: 'us-east-1', credentials });

afterAll(() => operator.end());

async function deadLettersOf(queue: string): Promise<DeadLetterQueue> {
  const [found] = await selectedQueues(operator, { queue });
  if (!found) throw new Error(`There is no ${queue}.`);
  return found;
}

async function send({ url: QueueUrl }: DeadLetterQueue, body: object, attributes: Record<string, string> = {}) {
  const entries = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  const MessageAttributes = Object.fromEntries(entries);
  const command = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), MessageAttributes });
  return (await operator.sqs.send(command)).MessageId ?? '';
}

/** The event of a product that nobody has heard of yet. */
function aProductEvent() {
  const product_id = randomUUID();
  const metadata = {
    event_id: `PRODUCT#${product_id}#1`,
    event_type: ProductCreated.type,
    version: ProductCreated.version,
    occurred_at: new Date().toISOString(),
    producer: ProductCreated.source,
    correlation_id: randomUUID(),
    causation_id: randomUUID(),
    traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    aggregate_id: `PRODUCT#${product_id}`,
    aggregate_version: 1,
  };
  const data = { product_id, name: 'Undelivered', category: 'test', price: { amount: 700, currency: 'USD' } };
  const event = { source: ProductCreated.source, 'detail-type': ProductCreated.type, detail: { metadata, data } };
  return { product_id, event_id: metadata.event_id, event };
}

/** What EventBridge leaves in the cart's dead-letter queue when it may not write to its queue. */
async function leaveUndelivered(event: object): Promise<string> {
  const queue = await deadLettersOf('cart/on-product-changed');
  const edge = queue.edges.find(({ kind }) => kind === 'rule');
  if (edge?.kind !== 'rule') throw new Error('No rule leads there.');
  const reason = { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'It may not be sent to.', RETRY_ATTEMPTS: '0' };
  return send(queue, event, { RULE_ARN: edge.ruleArn, TARGET_ARN: edge.queue.arn, ...reason });
}

/** How often the consumer has handled each event, by the replays that brought it. */
async function handled(consumer: string, eventId: string): Promise<(string | undefined)[]> {
  const { functions } = await consumersOf(operator);
  const { logGroup: logGroupName } = [...functions.values()].find(({ name }) => name === consumer) ?? {};
  const filterPattern = `{ $.message = "event handled" && $.event_id = "${eventId}" }`;
  const found: (string | undefined)[] = [];
  for await (const { events = [] } of paginateFilterLogEvents(
    { client: operator.logs },
    { logGroupName, filterPattern },
  ))
    found.push(...events.map(({ message = '{}' }) => JSON.parse(message).replay_name));
  return found;
}

describe('an event that could not be delivered', () => {
  test('is listed with its reason, stays there, and arrives when it is put back', async () => {
    const { product_id, event_id, event } = aProductEvent();
    const message_id = await leaveUndelivered(event);
    const jane = await shop.aCustomer();

    const [first, again] = [
      await failedMessages(operator, { event: event_id }),
      await failedMessages(operator, { event: event_id }),
    ];
    const planned = await redrive(operator, { message: message_id, dryRun: true });
    const refused = (await putIntoCart(jane, product_id)).status;
    const done = await redrive(operator, { event: event_id });

    expect(first).toMatchObject([
      {
        queue: 'cart/on-product-changed',
        message_id,
        given_up_by: 'rule',
        reason: 'NO_PERMISSIONS: It may not be sent to.',
        event: { event_id, event_type: 'product.created' },
      },
    ]);
    expect(again).toMatchObject([{ message_id }]);
    expect(planned).toMatchObject({
      dry_run: true,
      redriven: [{ to: 'cart/on-product-changed', count: 1 }],
      failed: [],
    });
    expect(refused).toBe(422);
    expect(done).toMatchObject({ redriven: [{ messages: [{ message_id }] }], failed: [] });
    await eventually(async () => (await putIntoCart(jane, product_id)).status === 200);
    expect(await failedMessages(operator, { event: event_id })).toEqual([]);
  });

  test('goes back with all others of its queue', async () => {
    const [one, other] = [aProductEvent(), aProductEvent()];
    for (const { event } of [one, other]) await leaveUndelivered(event);
    const jane = await shop.aCustomer();

    const { redriven, failed } = await redrive(operator, { queue: 'cart/on-product-changed' });

    expect(failed).toEqual([]);
    expect(redriven).toMatchObject([{ to: 'cart/on-product-changed' }]);
    expect(redriven[0]?.count).toBeGreaterThanOrEqual(2);
    for (const { product_id } of [one, other])
      await eventually(async () => (await putIntoCart(jane, product_id)).status === 200);
  });
});

/** The latest changes of the table behind a relay, as its stream has them: nothing of the SDK is needed but this. */
async function changesOf(pk: string, streamArn: string) {
  const authorization = 'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/dynamodb/aws4_request';
  const headers = { 'content-type': 'application/x-amz-json-1.0', authorization };
  const target = { 'x-amz-target': 'DynamoDBStreams_20120810.DescribeStream' };
  const body = JSON.stringify({ StreamArn: streamArn });
  const response = await fetch(endpoint, { method: 'POST', headers: { ...headers, ...target }, body });
  const { StreamDescription } = (await response.json()) as {
    StreamDescription: { Shards: { ShardId: string; SequenceNumberRange: { StartingSequenceNumber: string } }[] };
  };
  for (const { ShardId: shardId, SequenceNumberRange: range } of StreamDescription.Shards) {
    const from = { startSequenceNumber: range.StartingSequenceNumber, endSequenceNumber: '9'.repeat(38) };
    const records = await operator.streams.recordsIn({ streamArn, shardId, ...from });
    const mine = records.filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S === pk);
    if (mine.length > 0) return { shardId, mine };
  }
  throw new Error(`The stream has no change of ${pk}.`);
}

function failureOf(records: DynamoDBRecord[], place: { shardId: string; streamArn: string }) {
  const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
  const now = new Date().toISOString();
  return {
    requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 9 },
    DDBStreamBatchInfo: {
      ...place,
      startSequenceNumber: numbers[0],
      endSequenceNumber: numbers.at(-1),
      approximateArrivalOfFirstRecord: now,
      approximateArrivalOfLastRecord: now,
      batchSize: records.length,
    },
  };
}

test('changes that a relay has given up are published when they are put back', async () => {
  const productId = await shop.aProduct();
  const eventId = `PRODUCT#${productId}#1`;
  await eventually(async () => (await handled('cart/on-product-changed', eventId)).length > 0);
  const queue = await deadLettersOf('product/outbox-relay');
  const [edge] = queue.edges;
  if (edge?.kind !== 'stream') throw new Error('No stream leads there.');
  const { streamArn } = edge;
  const { shardId, mine } = await changesOf(`PRODUCT#${productId}`, streamArn);
  const message = await send(queue, failureOf(mine, { shardId, streamArn }));
  const listed = await failedMessages(operator, { message });

  const { redriven, failed } = await redrive(operator, { message });

  expect(listed).toMatchObject([{ given_up_by: 'stream', reason: 'RecordAgeExceeded', changes: mine.length }]);
  expect(failed).toEqual([]);
  expect(redriven).toMatchObject([{ to: 'product/outbox-relay', messages: [{ message_id: message }] }]);
  await eventually(async () => (await handled('cart/on-product-changed', eventId)).length > 1);
  expect(await failedMessages(operator, { message })).toEqual([]);
});

test('a replay brings events back to one consumer, and to no other', async () => {
  const from = new Date(Date.now() - 1000);
  const jane = await shop.aCustomer();
  const { order_id } = await shop.settledOrder(jane, { product_id: await shop.aProduct() });
  const eventId = `ORDER#${order_id}#2`;
  const to = 'notification/on-order-changed';
  await eventually(async () => (await handled(to, eventId)).length > 0);
  await eventually(async () => (await handled('view/on-order-changed', eventId)).length > 0);
  const span = { to, from, until: new Date(Date.now() + 1000), settleMs: 0 };

  const planned = await replay(operator, { ...span, dryRun: true });
  const { events, replay_name } = await replay(operator, { ...span, dryRun: false });

  expect(planned).toMatchObject({ to, event_types: expect.arrayContaining(['order.confirmed']) });
  expect(planned).not.toHaveProperty('events');
  expect(events).toBeGreaterThan(0);
  await eventually(async () => (await handled(to, eventId)).includes(replay_name));
  expect(await handled('view/on-order-changed', eventId)).not.toContain(replay_name);
  const { body } = await shop.call('GET /api/v1/notifications', jane);
  expect(body.notifications.filter(({ type }: { type: string }) => type === 'order.confirmed')).toHaveLength(1);
});

describe('npm run events', () => {
  async function events(...args: string[]) {
    const child = spawn(process.execPath, ['bin/on-node-24.mjs', 'bin/events.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, AWS_ENDPOINT_URL: endpoint },
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await ended, printed, errors };
  }

  test('explains which rules an event meets, and why not the others', async () => {
    const productId = await shop.aProduct();

    const { status, printed, errors } = await events('explain', `PRODUCT#${productId}#1`, '--json');

    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    const { event, rules } = JSON.parse(printed);
    const ruleTo = (name: string) => rules.find(({ to }: { to: string[] }) => to.includes(name));
    expect(event).toEqual({
      event_id: `PRODUCT#${productId}#1`,
      event_type: 'product.created',
      source: 'product-service',
    });
    expect(ruleTo('cart/on-product-changed')).toMatchObject({ matches: true, because: [] });
    expect(ruleTo('inventory/on-order-confirmed')).toMatchObject({
      matches: false,
      because: [
        { field: 'source', rule_wants: ['order-service'], event_has: 'product-service' },
        { field: 'detail-type', rule_wants: ['order.confirmed'], event_has: 'product.created' },
      ],
    });
  });

  test('says what is wrong, and ends with 2', async () => {
    const { status, errors } = await events('failed', '--service', 'nowhere');

    expect(status).toBe(2);
    expect(errors).toContain('there is no dead-letter queue of nowhere in stage dev. There are: cart, inventory');
  });
});
