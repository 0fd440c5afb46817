import { describe, expect, test } from '@jest/globals';
import {
  beginRelease,
  commit,
  complete,
  finishRelease,
  type Reservation,
  reject,
} from '#functions/inventory/reservation.ts';

const items = [{ product_id: 'cup', quantity: 2 }];
const aReservation = (status: string) =>
  ({ order_id: 'o1', items, status, reason: 'insufficient_inventory' }) as Reservation;

type Outcome = [status: string, ...events: string[]] | null;
const rules: Record<string, (reservation: Reservation) => ReturnType<typeof commit>> = {
  complete,
  reject: (reservation) => reject(reservation, 'cup', 'insufficient_inventory'),
  beginRelease,
  finishRelease,
  commit,
};

const transitions: Record<string, Record<string, Outcome>> = {
  complete: {
    reserving: ['reserved', 'inventory.reserved'],
    reserved: ['reserved'],
    committed: ['committed'],
    rejected: null,
    releasing: null,
    released: null,
  },
  reject: {
    reserving: ['rejected', 'inventory.reservation.failed'],
    reserved: null,
    committed: null,
    rejected: null,
    releasing: null,
    released: null,
  },
  beginRelease: {
    reserving: ['releasing'],
    reserved: ['releasing'],
    committed: null,
    rejected: ['rejected'],
    releasing: ['releasing'],
    released: ['released'],
  },
  finishRelease: {
    reserving: ['reserving'],
    reserved: ['reserved'],
    committed: ['committed'],
    rejected: ['rejected'],
    releasing: ['released', 'inventory.released'],
    released: ['released'],
  },
  commit: {
    reserving: null,
    reserved: ['committed', 'inventory.committed'],
    committed: ['committed'],
    rejected: null,
    releasing: null,
    released: null,
  },
};

describe.each(Object.entries(rules))('%s', (name, rule) => {
  test.each(Object.entries(transitions[name] ?? {}))('answers a reservation that is %s', (status, expected) => {
    const decision = rule(aReservation(status));

    const outcome = decision && [decision.reservation.status, ...decision.facts.map((fact) => fact.event_type)];
    expect(outcome).toEqual(expected);
  });
});
