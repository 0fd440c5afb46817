import { describe, expect, test } from '@jest/globals';
import { anSqs, arnOf } from '#test/local-cloud/sqs/sqs-for-tests.ts';

const SECOND = 1000;

async function aQueueWithDeadLetters(maxReceiveCount = 2) {
  const cloud = anSqs();
  await cloud.create('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount });
  await cloud.create('orders', { RedrivePolicy, VisibilityTimeout: '10' });
  const giveUp = async () => {
    for (let receive = 0; receive <= maxReceiveCount; receive += 1) {
      await cloud.receive('orders');
      cloud.clock.advance(10 * SECOND);
    }
  };
  return { ...cloud, giveUp };
}

const task = (cloud: { call: ReturnType<typeof anSqs>['call'] }, MaxResults = 1) =>
  cloud
    .call<{ Results: Record<string, unknown>[] }>('ListMessageMoveTasks', { SourceArn: arnOf('dead'), MaxResults })
    .then(({ Results }) => Results[0]);

describe('a redrive policy', () => {
  test('moves a message after its last receive, with its id and the time it was sent', async () => {
    const { clock, send, receive, bodies } = await aQueueWithDeadLetters();
    const { MessageId } = await send('orders', 'poison');
    const [first] = await receive('orders');
    clock.advance(10 * SECOND);
    await receive('orders');
    expect(await bodies('dead')).toEqual([]);
    clock.advance(10 * SECOND);
    expect(await bodies('orders')).toEqual([]);

    const [dead] = await receive('dead');
    expect(dead?.MessageId).toBe(MessageId);
    expect(dead?.Attributes).toMatchObject({
      SentTimestamp: first?.Attributes?.SentTimestamp,
      // Over all queues: twice in `orders`, once here.
      ApproximateReceiveCount: '3',
      DeadLetterQueueSourceArn: arnOf('orders'),
    });
  });

  test('works while somebody waits for messages of either queue', async () => {
    const { clock, send, bodies } = await aQueueWithDeadLetters(1);
    await send('orders', 'poison');
    await bodies('orders');
    const waiting = bodies('orders', { WaitTimeSeconds: 20 });
    const waitingForDead = bodies('dead', { WaitTimeSeconds: 20 });
    clock.advance(10 * SECOND);
    expect(await waitingForDead).toEqual(['poison']);
    clock.advance(10 * SECOND);
    expect(await waiting).toEqual([]);
  });

  test('goes on counting the retention of a standard queue from the first send', async () => {
    const { clock, call, send, counts, giveUp } = await aQueueWithDeadLetters();
    await call('SetQueueAttributes', { QueueUrl: 'dead', Attributes: { MessageRetentionPeriod: '60' } });
    await send('orders', 'poison');
    await giveUp();
    expect(await counts('dead')).toEqual([1, 0, 0]);
    clock.advance(30 * SECOND);
    expect(await counts('dead')).toEqual([0, 0, 0]);
  });

  test('that is taken away leaves messages where they are', async () => {
    const { call, send, bodies, giveUp } = await aQueueWithDeadLetters();
    await call('SetQueueAttributes', { QueueUrl: 'orders', Attributes: { RedrivePolicy: '' } });
    await send('orders', 'poison');
    await giveUp();
    expect(await bodies('orders')).toEqual(['poison']);
  });

  test.each([
    ['no queue', { deadLetterTargetArn: arnOf('x'), maxReceiveCount: 1 }, 'Dead letter target does not exist.'],
    ['the queue itself', { deadLetterTargetArn: arnOf('orders'), maxReceiveCount: 1 }, 'cannot be the queue itself'],
    ['a queue of the other type', { deadLetterTargetArn: arnOf('f.fifo'), maxReceiveCount: 1 }, 'must be same type'],
    ['a queue that does not allow it', { deadLetterTargetArn: arnOf('closed'), maxReceiveCount: 1 }, 'does not allow'],
    ['a queue for others', { deadLetterTargetArn: arnOf('others'), maxReceiveCount: 1 }, 'does not allow this queue'],
    [
      'too high a count',
      { deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 1001 },
      'Invalid value for maxReceiveCount',
    ],
    ['no count', { deadLetterTargetArn: arnOf('dead') }, 'mandatory attribute: maxReceiveCount'],
    ['no target', { maxReceiveCount: 1 }, 'mandatory attribute: deadLetterTargetArn'],
  ])('with %s is refused', async (_title, policy, message) => {
    const { create, call } = await aQueueWithDeadLetters();
    await create('f.fifo', { FifoQueue: 'true' });
    await create('closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const sourceQueueArns = [arnOf('somebody')];
    await create('others', { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns }) });
    const Attributes = { RedrivePolicy: JSON.stringify(policy) };
    await expect(call('SetQueueAttributes', { QueueUrl: 'orders', Attributes })).rejects.toThrow(message);
  });

  test('shows in the list of sources', async () => {
    const { call } = await aQueueWithDeadLetters();
    expect(await call('ListDeadLetterSourceQueues', { QueueUrl: 'dead' })).toEqual({
      queueUrls: ['https://sqs.us-east-1.amazonaws.com/000000000000/orders'],
    });
  });
});

describe('a message move task', () => {
  test('brings dead letters back to where they came from, as new messages', async () => {
    const cloud = await aQueueWithDeadLetters();
    const { clock, call, send, receive, giveUp, counts } = cloud;
    const { MessageId } = await send('orders', 'poison');
    await giveUp();
    await call('StartMessageMoveTask', { SourceArn: arnOf('dead') });
    expect(await task(cloud)).toMatchObject({ Status: 'RUNNING', ApproximateNumberOfMessagesToMove: 1 });
    clock.advance(0);

    expect(await counts('dead')).toEqual([0, 0, 0]);
    const [back] = await receive('orders');
    expect(back?.Body).toBe('poison');
    expect(back?.MessageId).not.toBe(MessageId);
    expect(back?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
    expect(back?.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(await task(cloud)).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 });
  });

  test('keeps to its rate, and can be cancelled', async () => {
    const cloud = await aQueueWithDeadLetters();
    const { clock, call, create, send, counts } = cloud;
    await create('repaired');
    for (const body of ['a', 'b', 'c', 'd', 'e']) await send('dead', body);
    const input = { SourceArn: arnOf('dead'), DestinationArn: arnOf('repaired'), MaxNumberOfMessagesPerSecond: 2 };
    const { TaskHandle } = await call<{ TaskHandle: string }>('StartMessageMoveTask', input);
    clock.advance(0);
    expect(await counts('repaired')).toEqual([2, 0, 0]);
    clock.advance(SECOND);
    expect(await counts('repaired')).toEqual([4, 0, 0]);

    await expect(call('StartMessageMoveTask', input)).rejects.toThrow('There is already a task running.');
    expect(await call('CancelMessageMoveTask', { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 4 });
    clock.advance(SECOND);
    expect(await counts('repaired')).toEqual([4, 0, 0]);
    expect(await task(cloud)).toMatchObject({ Status: 'CANCELLED', DestinationArn: arnOf('repaired') });
    await expect(call('CancelMessageMoveTask', { TaskHandle })).rejects.toThrow('Only active tasks can be cancelled.');
  });

  test('fails when nobody knows where a message came from, and leaves it there', async () => {
    const cloud = await aQueueWithDeadLetters();
    await cloud.send('dead', 'stray');
    await cloud.call('StartMessageMoveTask', { SourceArn: arnOf('dead') });
    cloud.clock.advance(0);
    expect(await task(cloud)).toMatchObject({ Status: 'FAILED', FailureReason: expect.any(String) });
    expect(await cloud.counts('dead')).toEqual([1, 0, 0]);
  });

  test.each([
    [
      "a queue that is nobody's dead-letter queue",
      { SourceArn: arnOf('orders') },
      'Source queue must be configured as a Dead Letter Queue.',
    ],
    ['a queue that is not there', { SourceArn: arnOf('x') }, "doesn't exist"],
  ])('of %s is refused', async (_title, input, message) => {
    const { call } = await aQueueWithDeadLetters();
    await expect(call('StartMessageMoveTask', input)).rejects.toThrow(message);
  });
});
