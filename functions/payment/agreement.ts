import * as z from 'zod/mini';
import { Money } from '#events/money.ts';
import type { ChargeRequest } from './payment-provider.ts';

/** A charge as the sandbox tells of it: in answer to what it was asked to do, or from its ledger. */
export const Charge = z.object({
  key: z.string(),
  status: z.string(),
  charge_id: z.nullable(z.string()),
  amount: z.nullable(Money),
});
export type Charge = z.infer<typeof Charge>;

/**
 * Whether an answer is one to go by: it is about what was asked for, and the ledger says the same. A charge that is
 * refunded by then was one: somebody has undone it since.
 */
export function isBelievable(said: Charge, stands: Charge, asked: Pick<ChargeRequest, 'key' | 'amount'>): boolean {
  const isSame = said.status === stands.status || (said.status === 'charged' && stands.status === 'refunded');
  return isSame && said.charge_id === stands.charge_id && [said, stands].every((charge) => isAbout(charge, asked));
}

/** Where nothing was charged there is no amount. */
function isAbout({ key, amount }: Charge, asked: Pick<ChargeRequest, 'key' | 'amount'>): boolean {
  if (key !== asked.key) return false;
  return amount === null || (amount.amount === asked.amount.amount && amount.currency === asked.amount.currency);
}
