import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SandboxProvider, type SandboxSettings } from '#functions/payment/sandbox-provider.ts';
import { signatureOf } from '#lib/runtime/webhook-signature.ts';
import { AnsweringServer } from '../setup/answering-server.ts';

const request = { key: 'o1', amount: { amount: 2500, currency: 'USD' }, payment_method: 'card_ok' };
const charge = { key: 'o1', status: 'charged', charge_id: 'ch_1', amount: request.amount };
const now = new Date('2026-11-22T12:00:00Z');

let server: AnsweringServer;
let contradictions: number;

beforeEach(async () => {
  contradictions = 0;
  server = await new AnsweringServer().start();
});

afterEach(() => server.stop());

const aProvider = (settings: Partial<SandboxSettings> = {}) =>
  new SandboxProvider({
    baseUrl: server.url,
    webhookUrl: 'https://shop.example/webhooks',
    apiKey: async () => 'the-key',
    signingSecrets: async () => ['secret'],
    contradicted: () => {
      contradictions += 1;
    },
    ...settings,
  });

describe('a charge by the sandbox', () => {
  test('is asked for under the key of the order', async () => {
    server.answers([200, charge]);

    expect(await aProvider().charge(request)).toEqual({ outcome: 'approved', charge_id: 'ch_1' });

    const { method, url, headers } = server.requests[0] ?? {};
    expect({ method, url }).toEqual({ method: 'POST', url: '/v1/charges' });
    expect(headers).toMatchObject({ authorization: 'Bearer the-key', 'idempotency-key': 'o1' });
    expect(JSON.parse(server.bodies[0] ?? '')).toEqual({
      amount: { amount: 2500, currency: 'USD' },
      payment_method: 'card_ok',
      webhook_url: 'https://shop.example/webhooks',
    });
  });

  test.each(['declined', 'void', 'refunded'])('that is %s is a decline', async (status) => {
    server.answers([200, { ...charge, status }]);

    expect(await aProvider().charge(request)).toEqual({ outcome: 'declined', reason: 'payment_declined' });
  });

  test.each([
    [503, 'ProviderUnavailable'],
    [500, 'ProviderUnavailable'],
    [429, 'ProviderUnavailable'],
    [504, 'ProviderTimeout'],
    [401, 'Error'],
    [422, 'Error'],
  ])('that is answered %i rejects with %s', async (status, name) => {
    server.answers([status, {}]);

    await expect(aProvider().charge(request)).rejects.toMatchObject({ name });
  });

  test.each([
    ['no JSON', '<html>'],
    ['a list', []],
    ['null', null],
    ['no status', { charge_id: 'ch_1' }],
    ['a status that is an object', { status: { $ne: 'declined' }, charge_id: 'ch_1' }],
    ['a charge that is an object', { status: 'charged', charge_id: {} }],
  ])('that is answered with %s is not taken for charged', async (_, answer) => {
    server.answers([200, answer]);

    await expect(aProvider().charge(request)).rejects.toThrow();
  });

  test('that is refused does not bring the words of the provider into our log', async () => {
    server.answers([422, { payment_method: 'card_of_jane' }]);

    const error: Error = await aProvider()
      .charge(request)
      .then(
        () => new Error('It was taken.'),
        (reason) => reason,
      );

    expect(error.message).toContain('422');
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain('card_of_jane');
  });

  test('that is never answered is unknown', async () => {
    server.answers('never');

    await expect(aProvider({ answerWithinMs: 300 }).charge(request)).rejects.toMatchObject({ name: 'ProviderTimeout' });
  });

  test('whose connection is lost on the way is unknown', async () => {
    server.answers('hangs up');

    await expect(aProvider().charge(request)).rejects.toMatchObject({ name: 'ProviderTimeout' });
  });

  test('is sent anew when a connection kept open has been closed meanwhile', async () => {
    server.answers([200, charge], [200, charge], 'hangs up', [200, charge]);
    const provider = aProvider();
    await provider.charge(request);

    expect(await provider.charge(request)).toEqual({ outcome: 'approved', charge_id: 'ch_1' });
    expect(server.requests).toHaveLength(5);
  });

  test('that cannot be asked for was not made', async () => {
    await server.stop();
    const failing = aProvider().charge(request);
    await expect(failing).rejects.toMatchObject({ name: 'ProviderUnavailable' });
    await server.start();
  });
});

describe('a refund by the sandbox', () => {
  test.each([
    ['refunded', 'refunded'],
    ['void', 'nothing_charged'],
    ['declined', 'nothing_charged'],
  ])('that finds the charge %s is %s', async (status, outcome) => {
    server.answers([200, { ...charge, status }]);

    expect(await aProvider().refund({ ...request, charge_id: undefined })).toEqual({ outcome });
    expect(server.requests[0]?.url).toBe('/v1/refunds');
    expect(JSON.parse(server.bodies[0] ?? '')).toEqual({ key: 'o1' });
  });

  test('that is not answered is unknown', async () => {
    server.answers([504]);

    await expect(aProvider().refund({ ...request, charge_id: 'ch_1' })).rejects.toMatchObject({
      name: 'ProviderTimeout',
    });
  });
});

describe('a sandbox that lies', () => {
  const ledgerSays = (said: object, stands: object) => server.answers([200, { ...charge, ...said }], [200, stands]);

  test.each([
    ['it charged, and it did not', {}, { ...charge, status: 'declined' }],
    ['it declined, and it charged', { status: 'declined' }, charge],
    ['it charged another amount', { amount: { amount: 1, currency: 'USD' } }, charge],
    ['it charged in another currency', { amount: { amount: 2500, currency: 'EUR' } }, charge],
    ['it made another charge', { charge_id: 'ch_2' }, charge],
    ['it charged another order', { key: 'o2' }, charge],
  ])('about a charge is not believed: %s', async (_, said, stands) => {
    ledgerSays(said, stands);

    await expect(aProvider().charge(request)).rejects.toMatchObject({ name: 'ProviderContradiction' });
    expect(server.requests[1]).toMatchObject({ method: 'GET', url: '/v1/charges/o1' });
    expect(contradictions).toBe(1);
  });

  test.each([
    ['it refunded, and it did not', { status: 'refunded' }, charge],
    ['nothing was charged, and it was', { status: 'void', charge_id: null }, charge],
    ['nothing at all', {}, charge],
  ])('about a refund is not believed: %s', async (_, said, stands) => {
    ledgerSays(said, stands);

    const refund = aProvider().refund({ ...request, charge_id: 'ch_1' });

    await expect(refund).rejects.toMatchObject({ name: 'ProviderContradiction' });
    expect(contradictions).toBe(1);
  });

  test('does not lie when somebody has undone the charge since', async () => {
    ledgerSays({}, { ...charge, status: 'refunded' });

    expect(await aProvider().charge(request)).toEqual({ outcome: 'approved', charge_id: 'ch_1' });
    expect(contradictions).toBe(0);
  });

  test.each([[503], [504], [404]])('is not believed while its ledger answers %i, and asked again', async (status) => {
    server.answers([200, charge], [status, {}]);

    await expect(aProvider().charge(request)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
    expect(contradictions).toBe(0);
  });
});

describe('news of the sandbox', () => {
  const delivery = (news: object, secret = 'secret') => signed(JSON.stringify(news), secret);
  const signed = (body: string, secret = 'secret') => {
    return { body: Buffer.from(body), headers: { 'sandbox-signature': signatureOf(body, [secret], now) }, now };
  };
  const aPieceOfNews = (type: string) => ({ event_id: 'evt_1', type, charge: { key: 'o1', charge_id: 'ch_1' } });

  test.each([
    ['charge.succeeded', { outcome: 'approved', charge_id: 'ch_1' }],
    ['charge.failed', { outcome: 'declined', reason: 'payment_declined' }],
    ['charge.refunded', { outcome: 'refunded' }],
  ])('%s', async (type, result) => {
    expect(await aProvider().readNews(delivery(aPieceOfNews(type)))).toEqual({ event_id: 'evt_1', key: 'o1', result });
  });

  test('of other kinds are none of ours', async () => {
    expect(await aProvider().readNews(delivery(aPieceOfNews('charge.disputed')))).toBeUndefined();
  });

  test.each([
    ['no JSON', 'charge.succeeded'],
    ['no news', '[]'],
    ['news without a charge', JSON.stringify({ event_id: 'evt_1', type: 'charge.succeeded' })],
  ])('that are signed but are %s are refused', async (_, body) => {
    await expect(aProvider().readNews(signed(body))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      status: 400,
    });
  });

  test('without its signature are refused', async () => {
    const forged = aProvider().readNews(delivery(aPieceOfNews('charge.succeeded'), 'guessed'));

    await expect(forged).rejects.toMatchObject({ code: 'INVALID_SIGNATURE', status: 400 });
  });
});
