import { invalidParameter } from './errors.ts';
import { isBinary, type MessageAttribute, type MessageAttributes } from './message.ts';

const MOST_ATTRIBUTES = 10;
const NAME = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/;
const RESERVED_PREFIX = /^(aws|amazon)\./i;
const TYPE = /^(String|Number|Binary)(\..+)?$/;

/** Checks the attributes of a message that is sent, as SQS does, and brings binary values into base64. */
export function checkAttributes(input: Record<string, unknown> = {}): MessageAttributes {
  const names = Object.keys(input);
  if (names.length > MOST_ATTRIBUTES) {
    throw invalidParameter(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`);
  }
  return Object.fromEntries(names.map((name) => [name, checkAttribute(name, input[name] as MessageAttribute)]));
}

function checkAttribute(name: string, attribute: MessageAttribute): MessageAttribute {
  if (!NAME.test(name) || RESERVED_PREFIX.test(name)) {
    throw invalidParameter(`Message (user) attribute name '${name}' is invalid.`);
  }
  const type = attribute.DataType;
  if (!type) throw invalidParameter(`The message attribute '${name}' must contain a non-empty message attribute type.`);
  if (!TYPE.test(type)) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const checked = isBinary(attribute)
    ? { DataType: type, BinaryValue: toBase64(attribute.BinaryValue) }
    : { DataType: type, StringValue: attribute.StringValue };
  if (!(checked.BinaryValue ?? checked.StringValue)) {
    throw invalidParameter(
      `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (type.startsWith('Number') && Number.isNaN(Number(attribute.StringValue))) {
    throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
  }
  return checked;
}

// Calls from inside may carry bytes; over the wire they are base64 already.
function toBase64(value: string | Uint8Array | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : Buffer.from(value).toString('base64');
}

/** Whether an attribute is among those asked for: `All`, `.*`, a name, or `prefix.*`. */
export function isRequested(name: string, requested: string[]): boolean {
  return requested.some((pattern) => {
    if (pattern === 'All' || pattern === '.*' || pattern === name) return true;
    return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1));
  });
}
