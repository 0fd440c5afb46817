import { describe, expect, test } from '@jest/globals';
import { fakeLogs } from './fake-cloud.ts';

const DAY_MS = 86_400_000;

const events = (clock: { now(): number }, ...messages: string[]) => {
  const now = clock.now();
  return messages.map((message, i) => ({ timestamp: now + i, message }));
};
const messagesOf = (output: { events: { message: string }[] }) => output.events.map(({ message }) => message);

describe('log groups', () => {
  test('come from templates and from the first event', async () => {
    const { logs, clock, run, create } = fakeLogs();

    const created = await create('LogGroup', { LogGroupName: '/shop/audit', RetentionInDays: 7 });
    logs.write('/aws/lambda/order', 'stream', events(clock, 'hello'));

    expect(created).toEqual({
      ref: '/shop/audit',
      attributes: { Arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/shop/audit:*' },
    });
    expect(await run('DescribeLogGroups', {})).toMatchObject({
      logGroups: [
        { logGroupName: '/aws/lambda/order', storedBytes: 5 },
        { logGroupName: '/shop/audit', retentionInDays: 7 },
      ],
    });
    expect((await run('DescribeLogGroups', { logGroupNamePrefix: '/shop' })).logGroups).toHaveLength(1);
  });

  test('forget what is older than their retention', async () => {
    const { logs, clock, run, create } = fakeLogs();
    await create('LogGroup', { LogGroupName: 'g', RetentionInDays: 1 });

    logs.write('g', 's', events(clock, 'old'));
    clock.advance(DAY_MS + 1000);
    logs.write('g', 's', events(clock, 'new'));

    expect(messagesOf(await run('FilterLogEvents', { logGroupName: 'g' }))).toEqual(['new']);
  });

  test('keep only the latest events, so that memory stays flat', async () => {
    const { logs, clock, run } = fakeLogs();

    for (let i = 0; i < 60; i++)
      logs.write('g', 's', events(clock, ...Array.from({ length: 100 }, () => `batch ${i}`)));

    const kept = messagesOf(await run('FilterLogEvents', { logGroupName: 'g' }));
    expect(kept.length).toBeLessThanOrEqual(5_000);
    expect(kept).toContain('batch 59');
    expect(kept).not.toContain('batch 0');
  });

  test.each([
    ['GetLogEvents', { logGroupName: 'none', logStreamName: 's' }],
    ['FilterLogEvents', { logGroupName: 'none' }],
    ['PutLogEvents', { logGroupName: 'none', logStreamName: 's', logEvents: [] }],
    ['CreateLogStream', { logGroupName: 'none', logStreamName: 's' }],
  ])('that do not exist are an error of %s', async (action, input) => {
    const { run } = fakeLogs();

    await expect(run(action, input)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  test('exist once', async () => {
    const { run } = fakeLogs();
    await run('CreateLogGroup', { logGroupName: 'g' });

    await expect(run('CreateLogGroup', { logGroupName: 'g' })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
  });

  test('keep for as many days as AWS offers', async () => {
    const { run } = fakeLogs();
    await run('CreateLogGroup', { logGroupName: 'g' });

    await expect(run('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 2 })).rejects.toThrow(
      'retentionInDays',
    );
  });
});

describe('log events', () => {
  test('are written and read through the API', async () => {
    const { clock, run } = fakeLogs();
    await run('CreateLogGroup', { logGroupName: 'g' });
    await run('CreateLogStream', { logGroupName: 'g', logStreamName: 's' });

    await run('PutLogEvents', { logGroupName: 'g', logStreamName: 's', logEvents: events(clock, 'a', 'b') });

    expect(
      messagesOf(await run('GetLogEvents', { logGroupName: 'g', logStreamName: 's', startFromHead: true })),
    ).toEqual(['a', 'b']);
    expect((await run('DescribeLogStreams', { logGroupName: 'g' })).logStreams).toMatchObject([
      { logStreamName: 's', lastEventTimestamp: expect.any(Number) },
    ]);
  });

  test('are refused out of order, and left out when too old or too new', async () => {
    const { clock, run } = fakeLogs();
    await run('CreateLogGroup', { logGroupName: 'g' });
    await run('CreateLogStream', { logGroupName: 'g', logStreamName: 's' });
    const put = (...offsets: number[]) => {
      const logEvents = offsets.map((offset) => ({ timestamp: clock.now() + offset, message: `${offset}` }));
      return run('PutLogEvents', { logGroupName: 'g', logStreamName: 's', logEvents });
    };

    await expect(put(10, 0)).rejects.toThrow('must be in chronological order');
    expect(await put(-15 * DAY_MS, 0, DAY_MS)).toMatchObject({
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 },
    });
    expect(messagesOf(await run('FilterLogEvents', { logGroupName: 'g' }))).toEqual(['0']);
  });

  test('are read page by page in both directions', async () => {
    const { logs, clock, run } = fakeLogs();
    logs.write('g', 's', events(clock, '1', '2', '3', '4', '5'));
    const get = (input: object) => run('GetLogEvents', { logGroupName: 'g', logStreamName: 's', limit: 2, ...input });

    const head = await get({ startFromHead: true });
    const next = await get({ nextToken: head.nextForwardToken });
    const last = await get({ nextToken: next.nextForwardToken });
    const end = await get({ nextToken: last.nextForwardToken });
    const tail = await get({});
    const before = await get({ nextToken: tail.nextBackwardToken });

    expect([head, next, last, end, tail, before].map(messagesOf)).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5'],
      [],
      ['4', '5'],
      ['2', '3'],
    ]);
    expect(end.nextForwardToken).toBe(last.nextForwardToken);
  });

  test('are found by pattern, time and stream', async () => {
    const { logs, clock, run } = fakeLogs();
    const now = clock.now();
    logs.write('g', 'a', [{ timestamp: now, message: 'ERROR first' }]);
    logs.write('g', 'b', [
      { timestamp: now + 10, message: 'INFO second' },
      { timestamp: now + 20, message: 'ERROR third' },
    ]);
    const find = async (input: object) => messagesOf(await run('FilterLogEvents', { logGroupName: 'g', ...input }));

    expect(await find({ filterPattern: 'ERROR' })).toEqual(['ERROR first', 'ERROR third']);
    expect(await find({ logStreamNames: ['b'] })).toEqual(['INFO second', 'ERROR third']);
    expect(await find({ logStreamNamePrefix: 'a' })).toEqual(['ERROR first']);
    expect(await find({ startTime: now + 10, endTime: now + 20 })).toEqual(['INFO second']);
    expect(
      await find({
        logGroupName: undefined,
        logGroupIdentifier: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*',
        limit: 1,
      }),
    ).toEqual(['ERROR first']);
  });

  test('are told to listeners until they no longer want to hear', () => {
    const { logs, clock } = fakeLogs();
    const heard: string[] = [];
    const stop = logs.onWrite(({ group, stream, events }) => heard.push(`${group}/${stream}: ${events.length}`));

    logs.write('g', 's', events(clock, 'a', 'b'));
    stop();
    logs.write('g', 's', events(clock, 'c'));

    expect(heard).toEqual(['g/s: 2']);
  });

  test('touch the stream that IAM is asked about', () => {
    const { logs } = fakeLogs();
    const input = { logGroupName: 'g', logStreamName: 's' };

    expect(logs.operations.PutLogEvents?.resources(input)).toEqual([
      'arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:s',
    ]);
    expect(logs.operations.CreateLogStream?.resources(input)).toEqual([
      'arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:',
    ]);
  });
});

describe('a subscription filter', () => {
  test('is refused by name', async () => {
    const { create } = fakeLogs();

    await expect(create('SubscriptionFilter', {}, 'ToFirehose')).rejects.toThrow(
      'Shop/ToFirehose: AWS::Logs::SubscriptionFilter is not modelled locally',
    );
  });
});
