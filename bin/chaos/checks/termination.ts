import type { Evidence, Violation } from '../rows.ts';

const ENDS = ['confirmed', 'cancelled', 'needs_attention'];

/** Every order that was accepted is there, and has come to an end; so has all that was on its way. */
export function checkTermination({ accepted, orders, leftovers }: Evidence): Violation[] {
  const known = new Set(orders.map(({ order_id }) => order_id));
  const violation = (subject: string, problem: string) => ({ check: 'termination', subject, problem });
  return [
    ...accepted.filter((id) => !known.has(id)).map((id) => violation(id, 'was accepted, and there is no such order')),
    ...orders
      .filter(({ status }) => !ENDS.includes(status))
      .map(({ order_id, status }) => violation(order_id, `is still ${status}`)),
    ...leftovers.map((left) => violation(left, 'was still under way when it should long be quiet')),
  ];
}
