import { createHash } from 'node:crypto';

/** A message attribute as the API has it; binary values are base64 in JSON. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttribute>;

/** A message as a queue keeps it. Times are milliseconds since the epoch. */
export interface StoredMessage {
  id: string;
  body: string;
  md5OfBody: string;
  attributes: MessageAttributes;
  traceHeader?: string;
  senderId: string;
  sentAt: number;
  /** When it came into this queue; differs from `sentAt` in a dead-letter queue. */
  enqueuedAt: number;
  /** The retention period counts from here: a standard dead-letter queue goes on counting from the first send. */
  retainedFrom: number;
  /** Receives in all queues, which is what consumers are told. */
  receiveCount: number;
  /** Receives in this queue, which is what the redrive policy counts. */
  receivesHere: number;
  firstReceivedAt?: number;
  receivedAt?: number;
  receiptHandle?: string;
  state: 'available' | 'delayed' | 'in-flight';
  /** When a delayed message or one in flight becomes available. */
  visibleAt: number;
  groupId?: string;
  deduplicationId?: string;
  sequenceNumber?: string;
  /** The queue that gave the message up into this dead-letter queue. */
  deadLetterSourceArn?: string;
}

export function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

// How the digest tells the two kinds of values apart.
const STRING_VALUE = Buffer.from([1]);
const BINARY_VALUE = Buffer.from([2]);

/** The digest that SDKs compare: name, type and value of each attribute, each with its length, sorted by name. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name] as MessageAttribute;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(isBinary(attribute) ? BINARY_VALUE : STRING_VALUE);
    add(valueBytes(attribute));
  }
  return hash.digest('hex');
}

/** What counts against the size limits: the body and the names, types and values of the attributes. */
export function sizeInBytes(body: string, attributes: MessageAttributes): number {
  let size = Buffer.byteLength(body);
  for (const [name, attribute] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length;
  }
  return size;
}

export function isBinary(attribute: MessageAttribute): boolean {
  return attribute.DataType.startsWith('Binary');
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return isBinary(attribute)
    ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
    : Buffer.from(attribute.StringValue ?? '');
}
