import { randomBytes } from 'node:crypto';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { beforeAll, expect, test } from '@jest/globals';
import { pathWith } from '../contract/operations.ts';
import { stringsIn, withValue } from '../contract/valid-body.ts';
import { attackGroup, unlessRefused } from '../setup/attack-group.ts';
import { aScene, bodyOf, callerOf, nameOf, operations, type Scene, send } from '../setup/attackers.ts';
import { functionNamed, operatorEnvironment, variablesOf } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { aToken, decoded } from '../setup/forged-tokens.ts';
import { aMailTo } from '../setup/mailbox.ts';

// What needs the operator's side of AWS: the key that signs tokens, and the logs.

let scene: Scene;
let { jane, admin } = {} as Scene;

beforeAll(async () => {
  Object.assign(process.env, operatorEnvironment());
  scene = await aScene();
  ({ jane, admin } = scene);
});

const HOUR = 3_600;

attackGroup('API2 broken authentication, by tokens that our own key has signed', (tryEach) => {
  test('a token for others, of others, or of another time opens no service', async () => {
    const { header, claims } = decoded(jane.token);
    const now = Math.floor(Date.now() / 1_000);
    const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));
    const wrong: Record<string, object> = {
      'that has expired': { ...claims, iat: now - 2 * HOUR, exp: now - HOUR },
      'that is not good yet': { ...claims, nbf: now + HOUR },
      'of another issuer': { ...claims, iss: 'https://evil.example' },
      'of our issuer, and a path': { ...claims, iss: `${claims.iss}/` },
      'for another audience': { ...claims, aud: 'another-shop' },
      'that never expires': without('exp'),
      'that expires in words': { ...claims, exp: 'never' },
      'of nobody': without('sub'),
      'without a role': without('role'),
      'without an issuer': without('iss'),
      'without an audience': without('aud'),
    };
    const forged = await Promise.all(
      Object.entries(wrong).map(async ([what, said]) => ({ what, token: await signedByUs(header, said) })),
    );
    const good = await signedByUs(header, claims);
    const services = new Map(
      operations
        .filter(({ access }) => access !== 'public')
        .map((operation) => [operation.path.split('/')[3], operation]),
    );
    const attacks = [...services.values()].flatMap((operation) => forged.map((token) => ({ operation, ...token })));

    expect((await shop.call(`GET /api/v1/users/${jane.user_id}`, { token: good })).status).toBe(200);
    await tryEach(attacks, async ({ operation, what, token }) => {
      const answer = await send(scene, operation, { token, body: bodyOf(scene, operation) });
      return unlessRefused(`${nameOf(operation)} with a token ${what}`, answer, 401);
    });
  });
});

/** A token as the user service makes them, with other claims. */
async function signedByUs(header: object, claims: object): Promise<string> {
  const { TOKEN_KEY_ARNS = '' } = await variablesOf(await functionNamed('user: log-in'));
  const unsigned = aToken({ ...header }, { ...claims }, () => Buffer.alloc(0)).slice(0, -1);
  const { Signature = new Uint8Array() } = await new KMSClient({}).send(
    new SignCommand({
      KeyId: TOKEN_KEY_ARNS.split(',')[0],
      Message: Buffer.from(unsigned),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );
  return `${unsigned}.${ofFixedLength(Buffer.from(Signature)).toString('base64url')}`;
}

/** `SEQUENCE { INTEGER r, INTEGER s }` as r and s, 32 bytes each. */
function ofFixedLength(der: Buffer): Buffer {
  const r = der.subarray(4, 4 + der.readUInt8(3));
  const s = der.subarray(4 + r.length + 2);
  return Buffer.concat([r, s].map((integer) => Buffer.concat([Buffer.alloc(32), integer]).subarray(-32)));
}

/** What nobody has ever said before, so that wherever it turns up it comes from here. */
const marked = (what: string) => `${what}${randomBytes(12).toString('hex')}`;

/** What no line of any log may have, whoever sent it: tokens, hashes, addresses, fields that hold what is secret. */
const FORBIDDEN = {
  'a token': /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
  'a hash of a password': /scrypt\$\d/,
  'an e-mail address': /[\w.+-]+@example\.(com|org)/,
  'a password': /\\?"(password|access_token|authorization|cookie)\\?"\s*:/i,
  'a payment method':
    /\\?"payment_method\\?"\s*:|\bcard_(ok|declined|late|flaky|timeout|unavailable)\b|\bpm_[A-Za-z0-9]{10,}/,
  'a number of a card': /\b4\d{15}\b/,
};

attackGroup('What logs must not have', (tryEach) => {
  test('is in none, whatever door it came by', async () => {
    const secrets = {
      password: marked('password'),
      nextPassword: marked('next'),
      wrongPassword: marked('wrong'),
      username: marked('name'),
      nextUsername: marked('other'),
      paymentMethod: marked('card_'),
      text: marked('text'),
      cookie: marked('cookie'),
      forgedToken: `${marked('eyJ')}.${marked('eyJ')}.${marked('sig')}`,
    };
    const { correlationId, token } = await useAllDoors(secrets);
    await tryEach(operations, async (operation) => {
      const headers = { cookie: `session=${secrets.cookie}`, authorization: `Bearer ${secrets.forgedToken}` };
      const path = `${pathWith(operation, scene.janes)}?secret=${secrets.text}`;
      await send(scene, operation, { path, headers, body: operation.body && '{' });
      if (!operation.body) return undefined;
      const caller = callerOf(scene, operation);
      await send(scene, operation, {
        ...caller,
        body: `{"password": "${secrets.wrongPassword}", "email": "${secrets.text}`,
      });
      const body = bodyOf(scene, operation);
      for (const place of stringsIn(body).slice(0, 3)) {
        await send(scene, operation, {
          ...caller,
          body: withValue(body, place, `${secrets.text}@example.com 4111111111111111`),
        });
      }
      return undefined;
    });

    const lines = await allLogLines();

    // What should be there is: these are the logs of those who served the requests.
    const served = lines.filter(({ message }) => message.includes(correlationId));
    expect(new Set(served.map(({ group }) => group)).size).toBeGreaterThan(5);
    const told = (value: string) => lines.filter(({ message }) => message.includes(value));
    for (const secret of [...Object.values(secrets), token]) expect(told(secret)).toEqual([]);
    // And of all that any test has sent so far.
    for (const [what, pattern] of Object.entries(FORBIDDEN)) {
      const found = lines
        .filter(({ message }) => pattern.test(message))
        .map(({ group, message }) => `${what} in ${group}: ${message.slice(0, 500)}`);
      expect(found.slice(0, 5)).toEqual([]);
    }
  });
});

/** A customer's whole life: account, wrong and right logins, changes, an order that fails to be paid, a mail, the end. */
async function useAllDoors(secrets: Record<string, string>): Promise<{ correlationId: string; token: string }> {
  const { username = '', password = '', paymentMethod = '' } = secrets;
  const correlationId = marked('test-');
  const headers = { 'x-correlation-id': correlationId };
  const email = `${username}@example.com`;
  await shop.call('POST /api/v1/users', { headers, body: { username, email, password } });
  await shop.call('POST /api/v1/users', { headers, body: { username, email, password: secrets.wrongPassword } });
  await shop.call('POST /api/v1/auth/login', { headers, body: { email, password: secrets.wrongPassword } });
  const buyer = await shop.logIn(username, password);
  const product_id = await shop.aProduct();
  const order = { items: [{ product_id, quantity: 1 }], payment_method: paymentMethod };
  const { body } = await shop.call('POST /api/v1/orders', {
    token: buyer.token,
    headers: { ...headers, 'idempotency-key': marked('key') },
    body: order,
  });
  await shop.settled(buyer, body.order_id);
  await aMailTo(email, /./);
  const account = {
    username: secrets.nextUsername,
    email: `${secrets.nextUsername}@example.com`,
    password: secrets.nextPassword,
  };
  await shop.call(`PUT /api/v1/users/${buyer.user_id}`, { ...buyer, headers, body: account });
  await shop.call(`GET /api/v1/users/${buyer.user_id}?include=orders`, { ...buyer, headers });
  await shop.call(`GET /api/v1/users/${buyer.user_id}`, { ...admin, headers });
  await shop.call(`DELETE /api/v1/users/${buyer.user_id}`, { ...buyer, headers });
  return { correlationId, token: buyer.token };
}

async function allLogLines(): Promise<{ group: string; message: string }[]> {
  const client = new CloudWatchLogsClient({});
  const groups: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    groups.push(...logGroups.map(({ logGroupName = '' }) => logGroupName));
  }
  const lines: { group: string; message: string }[] = [];
  for (const logGroupName of groups) {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
      lines.push(...events.map(({ message = '' }) => ({ group: logGroupName, message })));
    }
  }
  return lines;
}
