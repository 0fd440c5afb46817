import type { Evidence, OrderRow, PaymentRow, ReservationRow, Violation } from '../rows.ts';
import { isSold } from './money.ts';

interface Traces {
  reservation?: ReservationRow;
  payment?: PaymentRow;
}

/** An order that failed has exactly the inverses of the steps that it had completed; one that is sold has none. */
export function checkCompensation({ orders, reservations, payments }: Evidence): Violation[] {
  const reservationOf = new Map(reservations.map((row) => [row.order_id, row]));
  const paymentOf = new Map(payments.map((row) => [row.order_id, row]));
  return orders.flatMap((order) => {
    const { order_id } = order;
    const traces = { reservation: reservationOf.get(order_id), payment: paymentOf.get(order_id) };
    const problems = [...history(order), ...(isSold(order) ? ofSold(traces) : []), ...ofCancelled(order, traces)];
    return problems.map((problem) => ({ check: 'compensation', subject: order_id, problem }));
  });
}

const times = (row: { events: { event_type: string }[] } | undefined, type: string) =>
  (row?.events ?? []).filter(({ event_type }) => event_type === type).length;

/** What can come of an order, each once. */
const HISTORIES = [
  'created confirmed',
  'created cancelling cancelled',
  'created confirmed cancelling cancelled',
  'created needs_attention',
  'created cancelling needs_attention',
  'created confirmed cancelling needs_attention',
  'created needs_attention cancelling cancelled',
  'created needs_attention cancelling needs_attention',
];

function history({ events }: OrderRow): string[] {
  const told = events.map(({ event_type }) => event_type.replace('order.', '')).join(' ');
  const isUnderWay = HISTORIES.some((known) => known.startsWith(`${told} `));
  return HISTORIES.includes(told) || isUnderWay ? [] : [`its history is: ${told}`];
}

function ofSold({ reservation, payment }: Traces): string[] {
  return [
    ...exactly(reservation, { 'inventory.reserved': 1, 'inventory.committed': 1, 'inventory.released': 0 }),
    ...exactly(payment, { 'payment.completed': 1, 'payment.refunded': 0, 'payment.failed': 0 }),
  ];
}

function ofCancelled({ status }: OrderRow, { reservation, payment }: Traces): string[] {
  if (status !== 'cancelled') return [];
  const reserved = times(reservation, 'inventory.reserved');
  const completed = times(payment, 'payment.completed');
  // What was begun and never completed may have its undo as well: nobody can know how far it came.
  const released = times(reservation, 'inventory.released');
  const refunded = times(payment, 'payment.refunded');
  return [
    ...(released < reserved || released > 1 ? [`stock was reserved ${reserved} times, released ${released}`] : []),
    ...(refunded < completed || refunded > 1 ? [`money was taken ${completed} times, refunded ${refunded}`] : []),
    ...(reservation?.status === 'released' || reservation?.status === 'rejected' || !reservation
      ? []
      : [`its reservation is ${reservation.status}`]),
  ];
}

function exactly(row: Traces[keyof Traces], wanted: Record<string, number>): string[] {
  return Object.entries(wanted)
    .filter(([type, count]) => times(row, type) !== count)
    .map(([type, count]) => `${type} was said ${times(row, type)} times instead of ${count}`);
}
