import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { StripeProvider } from '#functions/payment/stripe-provider.ts';
import { signatureOf } from '#lib/runtime/webhook-signature.ts';
import { server } from '../setup/server-of-a-test.ts';
import {
  ALREADY_REFUNDED,
  type Answer,
  API_ERROR,
  charge,
  DECLINED,
  event,
  INTENT,
  intent,
  KEY_IN_USE,
  NO_SUCH_METHOD,
  RATE_LIMIT,
  refund,
  searchResult,
  UNEXPECTED_STATE,
  WRONG_KEY,
} from './stripe-shapes.ts';

const request = { key: 'o1', amount: { amount: 2500, currency: 'USD' }, payment_method: 'pm_card_visa' };
const unknown = { ...request, charge_id: undefined };
const now = new Date('2026-11-22T12:00:00Z');

const CREATE = 'POST /v1/payment_intents';
const CONFIRM = `POST /v1/payment_intents/${INTENT}/confirm`;
const CANCEL = `POST /v1/payment_intents/${INTENT}/cancel`;
const RETRIEVE = `GET /v1/payment_intents/${INTENT}`;
const SEARCH = 'GET /v1/payment_intents/search';
const REFUND = 'POST /v1/refunds';

let Provider: typeof StripeProvider;

beforeAll(async () => {
  Object.assign(process.env, { SERVICE_NAME: 'test', FUNCTION_NAME: 'test', AWS_LAMBDA_LOG_LEVEL: 'FATAL' });
  ({ StripeProvider: Provider } = await import('#functions/payment/stripe-provider.ts'));
});

function aProvider(answerWithinMs?: number) {
  const { hostname: host, port } = new URL(server.url);
  return new Provider({
    apiKey: async () => 'sk_test_123',
    signingSecrets: async () => ['whsec_new', 'whsec_old'],
    address: { host, port: Number(port), protocol: 'http' },
    answerWithinMs,
  });
}

const routeOf = ({ method, url = '' }: IncomingMessage) => `${method} ${url.split('?')[0]}`;

/** Stripe, with these answers; what is not expected to be asked is a 404. */
function stripeAnswers(answers: Record<string, Answer>): void {
  server.answers((asked) => answers[routeOf(asked)] ?? [404, { error: { type: 'invalid_request_error' } }]);
}

/** What was asked, in its order: the route, the key and the form. */
const asked = () =>
  server.requests.map((one, index) => ({
    route: routeOf(one),
    key: one.headers['idempotency-key'],
    form: Object.fromEntries(new URLSearchParams(server.bodies[index])),
  }));

describe('a charge by Stripe', () => {
  test('is an intent of the order that is confirmed, each under a key of its own', async () => {
    stripeAnswers({ [CREATE]: [200, intent('requires_confirmation')], [CONFIRM]: [200, intent('succeeded')] });

    expect(await aProvider().charge(request)).toEqual({ outcome: 'approved', charge_id: INTENT });

    expect(asked()).toEqual([
      {
        route: CREATE,
        key: 'o1',
        form: {
          amount: '2500',
          currency: 'usd',
          payment_method: 'pm_card_visa',
          'allowed_payment_method_types[0]': 'card',
          'metadata[order_id]': 'o1',
        },
      },
      { route: CONFIRM, key: 'o1-confirm', form: { error_on_requires_action: 'true' } },
    ]);
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({
        authorization: 'Bearer sk_test_123',
        'content-type': 'application/x-www-form-urlencoded',
        'stripe-version': '2026-10-28.endive',
      });
    }
  });

  test.each([
    ['when the bank declines', { [CREATE]: [200, intent('requires_confirmation')], [CONFIRM]: DECLINED }],
    ['of a payment method that there is not', { [CREATE]: NO_SUCH_METHOD }],
    [
      'that is not through after all',
      { [CREATE]: [200, intent('requires_confirmation')], [CONFIRM]: [200, intent('requires_payment_method')] },
    ],
  ] as [string, Record<string, Answer>][])('%s is a decline', async (_, answers) => {
    stripeAnswers(answers);

    expect(await aProvider().charge(request)).toEqual({ outcome: 'declined', reason: 'payment_declined' });
  });

  test.each([
    ['RATE_LIMIT', RATE_LIMIT],
    ['KEY_IN_USE', KEY_IN_USE],
    ['API_ERROR', API_ERROR],
  ])('that meets %s can be tried again', async (_, answer) => {
    stripeAnswers({ [CREATE]: answer });
    await expect(aProvider().charge(request)).rejects.toMatchObject({ name: 'ProviderUnavailable' });

    stripeAnswers({ [CREATE]: [200, intent('requires_confirmation')], [CONFIRM]: answer });
    await expect(aProvider().charge(request)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  });

  test('whose intent is not answered was not made', async () => {
    server.answers('never');

    await expect(aProvider(300).charge(request)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  });

  test.each(['never', 'hangs up'] as const)('whose confirmation is answered "%s" is unknown', async (how) => {
    const lost = how === 'never' ? [how] : [how, how];
    server.answers([200, intent('requires_confirmation')], ...(lost as ['never']));

    await expect(aProvider(300).charge(request)).rejects.toMatchObject({ name: 'ProviderTimeout' });
    expect(asked().at(-1)).toMatchObject({ route: CONFIRM, key: 'o1-confirm' });
  });

  test('whose outcome Stripe does not know yet is unknown', async () => {
    stripeAnswers({ [CREATE]: [200, intent('requires_confirmation')], [CONFIRM]: [200, intent('processing')] });

    await expect(aProvider().charge(request)).rejects.toMatchObject({ name: 'ProviderTimeout' });
  });

  test('can be tried again when Stripe is not reached', async () => {
    const provider = aProvider();
    await server.stop();

    await expect(provider.charge(request)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
    await server.start();
  });

  test('with a wrong key is an error of ours', async () => {
    stripeAnswers({ [CREATE]: WRONG_KEY });

    await expect(aProvider().charge(request)).rejects.toMatchObject({ type: 'StripeAuthenticationError' });
  });
});

describe('a refund by Stripe', () => {
  test('of a charge that is known is one of its intent', async () => {
    stripeAnswers({
      [CANCEL]: UNEXPECTED_STATE,
      [RETRIEVE]: [200, intent('succeeded')],
      [REFUND]: [200, refund('succeeded')],
    });

    expect(await aProvider().refund({ ...request, charge_id: INTENT })).toEqual({ outcome: 'refunded' });

    expect(asked().map(({ route }) => route)).toEqual([CANCEL, RETRIEVE, REFUND]);
    expect(asked().at(-1)).toMatchObject({ key: `${INTENT}-refund`, form: { payment_intent: INTENT } });
  });

  test('is done when it was done before', async () => {
    stripeAnswers({ [CANCEL]: UNEXPECTED_STATE, [RETRIEVE]: [200, intent('succeeded')], [REFUND]: ALREADY_REFUNDED });

    expect(await aProvider().refund({ ...request, charge_id: INTENT })).toEqual({ outcome: 'refunded' });
  });

  test('of a charge that was not answered finds its intent by the same request, and cancels it', async () => {
    stripeAnswers({
      [SEARCH]: [200, searchResult([])],
      [CREATE]: [200, intent('requires_confirmation')],
      [CANCEL]: [200, intent('canceled')],
    });

    expect(await aProvider().refund(unknown)).toEqual({ outcome: 'nothing_charged' });

    const [created] = asked().filter(({ route }) => route === CREATE);
    expect(created).toMatchObject({ key: 'o1', form: { amount: '2500', 'metadata[order_id]': 'o1' } });
    const searched = server.requests.find((one) => routeOf(one) === SEARCH);
    const { searchParams } = new URL(searched?.url ?? '', server.url);
    expect(searchParams.get('query')).toBe('metadata["order_id"]:"o1"');
  });

  test('of one that was charged all the same gives the money back', async () => {
    stripeAnswers({
      [SEARCH]: [200, searchResult([intent('succeeded')])],
      [CREATE]: [200, intent('requires_confirmation')],
      [CANCEL]: UNEXPECTED_STATE,
      [RETRIEVE]: [200, intent('succeeded')],
      [REFUND]: [200, refund('succeeded')],
    });

    expect(await aProvider().refund(unknown)).toEqual({ outcome: 'refunded' });
    expect(asked().filter(({ route }) => route === REFUND)).toHaveLength(1);
  });

  test('of one that was charged more than a day ago finds it by its order, though the key is forgotten', async () => {
    const [old, anew] = ['pi_old', 'pi_new'];
    stripeAnswers({
      [SEARCH]: [200, searchResult([intent('succeeded', { id: old })])],
      [CREATE]: [200, intent('requires_confirmation', { id: anew })],
      [`POST /v1/payment_intents/${anew}/cancel`]: [200, intent('canceled', { id: anew })],
      [`POST /v1/payment_intents/${old}/cancel`]: UNEXPECTED_STATE,
      [`GET /v1/payment_intents/${old}`]: [200, intent('succeeded', { id: old })],
      [REFUND]: [200, refund('pending')],
    });

    expect(await aProvider().refund(unknown)).toEqual({ outcome: 'refunded' });
    expect(asked().at(-1)).toMatchObject({ route: REFUND, form: { payment_intent: old } });
  });

  test('of a card that was refused has nothing to give back', async () => {
    stripeAnswers({ [SEARCH]: [200, searchResult([])], [CREATE]: NO_SUCH_METHOD });

    expect(await aProvider().refund(unknown)).toEqual({ outcome: 'nothing_charged' });
  });

  test('is repeated later while the charge is under way, or Stripe is busy', async () => {
    const found: Record<string, Answer> = { [SEARCH]: [200, searchResult([])], [CREATE]: [200, intent('processing')] };

    stripeAnswers({ ...found, [CANCEL]: UNEXPECTED_STATE, [RETRIEVE]: [200, intent('processing')] });
    await expect(aProvider().refund(unknown)).rejects.toMatchObject({ name: 'ProviderUnavailable' });

    stripeAnswers({ ...found, [CANCEL]: RATE_LIMIT });
    await expect(aProvider().refund(unknown)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  });

  test('that Stripe cannot make is an error, not a refund', async () => {
    stripeAnswers({
      [CANCEL]: UNEXPECTED_STATE,
      [RETRIEVE]: [200, intent('succeeded')],
      [REFUND]: [200, refund('failed')],
    });

    await expect(aProvider().refund({ ...request, charge_id: INTENT })).rejects.toThrow(/could not refund/);
  });
});

describe('news of Stripe', () => {
  const delivery = (news: object, { secret = 'whsec_new', at = now } = {}) => {
    const body = JSON.stringify(news);
    return { body: Buffer.from(body), headers: { 'stripe-signature': signatureOf(body, [secret], at) }, now };
  };
  const succeeded = event('payment_intent.succeeded', intent('succeeded'));

  test.each([
    ['payment_intent.succeeded', intent('succeeded'), { outcome: 'approved', charge_id: INTENT }],
    [
      'payment_intent.payment_failed',
      intent('requires_payment_method'),
      { outcome: 'declined', reason: 'payment_declined' },
    ],
    ['charge.refunded', charge({ refunded: true }), { outcome: 'refunded' }],
  ])('%s', async (type, object, result) => {
    expect(await aProvider().readNews(delivery(event(type, object)))).toEqual({
      event_id: 'evt_1NG8Du2eZvKYlo2CUI79vXWy',
      key: 'o1',
      result,
    });
  });

  test.each([
    ['of a part refunded', event('charge.refunded', charge({ refunded: false }))],
    ['of what no order of ours paid', event('payment_intent.succeeded', intent('succeeded', { metadata: {} }))],
    ['of other kinds', event('customer.created', { id: 'cus_1', object: 'customer' })],
  ])('%s are none of ours', async (_, news) => {
    expect(await aProvider().readNews(delivery(news))).toBeUndefined();
  });

  test('are taken with the signature of either secret while it is rolled', async () => {
    expect(await aProvider().readNews(delivery(succeeded, { secret: 'whsec_old' }))).toBeDefined();
  });

  test.each([
    ['forged', { secret: 'guessed' }],
    ['recorded and sent again', { at: new Date(now.getTime() - 301_000) }],
  ])('%s are refused', async (_, how) => {
    await expect(aProvider().readNews(delivery(succeeded, how))).rejects.toMatchObject({ code: 'INVALID_SIGNATURE' });
  });

  test('without a signature are refused', async () => {
    const unsigned = { ...delivery(succeeded), headers: {} };

    await expect(aProvider().readNews(unsigned)).rejects.toMatchObject({ code: 'INVALID_SIGNATURE' });
  });
});
