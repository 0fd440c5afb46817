import { describe, expect, test } from '@jest/globals';
import { anSqs, arnOf } from '#test/local-cloud/sqs/sqs-for-tests.ts';

const SECOND = 1000;

describe('a standard queue', () => {
  test('hides a received message until its visibility timeout is over', async () => {
    const { clock, create, send, bodies, counts } = anSqs();
    await create('orders', { VisibilityTimeout: '30' });
    await send('orders', 'one');

    expect(await bodies('orders')).toEqual(['one']);
    expect(await bodies('orders')).toEqual([]);
    expect(await counts('orders')).toEqual([0, 0, 1]);

    clock.advance(30 * SECOND);
    expect(await counts('orders')).toEqual([1, 0, 0]);
    expect(await bodies('orders')).toEqual(['one']);
  });

  test('counts receives and remembers when the first one was', async () => {
    const { clock, create, send, receive } = anSqs();
    await create('orders', { VisibilityTimeout: '1' });
    await send('orders', 'one');
    const [first] = await receive('orders');
    clock.advance(SECOND);
    const [second] = await receive('orders');

    expect(first?.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second?.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      first?.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test.each([
    { name: 'of the queue', attributes: { DelaySeconds: '5' }, message: {} },
    { name: 'of the message', attributes: {}, message: { DelaySeconds: 5 } },
    {
      name: 'of the message before that of the queue',
      attributes: { DelaySeconds: '60' },
      message: { DelaySeconds: 5 },
    },
  ])('delays a message by the delay $name', async ({ attributes, message }) => {
    const { clock, create, send, bodies, counts } = anSqs();
    await create('orders', attributes as Record<string, string>);
    await send('orders', 'later', message);

    expect(await bodies('orders')).toEqual([]);
    expect(await counts('orders')).toEqual([0, 1, 0]);
    clock.advance(5 * SECOND);
    expect(await bodies('orders')).toEqual(['later']);
  });

  test('forgets messages after the retention period', async () => {
    const { clock, create, send, bodies, counts } = anSqs();
    await create('orders', { MessageRetentionPeriod: '60' });
    await send('orders', 'old');
    clock.advance(59 * SECOND);
    await send('orders', 'new');
    clock.advance(SECOND);

    expect(await counts('orders')).toEqual([1, 0, 0]);
    expect(await bodies('orders')).toEqual(['new']);
  });

  test('deletes by the newest receipt handle only', async () => {
    const { clock, create, send, receive, call, counts } = anSqs();
    await create('orders', { VisibilityTimeout: '1' });
    await send('orders', 'one');
    const [first] = await receive('orders');
    clock.advance(SECOND);
    const [second] = await receive('orders');

    await call('DeleteMessage', { QueueUrl: 'orders', ReceiptHandle: first?.ReceiptHandle });
    expect(await counts('orders')).toEqual([0, 0, 1]);
    await call('DeleteMessage', { QueueUrl: 'orders', ReceiptHandle: second?.ReceiptHandle });
    expect(await counts('orders')).toEqual([0, 0, 0]);
    await call('DeleteMessage', { QueueUrl: 'orders', ReceiptHandle: second?.ReceiptHandle });
  });

  test('gives a message back at once when its visibility is set to zero', async () => {
    const { create, send, receive, call, bodies } = anSqs();
    await create('orders');
    await send('orders', 'one');
    const [message] = await receive('orders');
    await call('ChangeMessageVisibility', {
      QueueUrl: 'orders',
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    expect(await bodies('orders')).toEqual(['one']);
  });

  test('keeps a message hidden longer when its visibility is prolonged', async () => {
    const { clock, create, send, receive, call, bodies } = anSqs();
    await create('orders', { VisibilityTimeout: '10' });
    await send('orders', 'one');
    const [message] = await receive('orders');
    clock.advance(9 * SECOND);
    const prolong = { QueueUrl: 'orders', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 10 };
    await call('ChangeMessageVisibility', prolong);

    clock.advance(9 * SECOND);
    expect(await bodies('orders')).toEqual([]);
    clock.advance(SECOND);
    expect(await bodies('orders', { VisibilityTimeout: 0 })).toEqual(['one']);
    await expect(call('ChangeMessageVisibility', { ...prolong, VisibilityTimeout: 43_200 })).rejects.toMatchObject({
      code: 'com.amazonaws.sqs#InvalidParameterValue',
    });
  });

  test('holds at most 12 hours of invisibility from the receipt', async () => {
    const { clock, create, send, receive, call } = anSqs();
    await create('orders', { VisibilityTimeout: '43200' });
    await send('orders', 'one');
    const [message] = await receive('orders');
    clock.advance(SECOND);
    await expect(
      call('ChangeMessageVisibility', {
        QueueUrl: 'orders',
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 43_200,
      }),
    ).rejects.toThrow('Total VisibilityTimeout for the message is beyond the limit [43200 seconds]');
  });

  test('is emptied by a purge, once a minute', async () => {
    const { clock, create, send, receive, call, counts } = anSqs();
    await create('orders');
    await send('orders', 'one');
    await send('orders', 'two');
    await receive('orders', { MaxNumberOfMessages: 1 });
    await call('PurgeQueue', { QueueUrl: 'orders' });

    expect(await counts('orders')).toEqual([0, 0, 0]);
    await expect(call('PurgeQueue', { QueueUrl: 'orders' })).rejects.toMatchObject({
      code: 'com.amazonaws.sqs#PurgeQueueInProgress',
    });
    clock.advance(60 * SECOND);
    await call('PurgeQueue', { QueueUrl: 'orders' });
  });

  test('carries the trace of the call, or the one that the message names', async () => {
    const { create, call, receive } = anSqs();
    await create('orders');
    const trace = 'Root=1-67891233-abcdef012345678912345678;Sampled=1';
    await call('SendMessage', { QueueUrl: 'orders', MessageBody: 'by call' }, { trace });
    const AWSTraceHeader = { DataType: 'String', StringValue: 'Root=1-1-2' };
    await call(
      'SendMessage',
      { QueueUrl: 'orders', MessageBody: 'by message', MessageSystemAttributes: { AWSTraceHeader } },
      { trace },
    );

    const headers = (await receive('orders')).map(({ Attributes }) => Attributes?.AWSTraceHeader);
    expect(headers).toEqual([trace, 'Root=1-1-2']);
  });

  test('returns only the attributes asked for', async () => {
    const { create, send, receive } = anSqs();
    await create('orders');
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await send('orders', 'one', {
      MessageAttributes: { 'shop.id': text('1'), 'shop.name': text('x'), other: text('y') },
    });

    const more = { AttributeNames: ['SenderId'], MessageAttributeNames: ['shop.*'], VisibilityTimeout: 0 };
    const [some] = await receive('orders', more);
    expect(Object.keys(some?.Attributes ?? {})).toEqual(['SenderId']);
    expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['shop.id', 'shop.name']);
    const [none] = await receive('orders', { AttributeNames: undefined, MessageAttributeNames: undefined });
    expect(none).not.toHaveProperty('Attributes');
    expect(none).not.toHaveProperty('MessageAttributes');
  });
});

describe('a long poll', () => {
  test('ends the moment a message is sent', async () => {
    const { create, send, bodies } = anSqs();
    await create('orders');
    const waiting = bodies('orders', { WaitTimeSeconds: 20 });
    await send('orders', 'here');
    expect(await waiting).toEqual(['here']);
  });

  test('gets all messages of a batch at once', async () => {
    const { create, call, bodies } = anSqs();
    await create('orders');
    const waiting = bodies('orders', { WaitTimeSeconds: 20 });
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
    await call('SendMessageBatch', { QueueUrl: 'orders', Entries });
    expect(await waiting).toEqual(['a', 'b', 'c']);
  });

  test('ends when a hidden message comes back', async () => {
    const { clock, create, send, bodies } = anSqs();
    await create('orders', { VisibilityTimeout: '5' });
    await send('orders', 'one');
    await bodies('orders');
    const waiting = bodies('orders', { WaitTimeSeconds: 20 });
    clock.advance(5 * SECOND);
    expect(await waiting).toEqual(['one']);
  });

  test('ends with nothing when its time is up, by its own or the wait time of the queue', async () => {
    const { clock, create, bodies } = anSqs();
    await create('orders', { ReceiveMessageWaitTimeSeconds: '3' });
    const waiting = bodies('orders');
    clock.advance(3 * SECOND);
    expect(await waiting).toEqual([]);
  });

  test('takes no message when its caller has gone away', async () => {
    const { create, send, call, bodies } = anSqs();
    await create('orders');
    const caller = new AbortController();
    const waiting = call('ReceiveMessage', { QueueUrl: 'orders', WaitTimeSeconds: 20 }, { signal: caller.signal });
    caller.abort();
    expect(await waiting).toEqual({});
    await send('orders', 'one');
    expect(await bodies('orders')).toEqual(['one']);
  });

  test('is served in turn', async () => {
    const { create, send, bodies } = anSqs();
    await create('orders');
    const waiting = [bodies('orders', { WaitTimeSeconds: 20 }), bodies('orders', { WaitTimeSeconds: 20 })];
    await send('orders', 'one');
    await send('orders', 'two');
    expect(await Promise.all(waiting)).toEqual([['one'], ['two']]);
  });

  test('ends when the cloud stops', async () => {
    const { sqs, create, bodies } = anSqs();
    await create('orders');
    const waiting = bodies('orders', { WaitTimeSeconds: 20 });
    await sqs.stop?.();
    expect(await waiting).toEqual([]);
  });
});

describe('the metrics of a queue', () => {
  test('count what happens and measure what waits', async () => {
    const counted: string[] = [];
    const { clock, sqs, create, send, receive, call } = anSqs({
      onMetric: (namespace, name, dimensions, value) => {
        counted.push(`${namespace} ${name} ${dimensions.QueueName} ${value}`);
      },
    });
    await create('orders');
    await send('orders', 'one');
    clock.advance(7 * SECOND);
    const gauges = Object.fromEntries(sqs.gauges().map(({ name, value }) => [name, value]));
    const [message] = await receive('orders');
    await call('DeleteMessage', { QueueUrl: 'orders', ReceiptHandle: message?.ReceiptHandle });
    await receive('orders');

    expect(gauges).toEqual({
      ApproximateNumberOfMessagesVisible: 1,
      ApproximateNumberOfMessagesDelayed: 0,
      ApproximateNumberOfMessagesNotVisible: 0,
      ApproximateAgeOfOldestMessage: 7,
    });
    expect(counted).toEqual([
      'AWS/SQS NumberOfMessagesSent orders 1',
      'AWS/SQS SentMessageSize orders 3',
      'AWS/SQS NumberOfMessagesReceived orders 1',
      'AWS/SQS NumberOfMessagesDeleted orders 1',
      'AWS/SQS NumberOfEmptyReceives orders 1',
    ]);
  });
});

describe('IAM', () => {
  test('is asked for the action and the queue, the same for a batch', async () => {
    const { create, send, call, authorized } = anSqs();
    await create('orders');
    await send('http://localhost:4566/000000000000/orders', 'one');
    await call('SendMessageBatch', { QueueUrl: 'orders', Entries: [{ Id: 'a', MessageBody: 'b' }] });
    expect(authorized).toEqual([
      `sqs:CreateQueue ${arnOf('orders')}`,
      `sqs:SendMessage ${arnOf('orders')}`,
      `sqs:SendMessage ${arnOf('orders')}`,
    ]);
  });
});
