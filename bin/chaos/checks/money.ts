import type { Evidence, LedgerRow, OrderRow, Violation } from '../rows.ts';

/** An order that has been paid for, and is not being taken back. */
export function isSold({ status }: Pick<OrderRow, 'status'>): boolean {
  return status === 'confirmed' || status === 'shipped' || status === 'delivered';
}

/**
 * What was captured and not refunded is what the confirmed orders cost, in all and order by order. What people have to
 * look at is left out: nobody has said yet what becomes of its money.
 */
export function checkMoney({ orders, ledger, payments }: Evidence): Violation[] {
  const known = new Map(orders.map((order) => [order.order_id, order]));
  const lines = Map.groupBy(ledger, ({ pk }) => pk.split('#')[1] ?? '');
  const of = (order: OrderRow) => (lines.get(order.order_id) ?? []).filter(isCharged);
  const settled = orders.filter(({ status }) => status !== 'needs_attention');
  return [
    ...settled.flatMap((order) => oneOrder(order, of(order))),
    ...[...lines].filter(([id, all]) => !known.has(id) && all.some(isCharged)).map(([id]) => charge(id)),
    ...payments.flatMap((payment) => onePayment(payment, lines.get(payment.order_id) ?? [])),
    ...inAll(settled, settled.flatMap(of)),
  ];
}

const isCharged = ({ status }: LedgerRow) => status === 'charged';
const sum = (amounts: (number | undefined)[]) => amounts.reduce<number>((total, amount = 0) => total + amount, 0);

function violation(subject: string, problem: string): Violation {
  return { check: 'money', subject, problem };
}

function charge(orderId: string): Violation {
  return violation(orderId, 'money was taken for an order that there is not');
}

function oneOrder(order: OrderRow, charges: LedgerRow[]): Violation[] {
  const { order_id, status, total } = order;
  if (charges.length > 1) return [violation(order_id, `${charges.length} charges stand for one order`)];
  const kept = sum(charges.map(({ amount }) => amount?.amount));
  const owed = isSold(order) ? total.amount : 0;
  return kept === owed ? [] : [violation(order_id, `is ${status}: ${kept} were kept instead of ${owed}`)];
}

/** What the payment service believes is what the provider has done. */
function onePayment({ order_id, status }: Evidence['payments'][number], lines: LedgerRow[]): Violation[] {
  const charged = lines.some(isCharged);
  if ((status === 'completed') === charged) return [];
  return [violation(order_id, `the payment is ${status}, the provider says ${lines.map((line) => line.status)}`)];
}

function inAll(orders: OrderRow[], charges: LedgerRow[]): Violation[] {
  const kept = sum(charges.map(({ amount }) => amount?.amount));
  const owed = sum(orders.filter(isSold).map(({ total }) => total.amount));
  return kept === owed ? [] : [violation('all orders', `${kept} were kept, the confirmed orders cost ${owed}`)];
}
