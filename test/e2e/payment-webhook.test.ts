import { describe, expect, test } from '@jest/globals';
import { signatureOf } from '#lib/runtime/webhook-signature.ts';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';

const ROUTE = 'POST /api/v1/payments/webhooks/sandbox';
const body = JSON.stringify({ event_id: 'evt_1', type: 'charge.succeeded', charge: { key: 'o1', charge_id: 'ch_1' } });

describe('a webhook', () => {
  test.each([
    ['without a signature', {}],
    ['signed with a guessed secret', { 'sandbox-signature': signatureOf(body, ['guessed'], new Date()) }],
    ['signed as another provider does', { 'stripe-signature': signatureOf(body, ['guessed'], new Date()) }],
    ['with a signature that is none', { 'sandbox-signature': 'v1,t=' }],
  ])('%s is refused', async (_, headers) => {
    expectProblem(await shop.call(ROUTE, { headers, body }), 400, 'INVALID_SIGNATURE');
  });

  test('is not told what is wrong with it', async () => {
    const old = signatureOf(body, ['guessed'], new Date(0));
    const answers = await Promise.all(
      ['', old].map((signature) => shop.call(ROUTE, { headers: { 'sandbox-signature': signature }, body })),
    );

    expect(new Set(answers.map((answer) => answer.body.detail)).size).toBe(1);
  });

  test('of a provider that we have not chosen is refused', async () => {
    expectProblem(await shop.call('POST /api/v1/payments/webhooks/unheard-of', { body }), 404, 'NOT_FOUND');
  });

  test('may not be too large', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(256 * 1024) });

    expectProblem(await shop.call(ROUTE, { body: large }), 413, 'PAYLOAD_TOO_LARGE');
  });
});
