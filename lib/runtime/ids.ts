import { createHash, randomUUID } from 'node:crypto';

export function newId(): string {
  return randomUUID();
}

/**
 * The id of what a request with an Idempotency-Key makes: the same user and key give the same id, so a repeated
 * request meets the row of the first one and no separate record of keys is needed.
 */
export function idFromKey(scope: string, idempotencyKey: string): string {
  const hex = createHash('sha256').update(`${scope}\0${idempotencyKey}`).digest('hex');
  // Written as a UUID of version 8 (RFC 9562: "vendor specific").
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Whether {@link idFromKey} may have made the id. */
export function isIdFromKey(id: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/.test(id);
}

/** Tells whether two requests are the same; property order does not matter. */
export function fingerprint(request: unknown): string {
  return createHash('sha256').update(canonicalJson(request)).digest('base64url');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
