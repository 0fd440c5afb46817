import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { secretValue, secretValues } from '#lib/runtime/aws/secrets.ts';
import { signatureOf } from '#lib/runtime/webhook-signature.ts';
import { operatorEnvironment, parameter } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer } from '../setup/shop.ts';

// Needs the secrets that payment and its provider share, which nobody may read on a deployed stage.

let url: string;
let apiKey: string;
let signingSecret: string;

beforeAll(async () => {
  Object.assign(process.env, operatorEnvironment());
  url = await parameter('sandbox', 'api-url');
  [apiKey, signingSecret] = (await Promise.all(
    ['api-key-arn', 'signing-secret-arn'].map(async (id) => secretValue(await parameter('sandbox', id))),
  )) as [string, string];
});

async function ask(route: string, { key = randomUUID() as string, body = {}, token = apiKey } = {}): Promise<Answer> {
  const [method, path] = route.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': key, 'content-type': 'application/json' },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const aCharge = (payment_method = 'card_ok', amount = 2_500) => ({
  amount: { amount, currency: 'USD' },
  payment_method,
  webhook_url: `${shop.apiUrl}/api/v1/payments/webhooks/sandbox`,
});

describe('the sandbox provider', () => {
  test('charges once for a key, and refunds once', async () => {
    const key = randomUUID();
    const charges = await Promise.all([1, 2, 3].map(() => ask('POST /v1/charges', { key, body: aCharge() })));
    const charge = {
      key,
      status: 'charged',
      charge_id: expect.any(String),
      amount: { amount: 2_500, currency: 'USD' },
    };

    expect(charges.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(charges[0]?.body).toEqual(charge);
    expect(new Set(charges.map(({ body }) => body.charge_id)).size).toBe(1);
    for (let times = 0; times < 2; times++) {
      expect((await ask('POST /v1/refunds', { body: { key } })).body.status).toBe('refunded');
    }
    expect((await ask(`GET /v1/charges/${key}`)).body).toEqual({ ...charge, status: 'refunded' });
    expect((await ask('POST /v1/charges', { key, body: aCharge() })).body.status).toBe('refunded');
  });

  test('charges nothing that was called off before, but a card_late', async () => {
    for (const [card, status] of [
      ['card_ok', 'void'],
      ['card_late', 'charged'],
    ]) {
      const key = randomUUID();
      expect((await ask('POST /v1/refunds', { body: { key } })).body.status).toBe('void');
      expect((await ask('POST /v1/charges', { key, body: aCharge(card) })).body.status).toBe(status);
    }
  });

  test('fails as its cards say', async () => {
    const answers = async (card: string, times = 1) => {
      const key = randomUUID();
      const statuses = [];
      for (let time = 0; time < times; time++) {
        const { status, body } = await ask('POST /v1/charges', { key, body: aCharge(card) });
        statuses.push(status === 200 ? body.status : body.code);
      }
      return statuses;
    };

    expect(await answers('card_flaky', 3)).toEqual(['PROVIDER_UNAVAILABLE', 'PROVIDER_UNAVAILABLE', 'charged']);
    expect(await answers('card_unavailable')).toEqual(['PROVIDER_UNAVAILABLE']);
    expect(await answers('card_timeout')).toEqual(['ANSWER_TIMEOUT']);
    expect(await answers('card_unheard_of')).toEqual(['declined']);
  });

  test('refuses who has no key, and a key that was used for something else', async () => {
    const key = randomUUID();
    for (const route of ['POST /v1/charges', `GET /v1/charges/${key}`]) {
      expectProblem(await ask(route, { token: 'guessed', body: aCharge() }), 401, 'UNAUTHORIZED');
    }
    expectProblem(await ask('POST /v1/refunds', { token: 'guessed', body: { key } }), 401, 'UNAUTHORIZED');
    expectProblem(await ask(`GET /v1/charges/${key}`), 404, 'NOT_FOUND');

    await ask('POST /v1/charges', { key, body: aCharge() });
    const other = await ask('POST /v1/charges', { key, body: aCharge('card_ok', 1) });
    expectProblem(other, 422, 'IDEMPOTENCY_KEY_REUSED');
  });
});

describe('a webhook with the signature of the provider', () => {
  const body = JSON.stringify({
    event_id: `evt_${randomUUID()}`,
    type: 'charge.succeeded',
    charge: { key: randomUUID(), charge_id: 'ch_1' },
  });
  const send = (secrets: string[], ageSeconds = 0, text = body) => {
    const signedAt = new Date(Date.now() - ageSeconds * 1_000);
    return shop.call('POST /api/v1/payments/webhooks/sandbox', {
      headers: { 'sandbox-signature': signatureOf(body, secrets, signedAt) },
      body: text,
    });
  };

  test('is taken, though it is about no order that we know', async () => {
    expect(await send([signingSecret])).toMatchObject({ status: 202, body: { received: true } });
  });

  test('is taken with another signature beside, as while the secret is changed', async () => {
    expect((await send(['new', signingSecret])).status).toBe(202);
  });

  test('is refused when it is old, or was changed on its way', async () => {
    expectProblem(await send([signingSecret], 360), 400, 'INVALID_SIGNATURE');
    expectProblem(await send([signingSecret], 0, `${body} `), 400, 'INVALID_SIGNATURE');
  });
});

describe('a secret that is shared', () => {
  test('is known with its value before, while it is changed', async () => {
    const client = new SecretsManagerClient({});
    const make = (value: string) => client.send(new CreateSecretCommand({ Name: randomUUID(), SecretString: value }));
    const [{ ARN: SecretId = '' }, { ARN: unchanged = '' }] = await Promise.all([make('old'), make('only')]);
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'new' }));

    expect(await secretValues(SecretId)).toEqual(['new', 'old']);
    expect(await secretValues(unchanged)).toEqual(['only']);
  });
});
