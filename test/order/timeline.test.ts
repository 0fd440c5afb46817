import { describe, expect, test } from '@jest/globals';
import { conditionOf, finding } from '#bin/orders/finding.ts';
import type { OrderRows, Row } from '#bin/orders/rows.ts';
import { inOrder, rowEntries, states } from '#bin/orders/timeline.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, second)).toISOString();

function aRow(pk: string, status: string, ...events: [second: number, type: string, data?: object][]) {
  const told = events.map(([second, event_type, data]) => ({ event_type, occurred_at: at(second), data: { ...data } }));
  return { pk, status, version: told.length, events: told } satisfies Row;
}

const rows: OrderRows = {
  order: {
    ...aRow('ORDER#o1', 'cancelling', [0, 'order.created', { user_id: 'jane', payment_method: 'card_ok' }]),
    order_id: 'o1',
    created_at: at(0),
  },
  payment: aRow('PAYMENT#o1', 'refunding', [5, 'payment.completed', { user_id: 'jane', amount: { amount: 1 } }]),
  reservation: aRow('RESERVATION#o1', 'released', [2, 'inventory.reserved'], [9, 'inventory.released']),
  ledger: { status: 'charged', events: [{ type: 'charge.succeeded', created_at: at(4) }] },
  notifications: [
    aRow('NOTIFICATION#n1', 'sent', [8, 'notification.sent', { type: 'order.cancelled', user_id: 'jane' }]),
  ],
  unseen: [],
};

describe('the timeline of an order', () => {
  test('has what every service tells, the oldest first', () => {
    expect(inOrder(rowEntries(rows)).map(({ service, what }) => `${service} ${what}`)).toEqual([
      'order order.created',
      'inventory inventory.reserved',
      'provider charge.succeeded',
      'payment payment.completed',
      'notification notification.sent',
      'inventory inventory.released',
    ]);
  });

  test('tells nothing of the person', () => {
    expect(JSON.stringify([rowEntries(rows), states(rows)])).not.toMatch(/jane|card_ok/);
  });

  test('tells how things stand, also what no event tells', () => {
    expect(states(rows)).toMatchObject({ order: 'cancelling', payment: 'refunding', inventory: 'released' });
    expect(states({ ...rows, reservation: undefined })).toMatchObject({ inventory: 'nothing reserved' });
  });
});

describe('what is found', () => {
  const order = (status: string, given_up_while?: 'pending' | 'cancelling') => ({
    ...rows.order,
    status,
    given_up_while,
  });

  test.each([
    ['confirmed', 600, 'ended'],
    ['cancelled', 600, 'ended'],
    ['pending', 299, 'under_way'],
    ['cancelling', 301, 'overdue'],
    ['needs_attention', 1, 'needs_attention'],
  ])('of an order that is %s for %i s is that it is %s', (status, seconds, condition) => {
    expect(conditionOf(order(status), new Date(at(seconds)))).toBe(condition);
  });

  test('names the ways that there are', () => {
    const now = new Date(at(600));

    expect(finding(order('needs_attention', 'pending'), now)).toContain('--retry sends it forward');
    expect(finding(order('needs_attention', 'cancelling'), now)).toContain('do the same');
    expect(finding(order('confirmed'), now)).toContain('nothing to repair');
  });
});
