import { describe, expect, test } from '@jest/globals';
import { eventsAdded, type OutboxRow, recorded } from '#lib/runtime/outbox.ts';

const cause = { correlation_id: 'c', causation_id: 'r', traceparent: '00-t-s-01' };
const at = new Date('2026-11-22T10:00:00.000Z');
const anEvent = (type: string) => recorded([{ event_type: type, version: 1, data: { type } }], cause, at);

function aRow(version: number, ...types: string[]): OutboxRow {
  return { pk: 'ORDER#1', version, events: types.flatMap(anEvent) };
}

const idsAndTypes = (before: OutboxRow | undefined, after: OutboxRow) =>
  eventsAdded(before, after, 'order-service').map(({ metadata }) => [metadata.event_id, metadata.event_type]);

describe('the events that a write added', () => {
  test('are all of a new row', () => {
    expect(idsAndTypes(undefined, aRow(1, 'order.created'))).toEqual([['ORDER#1#1', 'order.created']]);
  });

  test('are the last ones of a row that keeps its history', () => {
    const before = aRow(1, 'order.created');
    const after = aRow(3, 'order.created', 'order.cancelling', 'order.cancelled');

    expect(idsAndTypes(before, after)).toEqual([
      ['ORDER#1#2', 'order.cancelling'],
      ['ORDER#1#3', 'order.cancelled'],
    ]);
  });

  test('are those of a row that keeps its last event only', () => {
    expect(idsAndTypes(aRow(6, 'product.updated'), aRow(7, 'product.updated'))).toEqual([
      ['ORDER#1#7', 'product.updated'],
    ]);
  });

  test('are none when the row changed without an event', () => {
    expect(idsAndTypes(aRow(1, 'order.created'), aRow(1, 'order.created'))).toEqual([]);
  });

  test('carry who caused them and when', () => {
    const [event] = eventsAdded(undefined, aRow(1, 'order.created'), 'order-service');

    expect(event).toEqual({
      metadata: {
        event_id: 'ORDER#1#1',
        event_type: 'order.created',
        version: 1,
        occurred_at: '2026-11-22T10:00:00.000Z',
        producer: 'order-service',
        aggregate_id: 'ORDER#1',
        aggregate_version: 1,
        ...cause,
      },
      data: { type: 'order.created' },
    });
  });
});
