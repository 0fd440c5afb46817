import { EventMetadata } from '#events/event.ts';
import { Components } from './components.ts';
import type { DescribedEvent } from './events.ts';
import { type JsonSchema, toJsonSchema } from './json-schema.ts';
import type { EventSubscription } from './templates.ts';

export interface AsyncApi {
  asyncapi: string;
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
  operations: Record<string, object>;
  components: { messages: Record<string, AsyncApiMessage>; schemas: Record<string, JsonSchema> };
  [field: string]: unknown;
}

export interface AsyncApiMessage {
  name: string;
  payload: JsonSchema;
  [field: string]: unknown;
}

const DESCRIPTION = `What the services say to each other, generated from the contracts in events/. Each event is published
to the event bus by one service; a rule puts it into a queue of each subscriber. Events arrive at least once and in any
order: metadata.event_id is the same however often one comes, metadata.aggregate_version counts what happened to an
aggregate.`;

/** The AsyncAPI 3.0 document of these events and of who listens to them. */
export function asyncApiOf(events: DescribedEvent[], subscriptions: EventSubscription[], version: string): AsyncApi {
  const components = new Components();
  for (const event of events) {
    components.add({ name: `${event.name}Data`, service: event.service, schema: dataOf(event) });
  }
  components.lift();
  return {
    asyncapi: '3.0.0',
    info: { title: 'Bazaar', version, description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(typesOf(events).map((type) => [type, channelOf(type, events)])),
    operations: { ...publishing(events), ...receiving(events, subscriptions) },
    components: {
      messages: Object.fromEntries(events.map((event) => [event.name, messageOf(event, components)])),
      schemas: { EventMetadata: toJsonSchema(EventMetadata, 'output'), ...components.schemas },
    },
  };
}

function typesOf(events: DescribedEvent[]): string[] {
  return [...new Set(events.map(({ contract }) => contract.type))];
}

function dataOf({ contract }: DescribedEvent): JsonSchema {
  return toJsonSchema(contract.data, 'output');
}

/** The detail-type is the channel; versions of an event that are published side by side are its messages. */
function channelOf(type: string, events: DescribedEvent[]) {
  const messages = events.filter(({ contract }) => contract.type === type).map(({ name }) => name);
  return {
    address: type,
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
  };
}

function messageOf({ name, service, description, contract }: DescribedEvent, components: Components): AsyncApiMessage {
  const { source, type, version } = contract;
  const metadata = {
    allOf: [
      { $ref: '#/components/schemas/EventMetadata' },
      {
        type: 'object',
        properties: { version: { const: version }, producer: { const: source }, event_type: { const: type } },
      },
    ],
  };
  const data = components.refTo(service, toJsonSchema(contract.data, 'output'));
  return {
    name: type,
    title: name,
    summary: description,
    contentType: 'application/json',
    headers: {
      type: 'object',
      properties: { source: { const: source }, 'detail-type': { const: type } },
      required: ['source', 'detail-type'],
    },
    payload: { type: 'object', properties: { metadata, data }, required: ['metadata', 'data'] },
  };
}

function publishing(events: DescribedEvent[]): Record<string, object> {
  const operations = typesOf(events).map((type): [string, object] => {
    const service = events.find(({ contract }) => contract.type === type)?.service ?? '';
    return [`${service}:publish:${type}`, operation('send', service, type)];
  });
  return Object.fromEntries(operations);
}

function receiving(events: DescribedEvent[], subscriptions: EventSubscription[]): Record<string, object> {
  const published = new Set(typesOf(events));
  const operations = subscriptions.flatMap(({ service, name, types }) =>
    types.map((type): [string, object] => {
      if (!published.has(type)) throw new Error(`${service} subscribes to ${type}, which nobody publishes.`);
      return [`${service}:${name}:${type}`, operation('receive', service, type)];
    }),
  );
  return Object.fromEntries(operations);
}

function operation(action: 'send' | 'receive', service: string, type: string) {
  return { action, channel: { $ref: `#/channels/${type}` }, tags: [{ name: service }] };
}
