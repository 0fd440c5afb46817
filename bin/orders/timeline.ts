import type { LedgerRow, OrderRows, Row } from './rows.ts';

/** Something that happened to an order. */
export interface Entry {
  at: string;
  service: string;
  what: string;
  /** Facts about it, none of a person. */
  about?: Record<string, unknown>;
}

/** What is shown of an event's data: not who the customer is, what was bought, or with what it was paid. */
const SHOWN = ['reason', 'by', 'action', 'why', 'status', 'type', 'channel', 'product_id', 'charge_id'];

/** All that the rows tell, the oldest first. */
export function rowEntries({ order, reservation, payment, ledger, notifications }: OrderRows): Entry[] {
  return [
    ...eventEntries('order', order),
    ...eventEntries('inventory', reservation),
    ...eventEntries('payment', payment),
    ...ledgerEntries(ledger),
    ...notifications.flatMap((row) => eventEntries('notification', row)),
  ];
}

export function inOrder(entries: Entry[]): Entry[] {
  return entries.toSorted((a, b) => a.at.localeCompare(b.at));
}

function eventEntries(service: string, row: Row | undefined): Entry[] {
  return (row?.events ?? []).map(({ event_type, occurred_at, data }) => {
    const about = Object.fromEntries(SHOWN.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])));
    return { at: occurred_at, service, what: event_type, ...(Object.keys(about).length > 0 && { about }) };
  });
}

/** What the provider says that it did, beside what the payment service has heard of it. */
function ledgerEntries(ledger: LedgerRow | undefined): Entry[] {
  return (ledger?.events ?? []).map(({ type, created_at }) => ({ at: created_at, service: 'provider', what: type }));
}

/** How the rows stand now: also what no event tells, such as a payment that is under way. */
export function states({ order, reservation, payment, ledger, notifications }: OrderRows): Record<string, string> {
  const sent = notifications.map(({ type, status }) => `${type} ${status}`);
  return {
    order: order.status,
    inventory: reservation?.status ?? 'nothing reserved',
    payment: payment?.status ?? 'nothing attempted',
    provider: ledger?.status ?? 'knows of no charge',
    notification: sent.join(', ') || 'nothing sent',
  };
}
