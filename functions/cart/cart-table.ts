import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, putRevision, readRow, tableName } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import { type Cart, type Decision, emptyCart } from './cart.ts';

/** A cart with the events of its last write. `version` counts its events, `revision` its writes. */
export type StoredCart = Cart & { version: number; events: RecordedEvent[]; revision: number };

/** What stands in the place of an erased user's cart for a while. */
interface Tombstone {
  erased: true;
  expires_at_seconds: number;
}

/** Longer than any token lives (an hour): then nobody is left who could fill the cart of an erased user again. */
const TOMBSTONE_SECONDS = 24 * 3_600;

const cartKey = (userId: string) => ({ pk: `CART#${userId}` });

async function readRowOf(userId: string): Promise<StoredCart | Tombstone> {
  const row = await readRow<StoredCart | Tombstone>(cartKey(userId));
  return row ?? { ...emptyCart(userId), version: 0, events: [], revision: 0 };
}

/** An empty cart for a user who has none. */
export async function readCart(userId: string): Promise<Cart> {
  const row = await readRowOf(userId);
  return 'erased' in row ? emptyCart(userId) : row;
}

/**
 * Applies a rule to the cart and writes what it decides, with its events, unless the cart changed in between: then the
 * rule is asked again. Resolves to the decision that was written. Throws {@link NotFound} when the user was erased.
 */
export async function changeCart<Decided extends Decision>(
  userId: string,
  rule: (cart: StoredCart) => Decided | Promise<Decided>,
  { cause, now }: { cause: Cause; now: Date },
): Promise<Decided> {
  for (;;) {
    const before = await readRowOf(userId);
    if ('erased' in before) throw new NotFound('user');
    const decision = await rule(before);
    if (decision.cart === before) return decision;
    const events = recorded(decision.facts, cause, now);
    const counts = { version: before.version + events.length, revision: before.revision + 1 };
    if (await putRevision({ ...decision.cart, events, ...counts, ...cartKey(userId) })) return decision;
  }
}

/** Erases all that is known of a user. What is under way meanwhile meets the tombstone instead of starting anew. */
export async function eraseCart(userId: string, now: Date): Promise<void> {
  const expires_at_seconds = Math.floor(now.getTime() / 1_000) + TOMBSTONE_SECONDS;
  const tombstone: Tombstone = { erased: true, expires_at_seconds };
  await documents.send(new PutCommand({ TableName: tableName(), Item: { ...cartKey(userId), ...tombstone } }));
}
