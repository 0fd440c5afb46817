import type { Fact } from '#events/event.ts';
import type { Money } from '#events/money.ts';
import {
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderCreated,
  OrderNeedsAttention,
  OrderRepairRequested,
  OrderStatusChanged,
} from '#events/order-events.ts';
import { AppError, type FieldError } from '#lib/runtime/errors.ts';
import { evolve } from './order-history.ts';

export interface OrderItem {
  product_id: string;
  name: string;
  quantity: number;
  /** Price of one piece when the order was placed. */
  price: Money;
}

export interface Placed {
  order_id: string;
  user_id: string;
  items: OrderItem[];
  total: Money;
  payment_method: string;
  created_at: string;
}

/**
 * An order. Exactly one of `confirmed` and `cancelling` follows `pending`: whichever is written first decides, and
 * that is what makes it safe to run a saga twice. Only a user leads from `confirmed` to `cancelling`, never a saga.
 */
export type Order = Placed &
  (
    | { status: 'pending' }
    | { status: 'confirmed' }
    | { status: 'cancelling'; reason: string }
    | { status: 'cancelled'; reason: string }
    | { status: 'shipped' }
    | { status: 'delivered' }
    /** `given_up_while`: whether anything may have been undone by then. It is missing in old rows, which may. */
    | { status: 'needs_attention'; reason: string; given_up_while?: OpenStatus }
  );

/** Before the end: the saga is to go forward, or to undo. */
export type OpenStatus = 'pending' | 'cancelling';

export type OrderStatus = Order['status'];

/** What a rule decides: the order as it is afterwards, and the facts that made it so. None: nothing to do. */
export interface Decision {
  order: Order;
  facts: Fact[];
}

export interface Product {
  product_id: string;
  name: string;
  price: Money;
}

/** One of the products is not, or not yet, known to be on sale. */
export class UnknownProduct extends AppError {
  constructor(fieldErrors: FieldError[]) {
    super('UNKNOWN_PRODUCT', 422, 'A product of the order is not on sale: see errors.', { fieldErrors });
  }
}

/** The order cannot become what was asked for, from what it is. */
export class InvalidTransition extends AppError {
  constructor(from: OrderStatus, to: string) {
    super('INVALID_TRANSITION', 409, `The order is ${from}: it cannot become ${to}.`);
  }
}

/** Products priced in different currencies cannot be paid together. */
export class MixedCurrencies extends AppError {
  constructor() {
    super('MIXED_CURRENCIES', 422, 'All products of an order must have the same currency: place one order for each.');
  }
}

export interface PlaceOrder {
  order_id: string;
  user_id: string;
  items: { product_id: string; quantity: number }[];
  payment_method: string;
}

/** Prices the order from what the products cost now. */
export function place(command: PlaceOrder, products: Product[], now: Date): Decision {
  const items = command.items.map((item, index) => priced(item, index, products));
  const currency = items[0]?.price.currency ?? 'USD';
  if (items.some(({ price }) => price.currency !== currency)) throw new MixedCurrencies();
  const amount = items.reduce((sum, { price, quantity }) => sum + price.amount * quantity, 0);
  const created = OrderCreated.of({ ...command, items, total: { amount, currency } });
  return { order: evolve(undefined, { ...created, occurred_at: now.toISOString() }), facts: [created] };
}

function priced(item: PlaceOrder['items'][number], index: number, products: Product[]): OrderItem {
  const product = products.find(({ product_id }) => product_id === item.product_id);
  if (!product)
    throw new UnknownProduct([{ field: `items.${index}.product_id`, message: 'This product is not on sale' }]);
  return { ...item, name: product.name, price: product.price };
}

/** The saga's last step: stock is held and the money is there. Refused (`null`) once the order is being cancelled. */
export function confirm(order: Order): Decision | null {
  switch (order.status) {
    case 'pending':
      return after(order, OrderConfirmed.of(order));
    case 'confirmed':
    case 'shipped':
    case 'delivered':
      return nothingToDo(order);
    case 'cancelling':
    case 'cancelled':
    case 'needs_attention':
      return null;
    default:
      return order satisfies never;
  }
}

/**
 * Closes the door to confirmation, before anything is undone: what a saga asks for, maybe an old one, or inventory when
 * it has held pieces for too long. Refused (`null`) when the order is already confirmed.
 */
export function beginCancelling(
  order: Order,
  reason: string,
  by: 'saga' | 'reservation_sweep' = 'saga',
): Decision | null {
  switch (order.status) {
    case 'pending':
      return after(order, OrderCancelling.of({ ...order, reason, by }));
    case 'needs_attention':
      // Nothing is ever undone that an operator might still send forward: first the row says so.
      return mayGoForward(order) ? after(order, OrderCancelling.of({ ...order, reason, by })) : nothingToDo(order);
    case 'cancelling':
    case 'cancelled':
      return nothingToDo(order);
    case 'confirmed':
    case 'shipped':
    case 'delivered':
      return null;
    default:
      return order satisfies never;
  }
}

/** What a user asks for, as long as nothing has left the shop. The undo starts from the event. */
export function cancelByUser(order: Order, reason: string): Decision | null {
  switch (order.status) {
    case 'pending':
    case 'confirmed':
      return after(order, OrderCancelling.of({ ...order, reason, by: 'user' }));
    case 'cancelling':
    case 'cancelled':
      return nothingToDo(order);
    case 'shipped':
    case 'delivered':
    case 'needs_attention':
      return null;
    default:
      return order satisfies never;
  }
}

/** The end of the undo: stock is released and money refunded. */
export function cancel(order: Order): Decision | null {
  switch (order.status) {
    case 'cancelling':
      return after(order, OrderCancelled.of(order));
    case 'cancelled':
    case 'needs_attention':
      return nothingToDo(order);
    case 'pending':
    case 'confirmed':
    case 'shipped':
    case 'delivered':
      return null;
    default:
      return order satisfies never;
  }
}

export function ship(order: Order): Decision | null {
  if (order.status === 'shipped') return nothingToDo(order);
  return order.status === 'confirmed' ? after(order, OrderStatusChanged.of({ ...order, status: 'shipped' })) : null;
}

export function deliver(order: Order): Decision | null {
  if (order.status === 'delivered') return nothingToDo(order);
  return order.status === 'shipped' ? after(order, OrderStatusChanged.of({ ...order, status: 'delivered' })) : null;
}

/** The saga did not come to an end however often it was started: stop trying and call a person. */
export function giveUp(order: Order, reason: string): Decision {
  return isSettled(order) ? nothingToDo(order) : after(order, OrderNeedsAttention.of({ ...order, reason }));
}

/** What an operator wants of an order that has not come to its end by itself. */
export interface Repair {
  action: 'retry' | 'undo';
  by: string;
  why: string;
}

/**
 * The saga is started once more, from the event. What has once been marked as being cancelled can only be undone, also
 * by a `retry`: parts of it may be undone already. Refused (`null`) for what has come to its end.
 */
export function repair(order: Order, request: Repair): Decision | null {
  switch (order.status) {
    case 'pending':
    case 'cancelling':
    case 'needs_attention':
      return after(order, OrderRepairRequested.of({ ...order, ...request, ...repairedState(order, request) }));
    case 'confirmed':
    case 'cancelled':
    case 'shipped':
    case 'delivered':
      return null;
    default:
      return order satisfies never;
  }
}

function repairedState(order: Order, { action }: Repair): { status: OpenStatus; reason?: string } {
  if (action === 'retry' && mayGoForward(order)) return { status: 'pending', reason: undefined };
  return { status: 'cancelling', reason: reasonOf(order) ?? 'cancelled_by_operator' };
}

/** Whether nothing that was done for the order can have been undone. */
export function mayGoForward(order: Order): boolean {
  if (order.status === 'needs_attention') return order.given_up_while === 'pending';
  return order.status === 'pending';
}

/** Whether the order's saga is over. */
export function isSettled(order: Order): boolean {
  return order.status !== 'pending' && order.status !== 'cancelling';
}

/** Why the order is, or is being, cancelled or given up. */
export function reasonOf(order: Order): string | undefined {
  return 'reason' in order ? order.reason : undefined;
}

function after(order: Order, fact: Fact): Decision {
  return { order: evolve(order, fact), facts: [fact] };
}

function nothingToDo(order: Order): Decision {
  return { order, facts: [] };
}
