import { AwsError } from './aws-error.ts';

/**
 * The type of a member of an input. A `time` is a number or text, a `blob` base64 text or bytes; `[type]` is a list of
 * such elements, a nested shape a structure, and `map` any object.
 */
export type MemberType = 'string' | 'number' | 'boolean' | 'time' | 'blob' | 'map' | [MemberType] | InputShape;

/** The members of the inputs of a service. They are told by name alone: no service uses a name for two types. */
export interface InputShape {
  [member: string]: MemberType;
}

const ACCEPTED: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'number' || typeof value === 'string' || value instanceof Date,
  blob: (value) => typeof value === 'string' || value instanceof Uint8Array,
  map: isStructure,
};

/**
 * Throws SerializationException when a member has another type than the API says. Members that the shape does not know
 * are left to the action, which may refuse them by name.
 */
export function checkInputTypes(input: object, shape: InputShape): void {
  for (const [name, value] of Object.entries(input)) {
    const type = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (type !== undefined && value !== null && value !== undefined) checkMember(value, type);
  }
}

function checkMember(value: unknown, type: MemberType): void {
  if (typeof type === 'string') {
    if (!ACCEPTED[type]?.(value)) throw wrongType(value, type);
  } else if (Array.isArray(type)) {
    if (!Array.isArray(value)) throw wrongType(value, 'list');
    for (const element of value) checkMember(element, type[0]);
  } else {
    if (!isStructure(value)) throw wrongType(value, 'structure');
    checkInputTypes(value as object, type);
  }
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function wrongType(value: unknown, type: string): AwsError {
  if (Array.isArray(value)) return new AwsError('SerializationException', 'Start of list found where not expected');
  if (typeof value === 'object') {
    return new AwsError('SerializationException', 'Start of structure or map found where not expected.');
  }
  const [from, to] = [typeof value, type].map((name) => (name === 'map' ? 'Map' : capital(name)));
  return new AwsError('SerializationException', `${from?.toUpperCase()}_VALUE can not be converted to a ${to}`);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Gives the members of an input of the Query protocol, which are all text, the types that they have in JSON. */
export function typedFromText(input: Record<string, unknown>, shape: InputShape): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const type = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return [name, type === undefined ? value : memberFromText(value, type)];
    }),
  );
}

function memberFromText(value: unknown, type: MemberType): unknown {
  if (Array.isArray(type)) return [value].flat().map((element) => memberFromText(element, type[0]));
  if (typeof type === 'object') {
    return isStructure(value) ? typedFromText(value as Record<string, unknown>, type) : value;
  }
  if (typeof value !== 'string') return value;
  if (type === 'boolean') return value === 'true';
  if (type !== 'number') return value;
  const number = Number(value);
  if (value.trim() !== '' && !Number.isNaN(number)) return number;
  throw new AwsError('MalformedInput', `${value} is not a number.`);
}
