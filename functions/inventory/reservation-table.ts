import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause, Fact } from '#events/event.ts';
import { InventoryReservationFailed } from '#events/inventory-events.ts';
import { documents, putRevision, readRow, revisionPut, tableName } from '#lib/runtime/aws/table.ts';
import { type TransactWrite, writeTogether } from '#lib/runtime/aws/transaction.ts';
import { countMetric } from '#lib/runtime/metrics.ts';
import { type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import { type Decision, isOpen, type Reservation } from './reservation.ts';
import { spread } from './spread.ts';

type StoredReservation = Reservation & {
  version: number;
  events: RecordedEvent[];
  revision: number;
  /** What asked for the reservation. */
  cause: Cause;
};

export interface Change {
  /** What asked for it; the same as for the reservation itself unless said otherwise. */
  cause?: Cause;
  now: Date;
  /** Writes that happen with this one or not at all. */
  alongside?: (reservation: Reservation) => TransactWrite[];
}

/** The index of open reservations is spread over so many partitions: one takes a thousand writes a second. */
const DUE_BUCKETS = 16;
/** The sweep takes so many from each bucket a time; the rest is there a minute later. */
const DUE_AT_A_TIME = 50;

const reservationKey = (orderId: string) => ({ pk: `RESERVATION#${orderId}` });

/** Writes the first row of an order's reservation; resolves to the one that stands, this or an earlier one. */
export async function openReservation(reservation: Reservation, cause: Cause): Promise<Reservation> {
  const row = { ...reservation, version: 0, events: [], revision: 1, cause };
  if (await putRevision(rowOf(row))) return row;
  return readReservation(reservation.order_id);
}

async function readReservation(orderId: string): Promise<StoredReservation> {
  const reservation = await readRow<StoredReservation>(reservationKey(orderId));
  if (!reservation) throw new Error(`Nothing was ever reserved for order ${orderId}.`);
  return reservation;
}

/**
 * Applies a rule to the reservation and writes what it decides, with its events, unless the reservation changed in
 * between: then the rule is asked again. Resolves to the reservation, or to `null` when the rule refuses.
 */
export async function changeReservation<Decided extends Decision | null>(
  orderId: string,
  rule: (reservation: Reservation) => Decided,
  { cause, now, alongside = () => [] }: Change,
): Promise<Reservation | Extract<Decided, null>> {
  for (;;) {
    const before = await readReservation(orderId);
    const decision = rule(before);
    if (!decision) return decision as Extract<Decided, null>;
    if (decision.reservation === before) return before;
    const events = [...before.events, ...recorded(decision.facts, cause ?? before.cause, now)];
    const after = { ...before, ...decision.reservation, events, version: events.length, revision: before.revision + 1 };
    if (!(await replaceReservation(after, alongside(after)))) continue;
    if (decision.facts.some(isRefusal)) countMetric('StockRefused');
    return after;
  }
}

const isRefusal = ({ event_type }: Fact) => event_type === InventoryReservationFailed.type;

async function replaceReservation(reservation: StoredReservation, alongside: TransactWrite[]): Promise<boolean> {
  const row = rowOf(reservation);
  if (alongside.length === 0) return putRevision(row);
  const together = [{ Put: revisionPut(row) }, ...alongside].map((write, index) => [index, write]);
  return (await writeTogether(Object.fromEntries(together))) === undefined;
}

function rowOf(reservation: StoredReservation) {
  const { order_id } = reservation;
  // Only open reservations are in the index of what is due: the others lack its partition key.
  const due_bucket = isOpen(reservation) ? bucketOf(order_id) : undefined;
  return { ...reservation, ...reservationKey(order_id), due_bucket };
}

/** Orders whose reservations are open and due, oldest first in each bucket. */
export async function dueReservations(now: Date): Promise<string[]> {
  const buckets = Array.from({ length: DUE_BUCKETS }, (_, bucket) => dueInBucket(`due#${bucket}`, now));
  return (await Promise.all(buckets)).flat();
}

async function dueInBucket(bucket: string, now: Date): Promise<string[]> {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: 'by-due',
      KeyConditionExpression: 'due_bucket = :bucket AND due_at <= :now',
      ExpressionAttributeValues: { ':bucket': bucket, ':now': now.toISOString() },
      Limit: DUE_AT_A_TIME,
    }),
  );
  return Items.map(({ pk }) => orderIdOf(pk));
}

const orderIdOf = (pk: string) => pk.slice(reservationKey('').pk.length);

function bucketOf(orderId: string): string {
  return `due#${spread(orderId, DUE_BUCKETS)}`;
}
