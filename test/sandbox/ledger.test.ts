import { describe, expect, test } from '@jest/globals';
import { charged, newsDelay, refunded } from '#functions/sandbox/ledger.ts';
import { newsOf } from '#functions/sandbox/webhook.ts';

const now = new Date('2026-11-22T12:00:00Z');
const amount = { amount: 2500, currency: 'USD' };
const aCharge = (payment_method: string) =>
  charged('o1', 'ch_1', { amount, payment_method, webhook_url: 'https://shop.example/webhooks' }, now);

describe('a charge in the ledger of the sandbox', () => {
  test.each([
    ['card_ok', 'charged', 'charge.succeeded'],
    ['card_flaky', 'charged', 'charge.succeeded'],
    ['card_timeout', 'charged', 'charge.succeeded'],
    ['card_late', 'charged', 'charge.succeeded'],
    ['card_declined', 'declined', 'charge.failed'],
    ['card_unheard_of', 'declined', 'charge.failed'],
  ])('of %s is %s, and told as %s', (card, status, type) => {
    const entry = aCharge(card);

    expect(entry).toMatchObject({ status, version: 1 });
    expect(newsOf(undefined, entry)).toMatchObject([
      {
        url: 'https://shop.example/webhooks',
        body: { type, charge: { key: 'o1', charge_id: 'ch_1', status, amount } },
      },
    ]);
  });

  test('is told to be refunded once, and no more of what was told before', () => {
    const before = aCharge('card_ok');
    const after = refunded(before, now);

    expect(newsOf(before, after)).toMatchObject([{ body: { event_id: 'evt_ch_1_2', type: 'charge.refunded' } }]);
    expect(newsOf(after, after)).toEqual([]);
  });

  test('that was called off before it was made is told to nobody', () => {
    expect(newsOf(undefined, { key: 'o1', status: 'void' })).toEqual([]);
  });

  test('is told late where it was answered late, but its refund at once', () => {
    const entry = refunded(aCharge('card_timeout'), now);
    const delays = entry.events?.map((event) => newsDelay(entry, event));

    expect(delays).toEqual([60, 0]);
  });
});
