import { describe, expect, test } from '@jest/globals';
import { deriveKillPoints } from '#bin/kill-points/derive.ts';
import { describeCall } from '#bin/kill-points/describe-call.ts';
import type { RecordedCall } from '#bin/kill-points/recorder.ts';
import { STORIES, type Story } from '#bin/kill-points/stories.ts';

const [confirmed, declined] = STORIES as [Story, Story];
const functions = new Map([['shop-TakePayment-1', 'payment/take-payment']]);

function call(orderId: string, action: string, said: Partial<RecordedCall> = {}): RecordedCall {
  const by = { functionName: 'shop-TakePayment-1', service: 'dynamodb', about: orderId, isFirstOfProcess: false };
  return { orderId, action, what: 'PAYMENT', ...by, ...said };
}

function pointsOf(calls: RecordedCall[], stories: Record<string, Story>) {
  const points = deriveKillPoints({ calls, storyOf: new Map(Object.entries(stories)), functions });
  return points.map(({ kill, action, nth, story }) => `${kill.slice(21)} ${action} ${nth} ${story.name}`);
}

describe('kill points', () => {
  test('are before and after each call', () => {
    const calls = ['PutItem', 'GetItem', 'PutItem'].map((action) => call('o1', action));

    expect(pointsOf(calls, { o1: confirmed })).toEqual([
      ' PutItem 1 confirmed',
      'after-effect PutItem 1 confirmed',
      ' GetItem 1 confirmed',
      'after-effect GetItem 1 confirmed',
      ' PutItem 2 confirmed',
      'after-effect PutItem 2 confirmed',
    ]);
  });

  test('are those of another story from where it is another', () => {
    const calls = [
      call('o1', 'PutItem'),
      call('o1', 'PutItem', { what: 'PAYMENT completed' }),
      call('o2', 'PutItem'),
      call('o2', 'PutItem', { what: 'PAYMENT failed' }),
    ];

    const points = pointsOf(calls, { o1: confirmed, o2: declined });

    expect(points.filter((point) => point.startsWith(' '))).toEqual([
      ' PutItem 1 confirmed',
      ' PutItem 2 confirmed',
      ' PutItem 2 declined',
    ]);
  });

  test('are not at calls that one recording of a story has and another has not', () => {
    const calls = [call('o1', 'GetItem'), call('o1', 'GetItem'), call('o2', 'GetItem')];

    expect(pointsOf(calls, { o1: confirmed, o2: confirmed })).toHaveLength(2);
  });

  test('are at what only new processes call, and that makes no other place of what follows', () => {
    const cold = { service: 'secretsmanager', what: '', isFirstOfProcess: true };
    const calls = [call('o1', 'GetSecretValue', cold), call('o1', 'PutItem'), call('o2', 'PutItem')];

    const points = deriveKillPoints({ calls, storyOf: new Map([...'12'].map((n) => [`o${n}`, confirmed])), functions });

    expect(points.map(({ action, isColdOnly }) => [action, isColdOnly])).toEqual([
      ['GetSecretValue', true],
      ['GetSecretValue', true],
      ['PutItem', false],
      ['PutItem', false],
    ]);
  });

  test('are at what a function calls in a new process and nothing else', () => {
    const cold = { service: 'secretsmanager', what: '', isFirstOfProcess: true };
    const storyOf = new Map(['o1', 'o2'].map((id) => [id, confirmed]));

    const points = deriveKillPoints({ calls: [call('o1', 'GetSecretValue', cold)], storyOf, functions });

    expect(points.map(({ isColdOnly }) => isColdOnly)).toEqual([true, true]);
  });

  test('before an order has its id are told by its key', () => {
    const calls = [call('o1', 'PutItem', { about: 'key-1' }), call('o1', 'PutItem')];
    const points = deriveKillPoints({ calls, storyOf: new Map([['o1', confirmed]]), functions });

    expect(points.map(({ isAboutKey }) => isAboutKey)).toEqual([true, true, false, false]);
  });
});

describe('a call is told', () => {
  test.each([
    [{ Key: { pk: { S: 'ORDER#1' } } }, 'ORDER'],
    [{ Item: { pk: { S: 'PAYMENT#1' }, status: { S: 'completed' } } }, 'PAYMENT completed'],
    [
      { Key: { pk: { S: 'ORDER#1' } }, ExpressionAttributeValues: { ':status': { S: 'cancelled' } } },
      'ORDER cancelled',
    ],
    [{ TransactItems: [{ Put: { Item: { pk: { S: 'A#1' } } } }, { Update: { Key: { pk: { S: 'B#1' } } } }] }, 'A + B'],
    [{ Entries: [{ DetailType: 'order.created' }] }, 'order.created'],
    [{ QueueUrl: 'http://here/000000000000/dead-man' }, 'dead-man'],
    [{ SecretId: 'any' }, ''],
  ])('%j as %s', (input, told) => {
    expect(describeCall(input)).toBe(told);
  });
});
