import { describe, expect, test } from '@jest/globals';
import { anSqs } from '#test/local-cloud/sqs/sqs-for-tests.ts';

const SECOND = 1000;
const QUEUE = 'orders.fifo';
const group = (MessageGroupId: string, MessageDeduplicationId?: string) => ({ MessageGroupId, MessageDeduplicationId });

async function aFifoQueue(attributes: Record<string, string> = {}) {
  const cloud = anSqs();
  await cloud.create(QUEUE, { FifoQueue: 'true', ContentBasedDeduplication: 'true', ...attributes });
  return cloud;
}

describe('a FIFO queue', () => {
  test('delivers a group in order and several groups side by side', async () => {
    const { send, bodies } = await aFifoQueue();
    for (const body of ['a1', 'a2', 'b1']) await send(QUEUE, body, group(body.charAt(0)));
    expect(await bodies(QUEUE)).toEqual(['a1', 'a2', 'b1']);
  });

  test('gives nobody more of a group while one consumer has messages of it', async () => {
    const { send, receive, bodies, call } = await aFifoQueue();
    for (const body of ['a1', 'a2', 'b1']) await send(QUEUE, body, group(body.charAt(0)));
    const [first] = await receive(QUEUE, { MaxNumberOfMessages: 1 });
    expect(first?.Body).toBe('a1');
    expect(await bodies(QUEUE)).toEqual(['b1']);
    expect(await bodies(QUEUE)).toEqual([]);

    await call('DeleteMessage', { QueueUrl: QUEUE, ReceiptHandle: first?.ReceiptHandle });
    expect(await bodies(QUEUE)).toEqual(['a2']);
  });

  test('ends a long poll when the group is free again', async () => {
    const { send, receive, bodies, call } = await aFifoQueue();
    await send(QUEUE, 'a1', group('a'));
    await send(QUEUE, 'a2', group('a'));
    const [first] = await receive(QUEUE, { MaxNumberOfMessages: 1 });
    const waiting = bodies(QUEUE, { WaitTimeSeconds: 20 });
    await call('DeleteMessage', { QueueUrl: QUEUE, ReceiptHandle: first?.ReceiptHandle });
    expect(await waiting).toEqual(['a2']);
  });

  test('puts a message that comes back at its place in the group', async () => {
    const { clock, send, receive, bodies } = await aFifoQueue({ VisibilityTimeout: '5' });
    for (const body of ['a1', 'a2', 'a3']) await send(QUEUE, body, group('a'));
    await receive(QUEUE, { MaxNumberOfMessages: 2 });
    clock.advance(5 * SECOND);
    expect(await bodies(QUEUE)).toEqual(['a1', 'a2', 'a3']);
  });

  test('starves no group', async () => {
    const { send, receive, call } = await aFifoQueue();
    for (const body of ['a1', 'a2', 'b1']) await send(QUEUE, body, group(body.charAt(0)));
    const order: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const [message] = await receive(QUEUE, { MaxNumberOfMessages: 1 });
      order.push(message?.Body ?? '');
      await call('DeleteMessage', { QueueUrl: QUEUE, ReceiptHandle: message?.ReceiptHandle });
    }
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  test('takes a duplicate without delivering it, for five minutes', async () => {
    const { clock, send, receive, call, bodies } = await aFifoQueue();
    const first = await send(QUEUE, 'one', group('a', 'id-1'));
    const [received] = await receive(QUEUE);
    await call('DeleteMessage', { QueueUrl: QUEUE, ReceiptHandle: received?.ReceiptHandle });
    clock.advance(299 * SECOND);
    const duplicate = await send(QUEUE, 'two', group('a', 'id-1'));

    expect([duplicate.MessageId, duplicate.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    expect(await bodies(QUEUE)).toEqual([]);
    clock.advance(SECOND);
    await send(QUEUE, 'two', group('a', 'id-1'));
    expect(await bodies(QUEUE)).toEqual(['two']);
  });

  test.each([
    ['queue', ['one']],
    ['messageGroup', ['one', 'one']],
  ])('looks for duplicates in the %s', async (DeduplicationScope, expected) => {
    const { send, bodies } = await aFifoQueue({ DeduplicationScope });
    await send(QUEUE, 'one', group('a'));
    await send(QUEUE, 'one', group('b'));
    expect(await bodies(QUEUE)).toEqual(expected);
  });

  test('numbers messages and tells consumers what they are', async () => {
    const { send, receive } = await aFifoQueue();
    const first = await send(QUEUE, 'one', group('a', 'id-1'));
    const second = await send(QUEUE, 'two', group('a'));
    const [one, two] = await receive(QUEUE);
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect((second.SequenceNumber ?? '') > (first.SequenceNumber ?? '')).toBe(true);
    expect(one?.Attributes).toMatchObject({
      MessageGroupId: 'a',
      MessageDeduplicationId: 'id-1',
      SequenceNumber: first.SequenceNumber,
    });
    expect(two?.Attributes?.MessageDeduplicationId).toMatch(/^[0-9a-f]{64}$/);
  });

  test('refuses a receipt handle whose time is over', async () => {
    const { clock, send, receive, call } = await aFifoQueue({ VisibilityTimeout: '5' });
    await send(QUEUE, 'one', group('a'));
    const [message] = await receive(QUEUE);
    clock.advance(5 * SECOND);
    await expect(call('DeleteMessage', { QueueUrl: QUEUE, ReceiptHandle: message?.ReceiptHandle })).rejects.toThrow(
      'Reason: The receipt handle has expired.',
    );
  });

  test('gives a message up and goes on with the next of the group', async () => {
    const { create, call, send, receive, bodies } = await aFifoQueue();
    await create('dead.fifo', { FifoQueue: 'true' });
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead.fifo';
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
    await call('SetQueueAttributes', { QueueUrl: QUEUE, Attributes: { RedrivePolicy } });
    await send(QUEUE, 'poison', group('a'));
    await send(QUEUE, 'good', group('a'));
    await receive(QUEUE, { MaxNumberOfMessages: 1, VisibilityTimeout: 0 });
    expect(await bodies(QUEUE)).toEqual(['good']);
    expect(await bodies('dead.fifo')).toEqual(['poison']);
  });

  test.each([
    ['without a group', {}, 'MissingParameter', 'The request must contain the parameter MessageGroupId.'],
    ['with a group of odd characters', group('a b', 'x'), 'InvalidParameterValue', 'MessageGroupId can only include'],
    ['with a delay', { ...group('a', 'x'), DelaySeconds: 5 }, 'InvalidParameterValue', 'not valid for this queue type'],
  ])('refuses a message %s', async (_title, message, code, text) => {
    const { send } = await aFifoQueue();
    const request = send(QUEUE, 'one', message);
    await expect(request).rejects.toMatchObject({ code: `com.amazonaws.sqs#${code}` });
    await expect(request).rejects.toThrow(text);
  });

  test('without content-based deduplication needs an id', async () => {
    const { send } = await aFifoQueue({ ContentBasedDeduplication: 'false' });
    await expect(send(QUEUE, 'one', group('a'))).rejects.toThrow(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  });
});
