import { describe, expect, test } from '@jest/globals';
import {
  beginRelease,
  commit,
  complete,
  type Decision,
  expire,
  finishCommit,
  finishRelease,
  isOpen,
  type Reservation,
  reject,
  takeBack,
  tombstone,
} from '#functions/inventory/reservation.ts';

const now = new Date('2026-11-22T10:15:00.000Z');
const inTime = '2026-11-22T10:15:00.001Z';
const items = [{ product_id: 'cup', quantity: 2 }];
const holds = [{ product_id: 'cup', shard: 0, quantity: 2 }];

const aReservation = (status: string, overrides: Partial<Reservation> = {}) =>
  ({
    order_id: 'o1',
    items,
    holds,
    status,
    reason: 'insufficient_inventory',
    expires_at: now.toISOString(),
    due_at: now.toISOString(),
    ...overrides,
  }) as Reservation;

type Outcome = [status: string, ...events: string[]] | null;
const rules: Record<string, (reservation: Reservation) => Decision | null> = {
  complete: (reservation) => complete(reservation, holds),
  reject: (reservation) => reject(reservation, 'cup', 'insufficient_inventory'),
  beginRelease,
  finishRelease,
  commit,
  finishCommit,
  takeBack,
  expire: (reservation) => expire(reservation, now, 60_000),
};

const STATUSES = ['reserving', 'reserved', 'rejected', 'releasing', 'released', 'committing', 'committed'];
const stays: Record<string, Outcome> = Object.fromEntries(STATUSES.map((status) => [status, [status]]));

const transitions: Record<string, Record<string, Outcome>> = {
  complete: {
    reserving: ['reserved', 'inventory.reserved'],
    reserved: ['reserved'],
    committing: ['committing'],
    committed: ['committed'],
    rejected: null,
    releasing: null,
    released: null,
  },
  reject: {
    reserving: ['rejected', 'inventory.reservation.failed'],
    reserved: null,
    committing: null,
    committed: null,
    rejected: null,
    releasing: null,
    released: null,
  },
  beginRelease: { ...stays, reserving: ['releasing'], reserved: ['releasing'] },
  finishRelease: { ...stays, releasing: ['released', 'inventory.released'] },
  commit: {
    reserving: null,
    rejected: null,
    reserved: ['committing'],
    committing: ['committing'],
    committed: ['committed'],
    releasing: ['releasing'],
    released: ['released'],
  },
  finishCommit: { ...stays, committing: ['committed', 'inventory.committed'] },
  takeBack: { ...stays, committed: ['released', 'inventory.released'] },
  expire: {
    ...stays,
    reserving: ['reserving', 'inventory.reservation.expired'],
    reserved: ['reserved', 'inventory.reservation.expired'],
    releasing: ['releasing', 'inventory.reservation.expired'],
  },
};

describe.each(Object.entries(rules))('%s', (name, rule) => {
  test.each(STATUSES)('answers a reservation that is %s', (status) => {
    const decision = rule(aReservation(status));

    const outcome = decision && [decision.reservation.status, ...decision.facts.map((fact) => fact.event_type)];
    expect(outcome).toEqual(transitions[name]?.[status]);
  });
});

describe('a reservation', () => {
  test('does not expire before its time', () => {
    expect(expire(aReservation('reserved', { due_at: inTime }), now, 60_000).facts).toEqual([]);
  });

  test('is asked about again later, and keeps its time of expiry', () => {
    const { reservation } = expire(aReservation('reserved'), now, 60_000);

    expect(reservation).toMatchObject({ expires_at: now.toISOString(), due_at: '2026-11-22T10:16:00.000Z' });
  });

  test('remembers where its pieces are held', () => {
    expect(complete(aReservation('reserving', { holds: [] }), holds)?.reservation.holds).toEqual(holds);
  });

  test('that was never made is not open', () => {
    expect(isOpen(tombstone({ order_id: 'o1', items }, now))).toBe(false);
  });
});
