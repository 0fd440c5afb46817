import type { QueryDialect } from '../core/service.ts';

type Fields = Record<string, unknown>;

/** The Query protocol names a list after its elements; JSON, which SQS speaks as well, names it itself. */
const LISTS: Record<string, string> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};

/** Maps are lists of `Name` and `Value`, those of tags of `Key` and `Value`. */
const MAPS: Record<string, string> = {
  Attribute: 'Attributes',
  MessageAttribute: 'MessageAttributes',
  MessageSystemAttribute: 'MessageSystemAttributes',
};

/** How SDKs and AWS CLIs from before November 2023 speak to SQS. */
export const SQS_QUERY: QueryDialect = {
  apiVersion: '2012-11-05',
  xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
  flattened: true,
  input(fields, { action, path }) {
    // A request may be sent to the URL of the queue instead of naming it.
    const queue = path === '/' ? {} : { QueueUrl: path };
    return { ...queue, ...readFields(fields, action === 'CreateQueue' ? 'tags' : 'Tags') };
  },
  output: (output, action) => writeFields(output, `${action}ResultEntry`),
};

function readFields(fields: Fields, tags: string): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (name === 'Tag' || name === 'Tags') return [tags, readMap(value)];
      if (MAPS[name]) return [MAPS[name], readMap(value)];
      if (!LISTS[name]) return [name, value];
      return [LISTS[name], [value].flat().map((element) => (isFields(element) ? readFields(element, tags) : element))];
    }),
  );
}

function readMap(value: unknown): Fields {
  const entries = [value].flat().filter(isFields);
  return Object.fromEntries(entries.map((entry) => [entry.Name ?? entry.Key, entry.Value]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function writeFields(fields: Fields, entry: string): Fields {
  const names: Record<string, string> = {
    QueueUrls: 'QueueUrl',
    queueUrls: 'QueueUrl',
    Messages: 'Message',
    Successful: entry,
    Failed: 'BatchResultErrorEntry',
    Results: entry,
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (name === 'Tags') return ['Tag', writeMap(value as Fields, 'Key')];
      if (name === 'Attributes') return ['Attribute', writeMap(value as Fields, 'Name')];
      if (name === 'MessageAttributes') return ['MessageAttribute', writeMap(value as Fields, 'Name')];
      if (!Array.isArray(value)) return [name, value];
      return [names[name] ?? name, value.map((item) => (isFields(item) ? writeFields(item, entry) : item))];
    }),
  );
}

function writeMap(map: Fields, key: 'Name' | 'Key'): Fields[] {
  return Object.entries(map).map(([name, value]) => ({ [key]: name, Value: value }));
}
