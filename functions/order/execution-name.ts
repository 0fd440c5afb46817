import type { Cause } from '#events/event.ts';
import { fingerprint } from '#lib/runtime/ids.ts';

/** Of the digest of what caused it: enough to tell the few causes of one order apart. */
const DIGEST_LENGTH = 16;

/**
 * What the execution is called that an event brings about at this attempt: the same however often the event comes, and
 * another for whatever starts the saga later (a Standard workflow keeps a name for 90 days). At most 80 characters.
 */
export function executionName(orderId: string, attempt: number, { causation_id }: Pick<Cause, 'causation_id'>): string {
  return `${orderId}_${attempt}_${fingerprint(causation_id).slice(0, DIGEST_LENGTH)}`;
}
