import type { Fact } from '#events/event.ts';
import {
  InventoryCommitted,
  InventoryReleased,
  InventoryReservationExpired,
  InventoryReservationFailed,
  InventoryReserved,
} from '#events/inventory-events.ts';

export interface ReservedItem {
  product_id: string;
  quantity: number;
}

/** Pieces that an order holds in one shard of a product's stock. Shard 0 is all of a product that is not split. */
export interface Hold extends ReservedItem {
  shard: number;
}

export type RefusalReason = 'insufficient_inventory' | 'unknown_product' | 'reservation_released';

interface Request {
  order_id: string;
  items: ReservedItem[];
}

/**
 * What is held for one order. Its row decides: pieces are taken while it is `reserving`, given back once it is
 * `rejected` or `releasing`, and leave the stock while it is `committing`, so that two calls for one order cannot work
 * against each other.
 */
export type Reservation = Request & {
  /** Where the pieces of all items are held, once they are. */
  holds: Hold[];
  expires_at: string;
  /** When the sweep looks at it, if it is still open: first when it expires. */
  due_at: string;
} & (
    | { status: 'reserving' }
    | { status: 'reserved' }
    | { status: 'rejected'; reason: RefusalReason }
    | { status: 'releasing' }
    | { status: 'released' }
    | { status: 'committing' }
    | { status: 'committed' }
  );

export interface Decision {
  reservation: Reservation;
  facts: Fact[];
}

export function begin({ order_id, items }: Request, now: Date, lifetimeMs: number): Reservation {
  const expires_at = later(now, lifetimeMs);
  return { order_id, items, holds: [], expires_at, due_at: expires_at, status: 'reserving' };
}

/** Leaves word that nothing is to be reserved for this order, where nothing was. */
export function tombstone(request: Request, now: Date): Reservation {
  return { ...begin(request, now, 0), status: 'released' };
}

/** Every piece is held. `null` when the reservation was given up meanwhile. */
export function complete(reservation: Reservation, holds: Hold[]): Decision | null {
  switch (reservation.status) {
    case 'reserving':
      return { reservation: { ...reservation, holds, status: 'reserved' }, facts: [InventoryReserved.of(reservation)] };
    case 'reserved':
    case 'committing':
    case 'committed':
      return nothingToDo(reservation);
    case 'rejected':
    case 'releasing':
    case 'released':
      return null;
    default:
      return reservation satisfies never;
  }
}

/** A product cannot be had. `null` when the reservation was completed, or given up, meanwhile. */
export function reject(reservation: Reservation, productId: string, reason: RefusalReason): Decision | null {
  if (reservation.status !== 'reserving') return null;
  const fact = InventoryReservationFailed.of({ order_id: reservation.order_id, reason, product_id: productId });
  return { reservation: { ...reservation, status: 'rejected', reason }, facts: [fact] };
}

/** Before anything is given back. What is sold, or being sold, is not given back but taken back. */
export function beginRelease(reservation: Reservation): Decision {
  switch (reservation.status) {
    case 'reserving':
    case 'reserved':
      return { reservation: { ...reservation, status: 'releasing' }, facts: [] };
    case 'rejected':
    case 'releasing':
    case 'released':
    case 'committing':
    case 'committed':
      return nothingToDo(reservation);
    default:
      return reservation satisfies never;
  }
}

/** Everything is given back. */
export function finishRelease(reservation: Reservation): Decision {
  if (reservation.status !== 'releasing') return nothingToDo(reservation);
  return { reservation: { ...reservation, status: 'released' }, facts: [InventoryReleased.of(reservation)] };
}

/**
 * The order is confirmed: what is held for it is sold. Released already: its owner has cancelled it since, and that was
 * faster. `null` when it was never held.
 */
export function commit(reservation: Reservation): Decision | null {
  switch (reservation.status) {
    case 'reserved':
      return { reservation: { ...reservation, status: 'committing' }, facts: [] };
    case 'committing':
    case 'committed':
    case 'releasing':
    case 'released':
      return nothingToDo(reservation);
    case 'reserving':
    case 'rejected':
      return null;
    default:
      return reservation satisfies never;
  }
}

/** Everything has left the stock. */
export function finishCommit(reservation: Reservation): Decision {
  if (reservation.status !== 'committing') return nothingToDo(reservation);
  return { reservation: { ...reservation, status: 'committed' }, facts: [InventoryCommitted.of(reservation)] };
}

/** What was sold comes back on the shelf; to be written together with the stock that it adds to. */
export function takeBack(reservation: Reservation): Decision {
  if (reservation.status !== 'committed') return nothingToDo(reservation);
  return { reservation: { ...reservation, status: 'released' }, facts: [InventoryReleased.of(reservation)] };
}

/** Its time is over and it is still open: somebody has to say what becomes of it. Asked again after `againMs`. */
export function expire(reservation: Reservation, now: Date, againMs: number): Decision {
  if (!isOpen(reservation) || reservation.due_at > now.toISOString()) return nothingToDo(reservation);
  const expired = { ...reservation, due_at: later(now, againMs) };
  return { reservation: expired, facts: [InventoryReservationExpired.of(reservation)] };
}

/** Whether it keeps pieces of which it is not known what becomes of them. */
export function isOpen({ status }: Reservation): boolean {
  return status === 'reserving' || status === 'reserved' || status === 'releasing';
}

function nothingToDo(reservation: Reservation): Decision {
  return { reservation, facts: [] };
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
