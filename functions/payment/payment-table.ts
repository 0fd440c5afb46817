import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, isConditionFailure, tableName } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { type OutboxRow, type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import type { Decision, Payment } from './payment.ts';

export type StoredPayment = Payment & { version: number; events: RecordedEvent[]; revision: number };

const paymentKey = (orderId: string) => ({ pk: `PAYMENT#${orderId}` });

/** Writes the first row of an order's payment; resolves to the one that stands, this or an earlier one. */
export async function openPayment(payment: Payment): Promise<StoredPayment> {
  const row = { ...payment, version: 0, events: [], revision: 1 };
  const Item = { ...paymentKey(payment.order_id), ...row };
  try {
    await documents.send(
      new PutCommand({ TableName: tableName(), Item, ConditionExpression: 'attribute_not_exists(pk)' }),
    );
    return row;
  } catch (error) {
    if (isConditionFailure(error)) return readPayment(payment.order_id);
    throw error;
  }
}

/** Throws {@link NotFound} when the order has never come to its payment. */
export async function readPayment(orderId: string): Promise<StoredPayment> {
  const payment = await findPayment(orderId);
  if (!payment) throw new NotFound('payment');
  return payment;
}

export async function findPayment(orderId: string): Promise<StoredPayment | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: paymentKey(orderId), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const { pk: _pk, ...payment } = Item as StoredPayment & OutboxRow;
  return payment as StoredPayment;
}

/**
 * Applies a rule to the payment and writes what it decides, with its events, unless the payment changed in between:
 * then the rule is asked again. Resolves to the payment, or to `null` when the rule refuses.
 */
export async function changePayment(
  orderId: string,
  rule: (payment: Payment) => Decision | null,
  { cause, now }: { cause: Cause; now: Date },
): Promise<StoredPayment | null> {
  for (;;) {
    const before = await readPayment(orderId);
    const decision = rule(before);
    if (!decision) return null;
    if (decision.payment === before) return before;
    const events = [...before.events, ...recorded(decision.facts, cause, now)];
    const after = { ...decision.payment, events, version: events.length, revision: before.revision + 1 };
    if (await replacePayment(after, before.revision)) return after;
  }
}

async function replacePayment(payment: StoredPayment, revisionBefore: number): Promise<boolean> {
  try {
    await documents.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...paymentKey(payment.order_id), ...payment },
        ConditionExpression: 'revision = :before',
        ExpressionAttributeValues: { ':before': revisionBefore },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
