import { describe, expect, test } from '@jest/globals';
import { anSqs, arnOf } from '#test/local-cloud/sqs/sqs-for-tests.ts';

const QueueUrl = 'orders';
const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: 'x' }));
const sqs = (code: string) => `com.amazonaws.sqs#${code}`;

async function aQueue(attributes: Record<string, string> = {}) {
  const cloud = anSqs();
  await cloud.create(QueueUrl, attributes);
  return cloud;
}

describe('a batch', () => {
  test('fails in part', async () => {
    const { call, counts } = await aQueue();
    const Entries = [...entries('good'), { Id: 'bad', MessageBody: 'x', DelaySeconds: 901 }];
    const output = await call<{ Successful: object[]; Failed: object[] }>('SendMessageBatch', { QueueUrl, Entries });
    expect(output.Successful).toMatchObject([{ Id: 'good', MessageId: expect.any(String) }]);
    expect(output.Failed).toEqual([
      { Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue', Message: expect.stringContaining('DelaySeconds') },
    ]);
    expect(await counts(QueueUrl)).toEqual([1, 0, 0]);
  });

  test('changes and deletes several messages', async () => {
    const { call, receive, counts } = await aQueue();
    await call('SendMessageBatch', { QueueUrl, Entries: entries('a', 'b', 'c') });
    const [first, second] = await receive(QueueUrl);
    const visible = { Id: 'b', ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 };
    const changed = await call('ChangeMessageVisibilityBatch', {
      QueueUrl,
      Entries: [visible, { ...visible, Id: 'x', ReceiptHandle: 'x' }],
    });
    const deleted = await call('DeleteMessageBatch', {
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle: first?.ReceiptHandle },
        { Id: 'x', ReceiptHandle: 'x' },
      ],
    });
    for (const [output, id] of [
      [changed, 'b'],
      [deleted, 'a'],
    ] as const) {
      expect(output).toMatchObject({ Successful: [{ Id: id }], Failed: [{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }] });
    }
    expect(await counts(QueueUrl)).toEqual([1, 0, 1]);
  });
});

describe('queues', () => {
  test('are found by name, by any URL, and in pages', async () => {
    const { create, call, send } = anSqs({ endpointUrl: () => 'http://127.0.0.1:4566/' });
    for (const name of ['a-1', 'a-2', 'b-1']) await create(name);
    expect(await call('GetQueueUrl', { QueueName: 'a-1' })).toEqual({
      QueueUrl: 'http://127.0.0.1:4566/000000000000/a-1',
    });
    await send('https://sqs.eu-west-1.amazonaws.com/000000000000/a-1', 'one');
    const first = await call<{ QueueUrls: string[]; NextToken: string }>('ListQueues', {
      QueueNamePrefix: 'a',
      MaxResults: 1,
    });
    const second = await call('ListQueues', { QueueNamePrefix: 'a', MaxResults: 1, NextToken: first.NextToken });
    expect(first.QueueUrls).toEqual(['http://127.0.0.1:4566/000000000000/a-1']);
    expect(second).toEqual({ QueueUrls: ['http://127.0.0.1:4566/000000000000/a-2'] });
  });

  test('have the attributes of AWS by default', async () => {
    const { call } = await aQueue();
    const { Attributes } = await call<{ Attributes: object }>('GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['All'],
    });
    expect(Attributes).toMatchObject({
      QueueArn: arnOf('orders'),
      VisibilityTimeout: '30',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      DelaySeconds: '0',
      ReceiveMessageWaitTimeSeconds: '0',
      ApproximateNumberOfMessages: '0',
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
    });
    expect(Attributes).not.toHaveProperty('FifoQueue');
  });

  test('can be created anew a minute after they were deleted', async () => {
    const { clock, create, call } = await aQueue();
    await create(QueueUrl);
    await call('DeleteQueue', { QueueUrl });
    await expect(create(QueueUrl)).rejects.toMatchObject({ code: sqs('QueueDeletedRecently') });
    clock.advance(60_000);
    await create(QueueUrl);
  });

  test('carry tags', async () => {
    const { call } = await aQueue();
    await call('TagQueue', { QueueUrl, Tags: { team: 'orders', stage: 'local' } });
    await call('UntagQueue', { QueueUrl, TagKeys: ['stage'] });
    expect(await call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { team: 'orders' } });
  });

  test('attach their policy', async () => {
    const { call, policies } = await aQueue();
    await call('SetQueueAttributes', { QueueUrl, Attributes: { Policy: '{"Statement":[]}' } });
    expect(policies).toEqual([{ arn: arnOf('orders'), policy: { Statement: [] } }]);
  });
});

describe('a template', () => {
  test('makes queues as CDK writes them, and their policy', async () => {
    const { deploy, call, policies } = anSqs();
    const dead = await deploy(
      'AWS::SQS::Queue',
      { MessageRetentionPeriod: 1_209_600, KmsMasterKeyId: 'alias/aws/sqs' },
      'Dead',
    );
    const queue = await deploy('AWS::SQS::Queue', {
      FifoQueue: false,
      VisibilityTimeout: 180,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: dead.attributes?.Arn, maxReceiveCount: 3 },
      Tags: [{ Key: 'team', Value: 'orders' }],
    });
    expect(queue).toEqual({
      ref: 'https://sqs.us-east-1.amazonaws.com/000000000000/shop-Queue-ABC123',
      attributes: {
        Arn: arnOf('shop-Queue-ABC123'),
        QueueName: 'shop-Queue-ABC123',
        QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/shop-Queue-ABC123',
      },
    });
    const { Attributes } = await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
      QueueUrl: queue.ref,
      AttributeNames: ['VisibilityTimeout', 'RedrivePolicy', 'FifoQueue'],
    });
    expect(Attributes).toEqual({
      VisibilityTimeout: '180',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('shop-Dead-ABC123'), maxReceiveCount: 3 }),
    });
    const PolicyDocument = { Statement: [] };
    await deploy('AWS::SQS::QueuePolicy', { Queues: [queue.ref, dead.ref], PolicyDocument }, 'Policy');
    expect(policies.map(({ arn }) => arn)).toEqual([arnOf('shop-Queue-ABC123'), arnOf('shop-Dead-ABC123')]);
  });

  test('names a FIFO queue with its suffix', async () => {
    const { deploy } = anSqs();
    const queue = await deploy('AWS::SQS::Queue', { FifoQueue: true, ContentBasedDeduplication: true });
    expect(queue.attributes?.QueueName).toBe('shop-Queue-ABC123.fifo');
  });
});
