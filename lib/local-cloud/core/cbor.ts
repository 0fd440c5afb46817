import { AwsError } from './aws-error.ts';

/** What ends an array, a map or a string of indefinite length. */
const BREAK = Symbol('break');
const INDEFINITE = 31;
const TAG_EPOCH_SECONDS = 1;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const FLOAT_64 = 0xfb;

/** Writes CBOR (RFC 8949) as the Smithy RPC v2 protocol uses it: times are seconds since the epoch with tag 1. */
export function encodeCbor(value: unknown): Buffer {
  return Buffer.concat([...chunksOf(value)]);
}

function* chunksOf(value: unknown): Generator<Uint8Array> {
  if (value === undefined || value === null) return yield Buffer.of(NULL);
  if (typeof value === 'boolean') return yield Buffer.of(value ? TRUE : FALSE);
  if (typeof value === 'number') return yield number(value);
  if (value instanceof Date) return yield Buffer.concat([head(6, TAG_EPOCH_SECONDS), number(value.getTime() / 1000)]);
  if (value instanceof Uint8Array) return yield Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) {
    yield head(4, value.length);
    for (const element of value) yield* chunksOf(element);
    return;
  }
  if (typeof value !== 'object') return yield text(String(value));
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  yield head(5, entries.length);
  for (const [name, member] of entries) {
    yield text(name);
    yield* chunksOf(member);
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([head(3, bytes.length), bytes]);
}

function number(value: number): Buffer {
  if (Number.isSafeInteger(value)) return value < 0 ? head(1, -1 - value) : head(0, value);
  const bytes = Buffer.alloc(9);
  bytes[0] = FLOAT_64;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.of((major << 5) | argument);
  const size = argument < 0x100 ? 1 : argument < 0x1_0000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8;
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = (major << 5) | (24 + Math.log2(size));
  if (size === 8) bytes.writeBigUInt64BE(BigInt(argument), 1);
  else bytes.writeUIntBE(argument, 1, size);
  return bytes;
}

/** Reads one CBOR value. Throws SerializationException when the bytes are anything else. */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = new CborReader(bytes);
  const value = reader.read();
  if (value === BREAK || !reader.atEnd) throw malformed('it does not hold exactly one value');
  return value;
}

function malformed(reason: string): AwsError {
  return new AwsError('SerializationException', `The request body is not valid CBOR: ${reason}.`);
}

class CborReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  read(): unknown {
    const initial = this.#take(1).readUInt8();
    const major = initial >> 5;
    const additional = initial & 0x1f;
    if (major === 7) return this.#simple(additional);
    const argument = additional === INDEFINITE ? undefined : this.#argument(additional);
    if (argument === undefined && (major < 2 || major === 6)) throw malformed('a number has no end');
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - (argument ?? 0);
      case 2:
        return this.#string(2, argument);
      case 3:
        return this.#string(3, argument).toString('utf8');
      case 4:
        return this.#items(argument);
      case 5:
        return this.#map(argument);
      default:
        return tagged(argument ?? 0, this.read());
    }
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw malformed('it ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #argument(additional: number): number {
    if (additional < 24) return additional;
    if (additional === 27) return Number(this.#take(8).readBigUInt64BE());
    if (additional > 27) throw malformed('a length is reserved');
    const size = 2 ** (additional - 24);
    return this.#take(size).readUIntBE(0, size);
  }

  #simple(additional: number): unknown {
    if (additional === INDEFINITE) return BREAK;
    if (additional === 25) return halfFloat(this.#take(2).readUInt16BE());
    if (additional === 26) return this.#take(4).readFloatBE();
    if (additional === 27) return this.#take(8).readDoubleBE();
    if (additional === (FALSE & 0x1f)) return false;
    if (additional === (TRUE & 0x1f)) return true;
    return undefined;
  }

  #string(major: number, length: number | undefined): Buffer {
    if (length !== undefined) return this.#take(length);
    const chunks: Buffer[] = [];
    for (let initial = this.#take(1).readUInt8(); initial !== 0xff; initial = this.#take(1).readUInt8()) {
      if (initial >> 5 !== major || (initial & 0x1f) === INDEFINITE) throw malformed('a string is broken');
      chunks.push(this.#take(this.#argument(initial & 0x1f)));
    }
    return Buffer.concat(chunks);
  }

  #items(length: number | undefined): unknown[] {
    const items: unknown[] = [];
    while (items.length !== length) {
      const item = this.read();
      if (item === BREAK && length === undefined) break;
      if (item === BREAK) throw malformed('a list ends too early');
      items.push(item);
    }
    return items;
  }

  #map(length: number | undefined): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (entries.length !== length) {
      const name = this.read();
      if (name === BREAK && length === undefined) break;
      if (typeof name !== 'string') throw malformed('a map has a key that is not text');
      const value = this.read();
      if (value === BREAK) throw malformed('a map ends too early');
      entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  }
}

function tagged(tag: number, value: unknown): unknown {
  if (value === BREAK) throw malformed('a tag has no value');
  if (tag !== TAG_EPOCH_SECONDS) return value;
  if (typeof value !== 'number') throw malformed('a time is not a number');
  return new Date(value * 1000);
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
