import * as z from 'zod/mini';
import { Money } from '#events/money.ts';
import { type ChargeEvent, type Entry, newsDelay } from './ledger.ts';

/** One piece of news on its way to whoever asked for it. */
export const Webhook = z.object({
  url: z.string(),
  delay_seconds: z.int(),
  body: z.object({
    event_id: z.string(),
    type: z.string(),
    created_at: z.string(),
    /** The charge as it is now; `key` is the idempotency key that it was asked for with. */
    charge: z.object({ key: z.string(), charge_id: z.string(), status: z.string(), amount: Money }),
  }),
});
export type Webhook = z.infer<typeof Webhook>;

/** The news that a change of the ledger has brought. */
export function newsOf(before: Entry | undefined, after: Entry): Webhook[] {
  const added = (after.events ?? []).slice(before?.events?.length ?? 0);
  return added.map((event) => webhookOf(after, event));
}

function webhookOf(entry: Entry, event: ChargeEvent): Webhook {
  const { key, charge_id = '', status, amount, webhook_url = '' } = entry;
  const body = { ...event, charge: { key, charge_id, status, amount } };
  return Webhook.parse({ url: webhook_url, delay_seconds: newsDelay(entry, event), body });
}
