import { createHash } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { createApi } from '#lib/local-cloud/core/api.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';
import { type Endpoint, startEndpoint } from '#lib/local-cloud/core/wire.ts';
import { createSqs } from '#lib/local-cloud/sqs/sqs.ts';

const iam = {
  authorize() {},
  attachResourcePolicy() {},
  credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
  callerOf: () => OPERATOR,
};
const clock = new Clock();
const account = new Account();
const api = createApi(iam);
let endpoint: Endpoint;
let client: SQSClient;

beforeAll(async () => {
  api.register(createSqs({ account, clock, api, iam, log: SILENT }, { endpointUrl: () => endpoint.url }));
  endpoint = await startEndpoint({ api, iam, account, port: 0, log: SILENT });
  client = new SQSClient({
    endpoint: endpoint.url,
    region: account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  clock.stop();
});

const createQueue = async (QueueName: string) => (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl;

describe('the SQS client of the AWS SDK', () => {
  test('finds the digests of bodies right, one by one and in a batch', async () => {
    const QueueUrl = await createQueue('digests');
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'grün ✓' }));
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id.repeat(1000) }));
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const received = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(sent.Successful).toHaveLength(2);
    expect(received.Messages?.map(({ Body }) => Body)).toEqual(['grün ✓', 'a'.repeat(1000), 'b'.repeat(1000)]);
  });

  test('carries attributes, binary ones too', async () => {
    const QueueUrl = await createQueue('attributes');
    const MessageAttributes = {
      zone: { DataType: 'String', StringValue: 'eu' },
      blob: { DataType: 'Binary.png', BinaryValue: new Uint8Array([1, 2, 255]) },
      age: { DataType: 'Number', StringValue: '7' },
    };
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes }));
    const received = await client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));

    const [message] = received.Messages ?? [];
    expect(message?.MessageAttributes).toEqual(MessageAttributes);
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    // What AWS documents: 4-byte length and text of name and type, a byte for the kind of value, length and value.
    const encoded = (text: string | Uint8Array) => {
      const bytes = Buffer.from(text);
      return Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
    };
    const parts = [
      [encoded('age'), encoded('Number'), Buffer.from([1]), encoded('7')],
      [encoded('blob'), encoded('Binary.png'), Buffer.from([2]), encoded(new Uint8Array([1, 2, 255]))],
      [encoded('zone'), encoded('String'), Buffer.from([1]), encoded('eu')],
    ];
    const digest = createHash('md5').update(Buffer.concat(parts.flat())).digest('hex');
    expect(sent.MD5OfMessageAttributes).toBe(digest);
  });

  test('polls long and deletes', async () => {
    const QueueUrl = await createQueue('polls');
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'here' }));
    const { Messages } = await waiting;
    expect(Messages?.[0]?.Body).toBe('here');
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  });

  test('knows the errors by name', async () => {
    const missing = new SendMessageCommand({ QueueUrl: `${endpoint.url}/000000000000/none`, MessageBody: 'x' });
    await expect(client.send(missing)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    const QueueUrl = await createQueue('errors');
    const invalid = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' });
    await expect(client.send(invalid)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });
});
