import { isDeepStrictEqual } from 'node:util';
import { idFromKey } from '#lib/runtime/ids.ts';
import type { Evidence, KnownEvent, NotificationRow, Violation } from '../rows.ts';

/** Events that a message is sent for, once by each channel. */
const TOLD = ['user.registered', 'order.confirmed', 'order.cancelled', 'order.status_changed', 'payment.refunded'];

/**
 * Every event of every row has been taken by the bus, and handled by everybody who subscribes to it; and its effect is
 * there once, however often it came. That of orders, stock and payments is left to the other checks.
 */
export function checkEvents(evidence: Evidence): Violation[] {
  return [
    ...evidence.events.flatMap((event) => [...published(event, evidence), ...handled(event, evidence)]),
    ...histories(evidence),
    ...messages(evidence),
    ...copies(evidence),
  ];
}

function violation(subject: string, problem: string): Violation {
  return { check: 'events', subject, problem };
}

function published({ event_id, type }: KnownEvent, { published }: Evidence): Violation[] {
  return published.has(event_id) ? [] : [violation(event_id, `${type} was never taken by the bus`)];
}

function handled({ event_id, type }: KnownEvent, { subscriptions, handled }: Evidence): Violation[] {
  return subscriptions
    .filter(({ types, subscriber }) => types.includes(type) && !handled.has(`${subscriber} ${event_id}`))
    .map(({ subscriber }) => violation(event_id, `${subscriber} has never handled this ${type}`));
}

/** Facts that are true once. */
const ONCE = [
  ...['order.created', 'order.confirmed', 'order.cancelling', 'order.cancelled'],
  ...['inventory.reserved', 'inventory.reservation.failed', 'inventory.committed', 'inventory.released'],
  ...['payment.completed', 'payment.failed', 'payment.refunded', 'notification.sent'],
];

function histories({ orders, reservations, payments, notifications }: Evidence): Violation[] {
  return [...orders, ...reservations, ...payments, ...notifications].flatMap(({ pk, version, events }) => {
    const types = events.map(({ event_type }) => event_type);
    const repeated = ONCE.filter((type) => types.filter((told) => told === type).length > 1);
    return [
      ...repeated.map((type) => violation(pk, `${type} was recorded more than once`)),
      ...(version === events.length ? [] : [violation(pk, `counts ${version} events and keeps ${events.length}`)]),
    ];
  });
}

/** One message for each event that asks for one, and none for anybody who is erased. */
function messages({ events, notifications, customers }: Evidence): Violation[] {
  const erased = new Set(customers.filter((customer) => customer.erased).map(({ user_id }) => user_id));
  const asking = events.filter(({ type, user_id }) => TOLD.includes(type) && user_id && !erased.has(user_id));
  const wanted = new Map(asking.map((event) => [idFromKey(event.event_id, 'email'), event]));
  const there = new Map(notifications.map((row) => [row.notification_id, row]));
  const known = new Set(customers.map(({ user_id }) => user_id));
  return [
    ...[...wanted].flatMap(([id, event]) => oneMessage(event, there.get(id))),
    ...notifications
      .filter(({ user_id, notification_id }) => known.has(user_id) && !wanted.has(notification_id))
      .map(({ pk, user_id }) => violation(pk, erased.has(user_id) ? 'is left of an erased user' : 'is for no event')),
  ];
}

function oneMessage({ event_id, type }: KnownEvent, row: NotificationRow | undefined): Violation[] {
  if (row?.status === 'sent' || row?.status === 'muted') return [];
  return [violation(event_id, `the message for this ${type} is ${row?.status ?? 'not there'}`)];
}

/** Whoever keeps a copy of a product has the last one. */
function copies({ copies, products }: Evidence): Violation[] {
  const owned = new Map(products.map((product) => [product.product_id, product]));
  return copies.flatMap(({ service, product_id, name, price, source_version }) => {
    const product = owned.get(product_id);
    if (!product) return [];
    const isLast =
      source_version === product.version &&
      (name === undefined || name === product.name) &&
      (price === undefined || isDeepStrictEqual(price, product.price));
    return isLast ? [] : [violation(product_id, `${service} keeps version ${source_version} of ${product.version}`)];
  });
}
