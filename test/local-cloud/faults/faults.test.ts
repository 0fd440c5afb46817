import { describe, expect, test } from '@jest/globals';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';
import { POISON } from '#lib/local-cloud/faults/message-effects.ts';
import { FaultyCloud } from './faulty-cloud.ts';

const WRITE = ['dynamodb', 'UpdateItem', { Key: {} }] as const;
const SEND = ['sqs', 'SendMessage', { QueueUrl: 'http://here/000000000000/orders', MessageBody: 'one' }] as const;

function setUp(...faults: object[]): FaultyCloud {
  const cloud = new FaultyCloud();
  for (const fault of faults) cloud.faults.add(fault);
  return cloud;
}

/** Moves the time forward as soon as something waits for it. */
async function laterOn<T>(cloud: FaultyCloud, ms: number, call: Promise<T>): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  cloud.clock.advance(ms);
  return call;
}

describe('without faults', () => {
  test('everything is done', async () => {
    expect(await setUp().outcomes(3, ...WRITE)).toEqual(['done', 'done', 'done']);
  });

  test('it is the same when all were ended', async () => {
    const cloud = setUp({ action: 'aws:fis:inject-api-internal-error' }, { action: 'local:api-error-after-effect' });

    cloud.faults.clear();

    expect(await cloud.outcome(...WRITE)).toBe('done');
    expect((await cloud.invoke('any')).functionError).toBeUndefined();
  });
});

describe('a call that is made to fail', () => {
  test.each([
    ['aws:fis:inject-api-internal-error', 'InternalServerError', 0],
    ['aws:fis:inject-api-unavailable-error', 'ServiceUnavailable', 0],
    ['aws:fis:inject-api-throttle-error', 'ProvisionedThroughputExceededException', 0],
    ['local:api-error-after-effect', 'InternalServerError', 1],
    ['local:transaction-conflict', 'TransactionConflictException', 0],
  ])('by %s ends with %s, after %i effects', async (action, code, effects) => {
    const cloud = setUp({ action });

    expect(await cloud.outcome(...WRITE)).toBe(code);
    expect(cloud.effects).toHaveLength(effects);
  });

  test.each([
    ['local:api-no-answer', 0],
    ['local:api-no-answer-after-effect', 1],
  ])('by %s is not answered until its caller gives up, after %i effects', async (action, effects) => {
    const cloud = setUp({ action });

    expect(await laterOn(cloud, 60_000, cloud.outcome(...WRITE))).toBe('RequestTimeout');
    expect(cloud.effects).toHaveLength(effects);
    cloud.clock.stop();
  });

  test.each([
    ['local:process-killed', 0],
    ['local:process-killed-after-effect', 1],
  ])('by %s takes the process of its function with it, after %i effects', async (action, effects) => {
    const cloud = setUp({ action, operations: ['UpdateItem'] });

    await laterOn(cloud, 60_000, cloud.outcome(...WRITE, 'shop-TakePayment-1'));

    expect(cloud.killed).toEqual(['shop-TakePayment-1']);
    expect(cloud.effects).toHaveLength(effects);
    cloud.clock.stop();
  });

  test('as a transaction says of each item that another was at it', async () => {
    const cloud = setUp({ action: 'local:transaction-conflict' });

    const failing = cloud.call('dynamodb', 'TransactWriteItems', { TransactItems: [{}, {}] });

    await expect(failing).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      fields: { CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'TransactionConflict' }] },
    });
  });

  test('is late by as much as was asked for', async () => {
    const cloud = setUp({ action: 'local:api-delay', delayMilliseconds: 5_000 });
    const call = cloud.outcome(...WRITE);
    await new Promise((resolve) => setImmediate(resolve));
    expect(cloud.effects).toHaveLength(0);

    cloud.clock.advance(5_000);

    expect(await call).toBe('done');
    expect(cloud.effects).toHaveLength(1);
    cloud.clock.stop();
  });

  test('is never one of the operator', async () => {
    const cloud = setUp({ action: 'aws:fis:inject-api-internal-error' });

    await cloud.api.call(WRITE[0], WRITE[1], WRITE[2], { caller: OPERATOR });

    expect(cloud.effects).toHaveLength(1);
  });
});

describe('an invocation', () => {
  test.each([
    [true, 0],
    [false, 1],
  ])('fails with preventExecution %s after %i effects', async (preventExecution, effects) => {
    const cloud = setUp({ action: 'aws:lambda:invocation-error', preventExecution, function: '*TakePayment*' });

    expect(await cloud.invoke('shop-TakePayment-1')).toMatchObject({ functionError: 'Unhandled' });
    expect(cloud.effects).toHaveLength(effects);
    expect(await cloud.invoke('shop-ReserveStock-1')).toMatchObject({ payload: '"done"' });
  });

  test.each([
    ['an HTTP answer', { statusCode: 200, body: '{"status":"charged","key":"1"}' }],
    ['any other answer', { status: 'charged', key: '1' }],
  ])('says something else in %s, when it has done its work', async (_, answer) => {
    const cloud = setUp({ action: 'local:invocation-false-answer', answer: { status: 'declined' } });
    cloud.answer = JSON.stringify(answer);

    const { payload } = await cloud.invoke('any');

    expect(payload).toBe(cloud.answer.replace('charged', 'declined'));
    expect(cloud.effects).toHaveLength(1);
    expect(cloud.faults.list()).toMatchObject([{ met: 1 }]);
  });

  test.each([['"done"'], ['{"statusCode":503,"body":"{}"}'], ['{"statusCode":204}']])(
    'says nothing false instead of %s',
    async (answer) => {
      const cloud = setUp({ action: 'local:invocation-false-answer', answer: { status: 'declined' } });
      cloud.answer = answer;

      expect((await cloud.invoke('any')).payload).toBe(answer);
      expect(cloud.faults.list()).toMatchObject([{ met: 0 }]);
    },
  );

  test('starts later', async () => {
    const cloud = setUp({ action: 'aws:lambda:invocation-add-delay', delayMilliseconds: 2_000 });

    const { payload } = await laterOn(cloud, 2_000, cloud.invoke('any'));

    expect(payload).toBe('"done"');
    cloud.clock.stop();
  });
});

describe('events', () => {
  const Entries = ['order.created', 'order.confirmed', 'order.created'].map((DetailType) => ({ DetailType }));

  test('are partly refused: at least one, and each other is taken once', async () => {
    const cloud = setUp({ action: 'local:put-events-partial-failure', seed: 3 });

    const answer = await cloud.call('events', 'PutEvents', { Entries });

    const refused = answer.Entries.filter(({ ErrorCode }: { ErrorCode?: string }) => ErrorCode);
    expect(refused.length).toBeGreaterThan(0);
    expect(answer).toMatchObject({ FailedEntryCount: refused.length, Entries: { length: 3 } });
    expect(cloud.effects.flatMap(({ input }) => input.Entries)).toHaveLength(3 - refused.length);
  });

  test('are taken twice', async () => {
    const cloud = setUp({ action: 'local:event-duplicate' });

    expect(await cloud.call('events', 'PutEvents', { Entries })).toMatchObject({ FailedEntryCount: 0 });

    expect(cloud.effects).toHaveLength(2);
  });
});

describe('a message', () => {
  const bodies = (cloud: FaultyCloud) => cloud.effects.map(({ input }) => input.MessageBody);
  const send = (cloud: FaultyCloud, MessageBody: string) =>
    cloud.call('sqs', 'SendMessage', { QueueUrl: 'http://here/1/orders', MessageBody });

  test('comes twice', async () => {
    const cloud = setUp({ action: 'local:message-duplicate' });

    await send(cloud, 'one');

    expect(bodies(cloud)).toEqual(['one', 'one']);
  });

  test('comes after the one that was sent after it', async () => {
    const cloud = setUp({ action: 'local:message-reorder', times: 1 });

    const first = send(cloud, 'first');
    await new Promise((resolve) => setImmediate(resolve));
    await send(cloud, 'second');
    await first;

    expect(bodies(cloud)).toEqual(['second', 'first']);
    cloud.clock.stop();
  });

  test('comes a second later where no other does', async () => {
    const cloud = setUp({ action: 'local:message-reorder' });

    await laterOn(cloud, 1_000, send(cloud, 'only'));

    expect(bodies(cloud)).toEqual(['only']);
    cloud.clock.stop();
  });

  test('comes behind poison', async () => {
    const cloud = setUp({ action: 'local:message-poison' });

    await send(cloud, 'real');

    expect(bodies(cloud)).toEqual([POISON, 'real']);
  });

  test('is lost on its way to who receives it', async () => {
    const cloud = setUp({ action: 'local:message-dropped', times: 1 });

    expect(await cloud.call('sqs', 'ReceiveMessage', {})).toEqual({});
    expect(await cloud.call('sqs', 'ReceiveMessage', {})).toEqual({ Messages: [{ Body: 'one' }] });
  });
});

describe('a fault meets only', () => {
  const error = { action: 'aws:fis:inject-api-internal-error' };

  test.each([
    ['its service', { service: 'sqs' }, ['done', 'InternalServerError']],
    ['its operations', { operations: ['UpdateItem'] }, ['InternalServerError', 'done']],
    ['calls by its function', { function: 'shop-Place*' }, ['InternalServerError', 'InternalServerError']],
    ['calls by no other function', { function: 'Place' }, ['done', 'done']],
    ['its queue', { queue: 'ord*' }, ['done', 'InternalServerError']],
    ['no other queue', { queue: 'orders-dead' }, ['done', 'done']],
  ])('%s', async (_, narrowed, outcomes) => {
    const cloud = setUp({ ...error, ...narrowed });

    expect([await cloud.outcome(...WRITE), await cloud.outcome(...SEND)]).toEqual(outcomes);
  });

  test('calls about its event, on the bus, in a queue and on the way to a function', async () => {
    const cloud = setUp(
      { ...error, event: 'order.confirmed' },
      { action: 'aws:lambda:invocation-error', event: 'order.confirmed' },
    );
    const body = (type: string) => JSON.stringify({ 'detail-type': type, detail: {} });
    const batch = (type: string) => JSON.stringify({ Records: [{ body: body(type) }] });

    for (const [type, code, failed] of [
      ['order.confirmed', 'InternalServerError', 'Unhandled'],
      ['order.created', 'done', undefined],
    ] as const) {
      expect(await cloud.outcome('events', 'PutEvents', { Entries: [{ DetailType: type }] })).toBe(code);
      expect(await cloud.outcome('sqs', 'SendMessage', { MessageBody: body(type) })).toBe(code);
      expect((await cloud.invoke('any', batch(type))).functionError).toBe(failed);
    }
  });

  test('what is about something, and so many that fit after others', async () => {
    const cloud = setUp({ ...error, about: 'order-1', operations: ['UpdateItem'], skip: 1, times: 1 });

    cloud.event = '{"order_id":"order-2"}';
    expect(await cloud.outcomes(2, ...WRITE)).toEqual(['done', 'done']);
    cloud.event = '{"order_id":"order-1"}';
    expect(await cloud.outcome(...SEND)).toBe('done');
    expect(await cloud.outcomes(3, ...WRITE)).toEqual(['done', 'InternalServerError', 'done']);
  });

  test('so many calls', async () => {
    const cloud = setUp({ ...error, times: 2 });

    expect(await cloud.outcomes(3, ...WRITE)).toEqual(['InternalServerError', 'InternalServerError', 'done']);
    expect(cloud.faults.list()).toMatchObject([{ met: 2 }]);
  });

  test('calls that ask for work and find none when they are named', async () => {
    const named = setUp({ ...error, operations: ['ReceiveMessage'] });

    expect(await setUp(error).outcome('sqs', 'ReceiveMessage')).toBe('done');
    expect(await named.outcome('sqs', 'ReceiveMessage')).toBe('InternalServerError');
  });
});

describe('the seed', () => {
  const half = (seed: number) => ({ action: 'aws:fis:inject-api-internal-error', percentage: 50, seed });

  test('decides which calls meet a fault', async () => {
    const first = await setUp(half(7)).outcomes(40, ...WRITE);
    const second = await setUp(half(7)).outcomes(40, ...WRITE);
    const other = await setUp(half(8)).outcomes(40, ...WRITE);

    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set(['done', 'InternalServerError']));
  });

  test('decides it for each function alone, whatever others do meanwhile', async () => {
    const alone = await setUp(half(7)).outcomes(20, ...WRITE, 'shop-TakePayment-1');
    const cloud = setUp(half(7));
    const among: string[] = [];
    for (let count = 0; count < 20; count++) {
      await cloud.outcomes(count % 3, ...WRITE, 'shop-ReserveStock-1');
      among.push(await cloud.outcome(...WRITE, 'shop-TakePayment-1'));
    }

    expect(among).toEqual(alone);
  });
});

describe('a request for a fault', () => {
  test.each([
    ['of no known action', { action: 'aws:ec2:stop-instances' }, /action/],
    ['with a field that nobody knows', { action: 'local:api-delay', delay: 5 }, /delay/],
    ['for more than all', { action: 'local:api-delay', percentage: 101 }, /percentage/],
    ['that is none', undefined, /fault/],
  ])('%s is refused', (_, request, reason) => {
    expect(() => new FaultyCloud().faults.add(request)).toThrow(reason);
  });
});
