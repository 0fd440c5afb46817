import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { idFromKey } from '#lib/runtime/ids.ts';
import { whereToCall } from '../where-to-call.ts';
import { idOf } from './stage.ts';

/** An event as it stands in a row. Of its data only what {@link eventEntries} names is ever shown. */
export interface RowEvent {
  event_type: string;
  occurred_at: string;
  correlation_id?: string;
  data: Record<string, unknown>;
}

export interface Row {
  pk: string;
  status: string;
  version: number;
  events: RowEvent[];
  [field: string]: unknown;
}

export interface OrderRow extends Row {
  order_id: string;
  created_at: string;
  reason?: string | null;
  given_up_while?: 'pending' | 'cancelling' | null;
}

/** A line of the sandbox's ledger: what the payment provider says itself. */
export interface LedgerRow {
  status?: string;
  events?: { type: string; created_at: string }[];
}

/** What the services keep of one order. */
export interface OrderRows {
  order: OrderRow;
  reservation?: Row;
  payment?: Row;
  ledger?: LedgerRow;
  notifications: Row[];
  /** What could not be looked at, and why. */
  unseen: string[];
}

/** Events of the order and of its payment that a customer may be told of. */
const CHANNEL = 'email';

/** Reads rows by their keys; those of other services than order may be missing. */
export async function readRows(stage: string, orderId: string): Promise<OrderRows> {
  const unseen: string[] = [];
  const order = await rowOf<OrderRow>({ stage, service: 'order', pk: `ORDER#${orderId}` });
  if (!order) throw new Error(`There is no order ${orderId} in the stage ${stage}.`);
  const look = async <T>(service: string, pk: string): Promise<T | undefined> => {
    try {
      return await rowOf<T>({ stage, service, pk });
    } catch (error) {
      unseen.push(`${service}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const [reservation, payment, ledger] = await Promise.all([
    look<Row>('inventory', `RESERVATION#${orderId}`),
    look<Row>('payment', `PAYMENT#${orderId}`),
    look<LedgerRow>('sandbox', `CHARGE#${orderId}`),
  ]);
  const told = await Promise.all(
    [order, payment].flatMap(eventIds).map((id) => look<Row>('notification', notificationKey(id))),
  );
  return { order, reservation, payment, ledger, notifications: told.filter((row) => row !== undefined), unseen };
}

function eventIds(row: Row | undefined): string[] {
  return (row?.events ?? []).map((_, index) => `${row?.pk}#${index + 1}`);
}

/** The notification service makes its ids of the event and the channel. */
function notificationKey(eventId: string): string {
  return `NOTIFICATION#${idFromKey(eventId, CHANNEL)}`;
}

async function rowOf<T>({ stage, service, pk }: Record<'stage' | 'service' | 'pk', string>): Promise<T | undefined> {
  const TableName = await idOf(stage, service, 'table-name');
  const { Item } = await documents().send(new GetCommand({ TableName, Key: { pk }, ConsistentRead: true }));
  return Item as T | undefined;
}

export function documents(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(whereToCall()));
}
