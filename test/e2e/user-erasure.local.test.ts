import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateListTables, paginateScan } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { operatorEnvironment, parameter } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';

// Looks into tables, logs and the bus behind the shop: on the embedded cloud only.

beforeAll(() => void Object.assign(process.env, operatorEnvironment()));

/** The tables, and the rows in them, that hold one of the words. */
async function rowsWith(words: string[]): Promise<string[]> {
  const client = new DynamoDBClient({});
  const found: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    for (const TableName of TableNames) {
      for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
        const holds = (row: string) => words.some((word) => row.toLowerCase().includes(word.toLowerCase()));
        found.push(...Items.map((item) => `${TableName} ${JSON.stringify(item)}`).filter(holds));
      }
    }
  }
  return found;
}

async function logLinesWith(words: string[]): Promise<string[]> {
  const client = new CloudWatchLogsClient({});
  const found: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of logGroups) {
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        const lines = events.map(({ message = '' }) => message);
        found.push(...lines.filter((line) => words.some((word) => line.includes(word))));
      }
    }
  }
  return found;
}

async function aBusyCustomer() {
  const username = `u${randomUUID()}`;
  const password = 'correct horse';
  const names = { username, email: `${username}@old.example.com` };
  await shop.call('POST /api/v1/users', { body: { ...names, password } });
  await shop.call('POST /api/v1/auth/login', { body: { email: names.email, password: 'wrong' } });
  const jane = await shop.logIn(username, password);
  await shop.settledOrder(jane, { product_id: await shop.aProduct() });
  const newNames = { username: `v${randomUUID()}`, email: `${randomUUID()}@new.example.com` };
  await shop.call(`PUT /api/v1/users/${jane.user_id}`, { ...jane, body: newNames });
  return { ...jane, former: Object.values(names), current: Object.values(newNames) };
}

describe('names and addresses', () => {
  test('that a user has left or that are erased stand in no table and in no log', async () => {
    const jane = await aBusyCustomer();
    expect(await rowsWith(jane.current)).not.toEqual([]);
    await eventually(async () => (await rowsWith(jane.former)).length === 0);

    await shop.call(`DELETE /api/v1/users/${jane.user_id}`, jane);

    await eventually(async () => (await rowsWith([...jane.former, ...jane.current])).length === 0);
    expect(await logLinesWith([...jane.former, ...jane.current])).toEqual([]);
  });

  test('never stand in the rows of orders', async () => {
    const jane = await aBusyCustomer();

    const tables = (await rowsWith([...jane.former, ...jane.current])).map((row) => row.split(' ')[0]);

    expect(tables.filter((table) => /order/i.test(table ?? ''))).toEqual([]);
  });
});

const sqs = () => new SQSClient({});

/** A queue of the test's own that gets all events of the user service. */
async function aListener(): Promise<() => Promise<Json[]>> {
  const bus = new EventBridgeClient({});
  const [EventBusName, name] = [await parameter('platform', 'bus-name'), `listener-${randomUUID()}`];
  const pattern = JSON.stringify({ source: ['user-service'] });
  await bus.send(new PutRuleCommand({ EventBusName, Name: name, EventPattern: pattern }));
  const { QueueUrl } = await sqs().send(new CreateQueueCommand({ QueueName: name, Attributes: OPEN_TO_THE_BUS }));
  const { Attributes } = await sqs().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const target = { Id: 'queue', Arn: Attributes?.QueueArn };
  await bus.send(new PutTargetsCommand({ EventBusName, Rule: name, Targets: [target] }));
  const heard: Json[] = [];
  return async () => {
    const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    heard.push(...Messages.map(({ Body = '' }) => JSON.parse(Body).detail));
    return heard;
  };
}

const OPEN_TO_THE_BUS = {
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
    ],
  }),
};

describe('the events of an account', () => {
  test('tell of its registration, its change and its end, in that order', async () => {
    const hear = await aListener();
    const jane = await shop.aCustomer();
    const username = `u${randomUUID()}`;

    await shop.call(`PUT /api/v1/users/${jane.user_id}`, { ...jane, body: { username } });
    await shop.call(`DELETE /api/v1/users/${jane.user_id}`, jane);

    const events = await eventually(async () => {
      const ofJane = (await hear()).filter(({ data }) => data.user_id === jane.user_id);
      return ofJane.length === 3 && ofJane.sort((a, b) => a.metadata.aggregate_version - b.metadata.aggregate_version);
    });
    expect(events.map(({ metadata }) => metadata.event_type)).toEqual([
      'user.registered',
      'user.updated',
      'user.deleted',
    ]);
    expect(events.map(({ metadata }) => metadata.event_id)).toEqual([1, 2, 3].map((n) => `USER#${jane.user_id}#${n}`));
    expect(events[1].data).toMatchObject({ username, role: 'customer' });
    expect(events[2].data).toEqual({ user_id: jane.user_id });
  });
});
