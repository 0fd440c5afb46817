import { describe, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '#lib/local-cloud/events/model.ts';
import { anEventBridge, arnOf, type PutOutput } from '#test/local-cloud/events/events-for-tests.ts';

const ENTRY = { Source: 'order-service', DetailType: 'OrderPlaced', Detail: '{}' };

describe('PutEvents', () => {
  test.each([
    [
      'no Source',
      { Source: undefined },
      'InvalidArgument',
      'Parameter Source is not valid. Reason: Source is a required argument.',
    ],
    [
      'no DetailType',
      { DetailType: '' },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    ],
    [
      'no Detail',
      { Detail: undefined },
      'InvalidArgument',
      'Parameter Detail is not valid. Reason: Detail is a required argument.',
    ],
    ['a Detail that is no JSON', { Detail: '{' }, 'MalformedDetail', 'Detail is malformed.'],
    ['a Detail that is a list', { Detail: '[]' }, 'MalformedDetail', 'Detail is malformed.'],
    ['a Detail that is a string', { Detail: '"a"' }, 'MalformedDetail', 'Detail is malformed.'],
    ['a source of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'Not authorized for the source.'],
    [
      'a time that is none',
      { Time: 'noon' },
      'InvalidArgument',
      'Parameter Time is not valid. Reason: Time is not valid.',
    ],
  ])('fails an entry with %s and takes the others', async (_title, entry, ErrorCode, ErrorMessage) => {
    const { call, events } = anEventBridge();
    const accepted: AcceptedEvent[] = [];
    events.onEvent((event) => accepted.push(event));
    const output = await call<PutOutput>('PutEvents', { Entries: [ENTRY, { ...ENTRY, ...entry }, ENTRY] });

    expect(output.FailedEntryCount).toBe(1);
    expect(output.Entries).toEqual([
      { EventId: expect.any(String) },
      { ErrorCode, ErrorMessage },
      { EventId: expect.any(String) },
    ]);
    expect(accepted.map(({ event }) => event.id)).toEqual([output.Entries[0]?.EventId, output.Entries[2]?.EventId]);
  });

  test.each([
    ['no entries', [], 'greater than or equal to 1'],
    ['eleven entries', Array(11).fill(ENTRY), 'less than or equal to 10'],
    [
      'more than 1 MB',
      [{ ...ENTRY, Detail: JSON.stringify({ a: 'x'.repeat(1_048_576) }) }],
      'Total size of the entries',
    ],
    ['nothing that is an event', [{ EventBusName: 'default' }], 'Each entry must have a Source'],
  ])('refuses a request with %s', async (_title, Entries, message) => {
    const { call } = anEventBridge();
    const request = call('PutEvents', { Entries });
    await expect(request).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(request).rejects.toThrow(message);
  });

  test('asks IAM for every bus once and takes names and ARNs', async () => {
    const { call, authorized } = anEventBridge();
    const EventBusName = arnOf('events', 'event-bus/shop');
    await call('PutEvents', { Entries: [ENTRY, { ...ENTRY, EventBusName }, { ...ENTRY, EventBusName: 'shop' }] });
    expect(authorized.map(({ action, arn }) => `${action} ${arn}`)).toEqual([
      `events:PutEvents ${arnOf('events', 'event-bus/default')}`,
      `events:PutEvents ${arnOf('events', 'event-bus/shop')}`,
    ]);
  });

  test('takes an event for a bus that is not there, as AWS does, and warns', async () => {
    const { call, warnings } = anEventBridge();
    const output = await call<PutOutput>('PutEvents', { Entries: [{ ...ENTRY, EventBusName: 'nowhere' }] });
    expect(output.FailedEntryCount).toBe(0);
    expect(warnings).toEqual(['event OrderPlaced is lost: there is no event bus nowhere']);
  });

  test('keeps the time of the entry', async () => {
    const { call, events } = anEventBridge();
    const times: string[] = [];
    events.onEvent(({ event }) => times.push(event.time));
    const Entries = [1_513_968_228, '2017-12-22T18:43:48.500Z'].map((Time) => ({ ...ENTRY, Time }));
    await call('PutEvents', { Entries });
    expect(times).toEqual(['2017-12-22T18:43:48Z', '2017-12-22T18:43:48Z']);
  });

  test('tells listeners until they are removed', async () => {
    const { put, events } = anEventBridge();
    const seen: AcceptedEvent[] = [];
    const remove = events.onEvent((accepted) => seen.push(accepted));
    await put({ a: 1 }, { TraceHeader: 'Root=1-a-b' });
    remove();
    await put({ a: 2 });
    expect(seen).toEqual([
      { busName: 'default', trace: 'Root=1-a-b', event: expect.objectContaining({ detail: { a: 1 } }) },
    ]);
  });
});

describe('TestEventPattern', () => {
  const event = { id: '1', account: '0', source: 'a', time: 't', region: 'r', resources: [], 'detail-type': 'd' };

  test('answers whether the event matches', async () => {
    const { call } = anEventBridge();
    const Event = JSON.stringify(event);
    expect(await call('TestEventPattern', { EventPattern: '{"source":["a"]}', Event })).toEqual({ Result: true });
    expect(await call('TestEventPattern', { EventPattern: '{"source":["b"]}', Event })).toEqual({ Result: false });
  });

  test('refuses what is no event', async () => {
    const { call } = anEventBridge();
    const EventPattern = '{"source":["a"]}';
    const { region: _region, ...incomplete } = event;
    await expect(call('TestEventPattern', { EventPattern, Event: '{' })).rejects.toThrow('not valid JSON');
    await expect(call('TestEventPattern', { EventPattern, Event: JSON.stringify(incomplete) })).rejects.toThrow(
      'the field region is missing',
    );
  });
});
