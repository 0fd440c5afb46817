import type { Money } from '#events/money.ts';

export interface ChargeRequest {
  amount: Money;
  payment_method: string;
  webhook_url: string;
}

/** What was done under one idempotency key. `void`: called off before there was a charge. */
export interface Entry extends Partial<ChargeRequest> {
  key: string;
  status: 'charged' | 'declined' | 'refunded' | 'void';
  charge_id?: string;
  /** Tells whether a request under the same key is the same request. */
  fingerprint?: string;
  /** All that happened to the charge, the oldest first, each to be told by webhook. None for what was called off. */
  events?: ChargeEvent[];
  /** How many events there are. */
  version?: number;
}

export interface ChargeEvent {
  event_id: string;
  type: 'charge.succeeded' | 'charge.failed' | 'charge.refunded';
  created_at: string;
}

/** `card_flaky` fails this often, then works. */
export const FLAKY_FAILURES = 2;
/** What comes late comes after so long, s: by then a shop has given the money back. At most 900, by SQS. */
const LATE_SECONDS = 60;

/** The first entry under a key. */
export function charged(key: string, charge_id: string, request: ChargeRequest, now: Date): Entry {
  const isGood = ['card_ok', 'card_flaky', 'card_timeout', 'card_late'].includes(request.payment_method);
  const entry: Entry = { key, charge_id, status: isGood ? 'charged' : 'declined', ...request };
  return withEvent(entry, isGood ? 'charge.succeeded' : 'charge.failed', now);
}

export function refunded(entry: Entry, now: Date): Entry {
  return withEvent({ ...entry, status: 'refunded' }, 'charge.refunded', now);
}

/** `card_late` is charged even when that was called off before, as where the banks have a charge under way already. */
export function ignoresVoid(payment_method: string): boolean {
  return payment_method === 'card_late';
}

/** For how long the news of a charge is held back, s. */
export function newsDelay({ payment_method = '' }: Entry, { type }: ChargeEvent): number {
  return type === 'charge.succeeded' && ['card_timeout', 'card_late'].includes(payment_method) ? LATE_SECONDS : 0;
}

function withEvent(entry: Entry, type: ChargeEvent['type'], now: Date): Entry {
  const version = (entry.version ?? 0) + 1;
  const event = { event_id: `evt_${entry.charge_id}_${version}`, type, created_at: now.toISOString() };
  return { ...entry, version, events: [...(entry.events ?? []), event] };
}
