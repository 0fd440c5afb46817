import { readFileSync } from 'node:fs';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { EventEnvelope } from '#events/event.ts';
import { eventsAdded, type OutboxRow } from '#lib/runtime/outbox.ts';
import { consumersOf } from './edges.ts';
import type { Operator } from './operator.ts';

/** An event as the rules of a bus see it. */
export interface BusEvent {
  source: string;
  'detail-type': string;
  detail: unknown;
  [field: string]: unknown;
}

const EVENT_ID = /^(.+)#(\d+)$/;

/** @param said an event's id such as `ORDER#<id>#1`, a file that holds an event, or `-` for what comes in */
export async function findBusEvent(operator: Operator, said: string): Promise<BusEvent> {
  const [, aggregateId, version] = EVENT_ID.exec(said) ?? [];
  if (aggregateId) return fromRow(operator, aggregateId, Number(version));
  return toBusEvent(JSON.parse(readFile(said)));
}

function readFile(name: string): string {
  try {
    return readFileSync(name === '-' ? 0 : name, 'utf8');
  } catch (cause) {
    throw new Error(`"${name}" is neither the id of an event, such as ORDER#<order id>#1, nor a file.`, { cause });
  }
}

/** Takes what the bus delivers, what a relay publishes, and what `failed --full --json` says is in a message. */
export function toBusEvent(content: unknown): BusEvent {
  const { body, detail, metadata, ...rest } = (content ?? {}) as Record<string, unknown>;
  if (typeof body === 'string') return toBusEvent(JSON.parse(body));
  if (detail) return { ...rest, detail } as BusEvent;
  if (metadata) return fromEnvelope(content as EventEnvelope<unknown>);
  throw new Error('This is no event: it has neither "detail" nor "metadata".');
}

function fromEnvelope(detail: EventEnvelope<unknown>): BusEvent {
  const { producer: source, event_type, occurred_at: time } = detail.metadata;
  return { version: '0', source, 'detail-type': event_type, time, resources: [], detail };
}

/** The archive can be brought back but not be searched; the row of the aggregate has its last events, or all of them. */
async function fromRow(operator: Operator, aggregateId: string, version: number): Promise<BusEvent> {
  const found = await Promise.all((await outboxes(operator)).map((outbox) => rowIn(operator, outbox, aggregateId)));
  const [row] = found.flatMap((one) => one ?? []);
  if (!row) throw new Error(`No service of stage ${operator.stage} has a row ${aggregateId}.`);
  const [event] = eventsAdded({ version: version - 1 }, row, row.producer);
  if (event?.metadata.aggregate_version === version) return fromEnvelope(event);
  const kept = `${row.version - row.events.length + 1} to ${row.version}`;
  throw new Error(`The row ${aggregateId} has events ${kept} only: give the event in a file.`);
}

interface Outbox {
  TableName: string;
  producer: string;
}

/** The tables whose changes are published, and under whose name. */
async function outboxes(operator: Operator): Promise<Outbox[]> {
  const { mappings } = await consumersOf(operator);
  const ofTables = mappings.filter(({ EventSourceArn }) => EventSourceArn?.startsWith('arn:aws:dynamodb:'));
  const found = ofTables.map(async ({ EventSourceArn = '', FunctionArn }): Promise<Outbox> => {
    const relay = await operator.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: FunctionArn }));
    const producer = relay.Environment?.Variables?.EVENT_SOURCE ?? '';
    return { TableName: EventSourceArn.split('/')[1] ?? '', producer };
  });
  return (await Promise.all(found)).filter(({ producer }) => producer);
}

async function rowIn({ database }: Operator, { TableName, producer }: Outbox, pk: string) {
  const { Item } = await database.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }));
  const row = Item && (unmarshall(Item) as OutboxRow);
  return row?.version ? { ...row, producer } : undefined;
}
