import { describe, expect, test } from '@jest/globals';
import { anEventBridge, arnOf, delivered } from '#test/local-cloud/events/events-for-tests.ts';

const DAY_MS = 86_400_000;
const BUS = arnOf('events', 'event-bus/default');
const ARCHIVE = arnOf('events', 'archive/orders');

async function anArchive(more: object = {}) {
  const cloud = anEventBridge();
  await cloud.call('CreateArchive', { ArchiveName: 'orders', EventSourceArn: BUS, ...more });
  await cloud.aRule({ Input: '"first"' }, undefined, 'first');
  await cloud.aRule({}, undefined, 'second');
  const replay = (input: object = {}) =>
    cloud.call('StartReplay', {
      ReplayName: 'again',
      EventSourceArn: ARCHIVE,
      EventStartTime: (cloud.clock.now() - 2 * DAY_MS) / 1000,
      EventEndTime: (cloud.clock.now() + DAY_MS) / 1000,
      Destination: { Arn: BUS },
      ...input,
    });
  return { ...cloud, replay };
}

describe('an archive', () => {
  test('keeps the events that match its pattern', async () => {
    const { put, call } = await anArchive({ EventPattern: '{"detail":{"keep":[true]}}' });
    await put({ keep: true });
    await put({ keep: false });
    expect(await call('DescribeArchive', { ArchiveName: 'orders' })).toMatchObject({
      ArchiveArn: ARCHIVE,
      EventSourceArn: BUS,
      State: 'ENABLED',
      EventCount: 1,
      EventPattern: '{"detail":{"keep":[true]}}',
    });
  });

  test('never gets the events that its pattern leaves out', async () => {
    const { put, call } = await anArchive({ EventPattern: '{"detail-type":[{"anything-but":["user.registered"]}]}' });
    await put({}, { DetailType: 'user.registered' });
    await put({}, { DetailType: 'user.deleted' });
    expect(await call('DescribeArchive', { ArchiveName: 'orders' })).toMatchObject({ EventCount: 1 });
  });

  test('forgets events after its retention', async () => {
    const { clock, put, call } = await anArchive({ RetentionDays: 1 });
    await put();
    clock.advance(DAY_MS - 1000);
    await put();
    clock.advance(1000);
    const { Archives } = await call<{ Archives: object[] }>('ListArchives', { NamePrefix: 'ord' });
    expect(Archives).toEqual([expect.objectContaining({ ArchiveName: 'orders', EventCount: 1, RetentionDays: 1 })]);
  });
});

describe('a replay', () => {
  test('brings the events of a time back, with its name, to the rules it names', async () => {
    const { clock, put, calls, replay, call } = await anArchive();
    await put({ n: 1 }, { TraceHeader: 'Root=1-a-b' });
    const between = clock.now() / 1000 + 60;
    await put({ n: 2 }, { Time: between + 60 });
    calls.length = 0;

    const FilterArns = [arnOf('events', 'rule/second')];
    const started = await replay({ EventEndTime: between, Destination: { Arn: BUS, FilterArns } });
    expect(started).toMatchObject({ State: 'STARTING', ReplayArn: arnOf('events', 'replay/again') });
    expect(calls).toHaveLength(0);
    clock.advance(0);
    await delivered();

    expect(calls).toHaveLength(1);
    expect(JSON.parse(calls[0]?.input.MessageBody)).toMatchObject({ 'replay-name': 'again', detail: { n: 1 } });
    expect(calls[0]?.context.trace).toBe('Root=1-a-b');
    expect(await call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({
      State: 'COMPLETED',
      EventSourceArn: ARCHIVE,
      EventLastReplayedTime: expect.any(Number),
      ReplayEndTime: expect.any(Number),
    });
    expect(await call('DescribeArchive', { ArchiveName: 'orders' })).toMatchObject({ EventCount: 2 });
  });

  test('is told from what happens now by rules that ask for its name', async () => {
    const { clock, put, calls, replay, aRule } = await anArchive();
    await aRule({ Input: '"replayed"' }, { 'replay-name': [{ exists: true }] }, 'first');
    await aRule({ Input: '"live"' }, { 'replay-name': [{ exists: false }] }, 'second');

    await put();
    await replay();
    clock.advance(0);
    await delivered();

    expect(calls.map(({ input }) => input.MessageBody)).toEqual(['"live"', '"replayed"']);
  });

  test('can be cancelled before it is through', async () => {
    const { clock, put, calls, replay, call } = await anArchive();
    for (let index = 0; index < 101; index += 1) await put({ index });
    calls.length = 0;
    await replay();
    clock.advance(0);
    expect(await call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'RUNNING' });
    await call('CancelReplay', { ReplayName: 'again' });
    clock.advance(0);
    await delivered();

    expect(calls).toHaveLength(200);
    expect(await call('ListReplays', { State: 'CANCELLED' })).toMatchObject({ Replays: [{ ReplayName: 'again' }] });
    await expect(call('CancelReplay', { ReplayName: 'again' })).rejects.toMatchObject({
      code: 'IllegalStatusException',
    });
  });

  test.each([
    [
      'an archive that is not there',
      { EventSourceArn: arnOf('events', 'archive/x') },
      'Specified archive does not exist',
    ],
    [
      'another bus',
      { Destination: { Arn: arnOf('events', 'event-bus/x') } },
      'Cross event bus replay is not permitted',
    ],
    ['a time that ends before it begins', { EventEndTime: 1 }, 'EventStartTime must be before EventEndTime'],
  ])('of %s is refused', async (_title, input, message) => {
    const { replay } = await anArchive();
    await expect(replay(input)).rejects.toThrow(message);
  });

  test('has a name of its own', async () => {
    const { replay } = await anArchive();
    await replay();
    await expect(replay()).rejects.toMatchObject({ code: 'ResourceAlreadyExistsException' });
  });
});
