import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, isConditionFailure, tableName } from '#lib/runtime/aws/table.ts';
import { type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import type { Decision, Reservation } from './reservation.ts';

type StoredReservation = Reservation & { version: number; events: RecordedEvent[]; revision: number };

const reservationKey = (orderId: string) => ({ pk: `RESERVATION#${orderId}` });

/** Writes the first row of an order's reservation; resolves to the one that stands, this or an earlier one. */
export async function openReservation(reservation: Reservation): Promise<Reservation> {
  const row = { ...reservation, version: 0, events: [], revision: 1 };
  if (await putReservation(row, 'attribute_not_exists(pk)')) return row;
  return readReservation(reservation.order_id);
}

async function readReservation(orderId: string): Promise<StoredReservation> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: reservationKey(orderId), ConsistentRead: true }),
  );
  if (!Item) throw new Error(`Nothing was ever reserved for order ${orderId}.`);
  return Item as StoredReservation;
}

/**
 * Applies a rule to the reservation and writes what it decides, with its events, unless the reservation changed in
 * between: then the rule is asked again. Resolves to the reservation, or to `null` when the rule refuses.
 */
export async function changeReservation(
  orderId: string,
  rule: (reservation: Reservation) => Decision | null,
  { cause, now }: { cause: Cause; now: Date },
): Promise<Reservation | null> {
  for (;;) {
    const before = await readReservation(orderId);
    const decision = rule(before);
    if (!decision) return null;
    if (decision.reservation.status === before.status) return before;
    const events = [...before.events, ...recorded(decision.facts, cause, now)];
    const after = { ...decision.reservation, events, version: events.length, revision: before.revision + 1 };
    if (await putReservation(after, 'revision = :before', { ':before': before.revision })) return after;
  }
}

async function putReservation(
  reservation: StoredReservation,
  ConditionExpression: string,
  ExpressionAttributeValues?: Record<string, unknown>,
): Promise<boolean> {
  const Item = { ...reservation, ...reservationKey(reservation.order_id) };
  try {
    await documents.send(
      new PutCommand({ TableName: tableName(), Item, ConditionExpression, ExpressionAttributeValues }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
