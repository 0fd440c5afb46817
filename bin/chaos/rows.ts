import type { Money } from '#events/money.ts';

/** What the tables of the services hold at the end, as far as the checks look at it. */

export interface RowEvent {
  event_type: string;
  occurred_at: string;
  data: Record<string, unknown>;
}

/** A row that keeps all its events. */
export interface HistoryRow {
  pk: string;
  version: number;
  events: RowEvent[];
}

export interface OrderRow extends HistoryRow {
  order_id: string;
  user_id: string;
  status: string;
  reason?: string | null;
  items: { product_id: string; name: string; quantity: number; price: Money }[];
  total: Money;
  created_at: string;
}

export interface ReservationRow extends HistoryRow {
  order_id: string;
  status: string;
  items: { product_id: string; quantity: number }[];
}

export interface StockRow {
  pk: string;
  product_id: string;
  shard: number;
  available: number;
  reserved: number;
  pending: Record<string, number>;
}

export interface PaymentRow extends HistoryRow {
  order_id: string;
  payment_id: string;
  status: string;
  amount: Money;
  reason?: string;
}

/** A line of the provider's own ledger. */
export interface LedgerRow {
  pk: string;
  status?: 'charged' | 'declined' | 'refunded' | 'void';
  amount?: Money | null;
}

export interface NotificationRow extends HistoryRow {
  notification_id: string;
  user_id: string;
  type: string;
  channel: string;
  subject: string;
  order_id?: string;
  status: string;
  sent_at?: string;
}

export interface ProductRow {
  product_id: string;
  name: string;
  price: Money;
  version: number;
}

/** What a service keeps of another's product. */
export interface ProductCopy {
  service: string;
  product_id: string;
  name?: string;
  price?: Money;
  source_version: number;
}

/** An event that some row has recorded. */
export interface KnownEvent {
  event_id: string;
  type: string;
  user_id?: string;
}

/** Who is to get which events: from the rules that are deployed. */
export interface Subscription {
  /** Such as `inventory/on-order-confirmed`. */
  subscriber: string;
  types: string[];
}

export interface ViewOrder {
  order_id: string;
  [field: string]: unknown;
}

/** Everything that is left of a campaign once it is quiet. */
export interface Evidence {
  /** Orders that the shop has accepted. */
  accepted: string[];
  /** Pieces that there were of each product at the beginning. */
  stocked: Map<string, number>;
  orders: OrderRow[];
  reservations: ReservationRow[];
  stocks: StockRow[];
  payments: PaymentRow[];
  ledger: LedgerRow[];
  notifications: NotificationRow[];
  products: ProductRow[];
  copies: ProductCopy[];
  customers: { user_id: string; erased: boolean }[];
  /** `GET /api/v1/views/customers/{user_id}`, all pages, by customer. */
  views: Map<string, ViewOrder[]>;
  events: KnownEvent[];
  /** Ids of events that the bus has acknowledged. */
  published: Set<string>;
  subscriptions: Subscription[];
  /** How often each subscriber has handled an event to its end, by `<subscriber> <event id>`. */
  handled: Map<string, number>;
  /** Stock that was below nothing at some moment. */
  belowNothing: string[];
  /** What was still waiting somewhere when the campaign gave up waiting. */
  leftovers: string[];
}

export interface Violation {
  check: string;
  /** The order, product, event ... that it is about. */
  subject: string;
  problem: string;
}
