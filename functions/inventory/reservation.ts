import type { Fact } from '#events/event.ts';
import {
  InventoryCommitted,
  InventoryReleased,
  InventoryReservationFailed,
  InventoryReserved,
} from '#events/inventory-events.ts';

export interface ReservedItem {
  product_id: string;
  quantity: number;
}

export type RefusalReason = 'insufficient_inventory' | 'unknown_product' | 'reservation_released';

/**
 * What is held for one order. Its row decides: pieces are taken while it is `reserving` and given back once it is
 * `rejected` or `releasing`, so that two calls for one order cannot work against each other.
 */
export type Reservation = { order_id: string; items: ReservedItem[] } & (
  | { status: 'reserving' }
  | { status: 'reserved' }
  | { status: 'rejected'; reason: RefusalReason }
  | { status: 'releasing' }
  | { status: 'released' }
  | { status: 'committed' }
);

export interface Decision {
  reservation: Reservation;
  facts: Fact[];
}

/** Every piece is held. `null` when the reservation was given up meanwhile. */
export function complete(reservation: Reservation): Decision | null {
  switch (reservation.status) {
    case 'reserving':
      return { reservation: { ...reservation, status: 'reserved' }, facts: [InventoryReserved.of(reservation)] };
    case 'reserved':
    case 'committed':
      return { reservation, facts: [] };
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

/** Before anything is given back. What is committed is gone and cannot be released: `null`. */
export function beginRelease(reservation: Reservation): Decision | null {
  switch (reservation.status) {
    case 'reserving':
    case 'reserved':
      return { reservation: { ...reservation, status: 'releasing' }, facts: [] };
    case 'rejected':
    case 'releasing':
    case 'released':
      return { reservation, facts: [] };
    case 'committed':
      return null;
    default:
      return reservation satisfies never;
  }
}

/** Everything is given back. */
export function finishRelease(reservation: Reservation): Decision {
  if (reservation.status !== 'releasing') return { reservation, facts: [] };
  return { reservation: { ...reservation, status: 'released' }, facts: [InventoryReleased.of(reservation)] };
}

/** The order is confirmed: what was held for it has left the shop. `null` when it is not held. */
export function commit(reservation: Reservation): Decision | null {
  if (reservation.status === 'committed') return { reservation, facts: [] };
  if (reservation.status !== 'reserved') return null;
  return { reservation: { ...reservation, status: 'committed' }, facts: [InventoryCommitted.of(reservation)] };
}
