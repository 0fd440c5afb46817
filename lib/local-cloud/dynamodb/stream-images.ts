import type { Attributes } from './shapes.ts';

type AttributeValue = { M?: Attributes; L?: AttributeValue[]; [type: string]: unknown };

/** An image as AWS writes it: DynamoDB Local leaves `{}` in its stream where the value is an empty map. */
export function withEmptyMaps(image: Attributes): Attributes {
  const entries = Object.entries(image) as [string, AttributeValue][];
  return Object.fromEntries(entries.map(([name, value]) => [name, attribute(value)])) as Attributes;
}

function attribute(value: AttributeValue): AttributeValue {
  if (value.M) return { M: withEmptyMaps(value.M) };
  if (value.L) return { L: value.L.map(attribute) };
  return Object.keys(value).length === 0 ? { M: {} } : value;
}
