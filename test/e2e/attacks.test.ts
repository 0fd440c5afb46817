import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { methodOf, pathOf, servedRoutes } from '#bin/contract/routes.ts';
import { type Operation, pathWith } from '../contract/operations.ts';
import { objectsIn, stringsIn, valueAt, withValue } from '../contract/valid-body.ts';
import { attackGroup, someOf, unlessRefused } from '../setup/attack-group.ts';
import {
  type AttackRequest,
  aScene,
  bearer,
  bodyOf,
  callerOf,
  idsIn,
  nameOf,
  OWNED,
  operations,
  type Scene,
  send,
  sendRaw,
} from '../setup/attackers.ts';
import { shop } from '../setup/end-to-end.ts';
import { forgedAuthorizations } from '../setup/forged-tokens.ts';
import type { Answer, Json } from '../setup/shop.ts';

// The OWASP API Security Top 10 of 2023: who may do what, and how much. The rest is in attacks-input.test.ts; docs/security.md says what fends them off.

const writing = operations.filter(({ body, id }) => body && id !== 'receiveWebhook');
const guarded = operations.filter(({ access }) => access !== 'public');
/** Ids that say nothing of whose it is: everybody may see those things, or administrators alone. */
const NOBODYS = ['product_id', 'service_name', 'instance_id', 'route_id', 'provider'];

let scene: Scene;
let { jane, joe, admin, janes } = {} as Scene;

beforeAll(async () => {
  scene = await aScene();
  ({ jane, joe, admin, janes } = scene);
});

// The plain ways are in contract-matrix.test.ts: each owned route, asked by a stranger.
attackGroup('API1 broken object level authorization', (tryEach) => {
  const owned = operations.filter((operation) => idsIn(operation).some((name) => OWNED.includes(name)));

  test('every id in a path is known as somebody’s or nobody’s', () => {
    expect(operations.flatMap(idsIn).filter((name) => ![...OWNED, ...NOBODYS].includes(name))).toEqual([]);
  });

  test('what belongs to another is not there, however it is asked for', async () => {
    const asJoe: [string, (operation: Operation) => AttackRequest][] = [
      [
        'headers that name the user',
        () => ({ headers: { 'x-bazaar-user-id': jane.user_id, 'x-bazaar-role': 'admin' } }),
      ],
      [
        'headers that name another path',
        () => ({ headers: { 'x-original-url': `/api/v1/users/${joe.user_id}`, 'x-http-method-override': 'GET' } }),
      ],
      [
        'a query that names the caller',
        (operation) => ({ path: `${pathWith(operation, janes)}?user_id=${joe.user_id}` }),
      ],
      ['an id in capitals', (operation) => ({ path: withId(operation, (id) => id.toUpperCase()) })],
      ['two ids', (operation) => ({ path: withId(operation, (id) => `${joe.user_id},${id}`) })],
      ['a way up from the own id', (operation) => ({ path: withId(operation, (id) => `${joe.user_id}%2F..%2F${id}`) })],
      ['a zero behind the id', (operation) => ({ path: withId(operation, (id) => `${id}%00`) })],
      ['any id', (operation) => ({ path: withId(operation, () => '*') })],
    ];
    const attacks = owned.flatMap((operation) => asJoe.map(([what, request]) => ({ operation, what, request })));

    await tryEach(attacks, async ({ operation, what, request }) => {
      const answer = await send(scene, operation, { ...joe, body: bodyOf(scene, operation), ...request(operation) });
      return unlessRefused(`${nameOf(operation)} with ${what}`, answer, 400, 404);
    });
  });

  test('a cursor is good for the list that it came from, and for no other', async () => {
    await shop.placeOrder(jane, { product_id: janes.product_id ?? '' });
    const { body } = await shop.call(`GET /api/v1/orders/user/${jane.user_id}?limit=1`, jane);
    const lists = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));

    await tryEach(lists, async (operation) => {
      const path = `${pathWith(operation, { user_id: joe.user_id })}?cursor=${body.next_cursor}`;
      return unlessRefused(
        `${nameOf(operation)} with a cursor of Jane’s`,
        await send(scene, operation, { ...joe, path }),
        400,
      );
    });
  });

  test('the key of another is no way to their order', async () => {
    const order = { product_id: janes.product_id ?? '', key: randomUUID() };
    const { body: first } = await shop.placeOrder(jane, order);

    await tryEach([joe, admin], async (other) => {
      const { body } = await shop.placeOrder(other, order);
      return (
        (body.order_id === first.order_id || body.user_id !== other.user_id) && `The key led to ${JSON.stringify(body)}`
      );
    });
  });
});

function withId(operation: Operation, change: (id: string) => string): string {
  const changed = Object.fromEntries(OWNED.map((name) => [name, change(janes[name] ?? '')]));
  return pathWith(operation, { ...janes, ...changed });
}

// Lock-out and bursts: user.test.ts. The same work for a name that nobody has: test/user/password.test.ts. Tokens that
// our own key has signed, but for others, or long ago: attacks.local.test.ts.
attackGroup('API2 broken authentication', (tryEach) => {
  test('a forged token opens no service', async () => {
    const { body } = await shop.call('GET /.well-known/jwks.json');
    const forged = forgedAuthorizations(jane.token, body.keys[0]);
    const bySegment = new Map(guarded.map((operation) => [operation.path.split('/')[3], operation]));
    const attacks = [...bySegment.values()].flatMap((operation) =>
      forged.map(([what, authorization]) => ({ operation, what, authorization })),
    );

    await tryEach(attacks, async ({ operation, what, authorization }) => {
      const answer = await send(scene, operation, { headers: { authorization }, body: bodyOf(scene, operation) });
      return unlessRefused(`${nameOf(operation)} with ${what}`, answer, 401);
    });
  });

  test('a good token counts in the header that is meant for it only', async () => {
    const places: { path?: string; headers?: Record<string, string> }[] = [
      { path: `?access_token=${jane.token}` },
      { path: `?authorization=Bearer%20${jane.token}` },
      { headers: { cookie: `access_token=${jane.token}` } },
      { headers: { 'x-access-token': jane.token } },
      { headers: { 'proxy-authorization': `Bearer ${jane.token}` } },
      { headers: { 'x-bazaar-on-behalf-of': `Bearer ${jane.token}` } },
    ];
    const attacks = guarded.filter(({ method, path }) => method === 'GET' && idsIn({ path }).length < 2);

    await tryEach(
      attacks.slice(0, 4).flatMap((operation) => places.map((place) => ({ operation, ...place }))),
      async ({ operation, path = '', headers }) => {
        const answer = await send(scene, operation, {
          path: pathWith(operation, janes) + path,
          ...(headers && { headers }),
        });
        return unlessRefused(`${nameOf(operation)} with a token in ${path || JSON.stringify(headers)}`, answer, 401);
      },
    );
  });

  test('a login that fails does not tell who there is', async () => {
    const username = `u${randomUUID()}`;
    const email = `${username}@example.com`;
    await shop.call('POST /api/v1/users', { body: { username, email, password: randomUUID() } });
    const gone = await shop.aCustomer();
    const { body: account } = await shop.call(`GET /api/v1/users/${gone.user_id}`, gone);
    await shop.call(`DELETE /api/v1/users/${gone.user_id}`, gone);
    const [first, ...others] = [
      { username: `u${randomUUID()}` },
      { username },
      { email },
      { email: `${randomUUID()}@example.com` },
      { username: account.username },
      { email: account.email },
      { username: username.toUpperCase() },
      { username: `${username} ` },
    ];
    const logIn = (login: object) =>
      shop.call('POST /api/v1/auth/login', { body: { ...login, password: 'not the password' } });
    const told = ({ status, headers, body }: Answer) => ({
      status,
      names: [...headers.keys()].sort(),
      body: { ...body, instance: '' },
    });
    const expected = told(await logIn(first ?? {}));

    await tryEach(others, async (login) => {
      const answer = told(await logIn(login));
      return (
        JSON.stringify(answer) !== JSON.stringify(expected) && `${JSON.stringify(login)}: ${JSON.stringify(answer)}`
      );
    });
  });
});

const EXTRA: Json = {
  role: 'admin',
  is_admin: true,
  status: 'confirmed',
  price: 0.01,
  total: 0.01,
  user_id: 'somebody-else',
  order_id: 'another-one',
  payment_id: 'another-one',
  password_hash: 'x',
  version: 99,
  created_at: '2000-01-01T00:00:00Z',
  pk: 'USER#1',
  $set: { role: 'admin' },
  constructor: { prototype: { role: 'admin' } },
  // Computed, so that it is a field and not what the object inherits from.
  ['__proto__']: { role: 'admin' },
};

attackGroup('API3 broken object property level authorization', (tryEach) => {
  test('no body takes a field that its contract does not name, at whatever depth', async () => {
    const attacks = writing.flatMap((operation) => {
      const body = bodyOf(scene, operation);
      return objectsIn(body).flatMap((place) =>
        Object.keys(EXTRA)
          .filter((field) => !Object.hasOwn(valueAt(body, place) as object, field))
          .map((field) => ({ operation, field, body: withValue(body, [...place, field], EXTRA[field]) })),
      );
    });

    await tryEach(attacks, async ({ operation, field, body }) => {
      const answer = await send(scene, operation, { ...callerOf(scene, operation), body });
      return unlessRefused(`${nameOf(operation)} with ${field}`, answer, 400);
    });
  });

  test('no answer has a field that its contract does not name, or that is ours alone', async () => {
    const reading = operations.filter(({ method, path }) => method === 'GET' && path.startsWith('/api/'));

    await tryEach(reading, async (operation) => {
      // `shop.call` compares each answer with its contract, field by field.
      const { body } = await send(scene, operation, callerOf(scene, operation));
      const ours = /"(password\w*|pk|sk|events|_\w+|\w+_hash|secret\w*)":/.exec(JSON.stringify(body) ?? '');
      return ours ? `${nameOf(operation)} shows ${ours[0]}` : undefined;
    });
  });
});

// The limit of a route is exact: gateway-limit.test.ts. Webhooks may not be too large: payment-webhook.test.ts.
attackGroup('API4 unrestricted resource consumption', (tryEach) => {
  const DEEP = 60_000;
  const bodies: [what: string, body: string, ...statuses: number[]][] = [
    ['a body of 257 KiB', JSON.stringify({ name: 'x'.repeat(257 * 1024) }), 413],
    ['lists in lists', '['.repeat(DEEP) + ']'.repeat(DEEP), 400],
    ['objects in objects', `${'{"a":'.repeat(DEEP / 2)}1${'}'.repeat(DEEP / 2)}`, 400],
    ['lists that never end', '['.repeat(DEEP), 400],
    [
      'ten thousand fields',
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}`, n]))),
      400,
    ],
    ['a number of a hundred thousand digits', `{"quantity":1${'0'.repeat(100_000)}}`, 400],
  ];

  test('no body is read that is too large, too deep or too wide', async () => {
    const attacks = writing.flatMap((operation, index) => someOf(bodies, index).map((body) => ({ operation, body })));

    await tryEach(attacks, async ({ operation, body: [what, body, ...statuses] }) => {
      const answer = await send(scene, operation, { ...callerOf(scene, operation), body });
      const problem = unlessRefused(`${nameOf(operation)} with ${what}`, answer, ...statuses);
      const length = JSON.stringify(answer.body).length;
      return problem || (length > 16_384 && `${nameOf(operation)} answers ${what} with ${length} characters`);
    });
  });

  test('no string, list or number is longer than its schema says', async () => {
    const attacks = writing.flatMap((operation) => {
      const body = bodyOf(scene, operation);
      return stringsIn(body).map((place) => ({ operation, place, body: withValue(body, place, 'x'.repeat(20_000)) }));
    });

    await tryEach(attacks, async ({ operation, place, body }) => {
      const answer = await send(scene, operation, { ...callerOf(scene, operation), body });
      return unlessRefused(`${nameOf(operation)} with 20,000 letters in ${place}`, answer, 400);
    });
  });

  test('no list gives more than a page', async () => {
    const lists = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'limit'));
    const queries = [
      'limit=101',
      'limit=1000000000',
      'limit=0',
      'limit=-1',
      'limit=1e9',
      'limit=Infinity',
      'limit=20&limit=5000',
    ];

    await tryEach(
      lists.flatMap((operation) => queries.map((query) => ({ operation, query }))),
      async ({ operation, query }) => {
        const answer = await send(scene, operation, { ...jane, path: `${pathWith(operation, janes)}?${query}` });
        return unlessRefused(`${nameOf(operation)}?${query}`, answer, 400);
      },
    );
  });

  test('passwords are hashed for so many requests of one caller, and not for more', async () => {
    const hashing = writing.filter((operation) => JSON.stringify(bodyOf(scene, operation)).includes('"password"'));

    await tryEach(hashing, async (operation) => {
      // Of their own: the password changes.
      const account = { username: `u${randomUUID()}`, password: randomUUID() };
      const made = { ...account, email: `${account.username}@example.com` };
      const { body: user } = await shop.call('POST /api/v1/users', { body: made });
      const someone = await shop.logIn(account.username, account.password);
      const body = operation.id === 'logIn' ? account : bodyOf(scene, operation);
      const path = pathWith(operation, user);
      const { headers } = await send(scene, operation, { ...someone, path, body });
      return !headers.get('ratelimit-policy') && `${nameOf(operation)} has no limit`;
    });
  });
});

// The plain way is in contract-matrix.test.ts: each route of administrators, asked by a customer.
attackGroup('API5 broken function level authorization', (tryEach) => {
  test('a customer is no administrator, whatever the request says', async () => {
    const says: Record<string, string>[] = [
      { 'x-bazaar-role': 'admin', 'x-bazaar-user-id': admin.user_id },
      { 'x-bazaar-on-behalf-of': `Bearer ${admin.token}` },
      { 'x-http-method-override': 'GET', 'x-method-override': 'GET' },
      { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' },
      { 'x-amzn-request-context': '{"authorizer":{"iam":{"userArn":"a/admin/b"}}}' },
    ];
    const attacks = operations
      .filter(({ access }) => access === 'admin')
      .flatMap((operation) => says.map((headers) => ({ operation, headers })));

    await tryEach(attacks, async ({ operation, headers }) => {
      const answer = await send(scene, operation, { ...jane, headers, body: bodyOf(scene, operation) });
      return unlessRefused(`${nameOf(operation)} with ${Object.keys(headers)}`, answer, 403);
    });
  });

  test('nobody but a service comes in by the door of services', async () => {
    const internal = (await servedRoutes()).map(({ contract }) => contract).filter((contract) => contract.internal);
    const paths = internal.map(
      (contract) =>
        `${methodOf(contract)} ${pathOf(contract)
          .replace('/api/', '/internal/')
          .replaceAll(/\{\w+\}/g, jane.user_id)}`,
    );
    const credentials: Record<string, string>[] = [
      {},
      bearer(jane),
      bearer(admin),
      { 'x-bazaar-on-behalf-of': `Bearer ${admin.token}` },
      {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00',
      },
    ];

    await tryEach(
      paths.flatMap((route) => credentials.map((headers) => ({ route, headers }))),
      async ({ route, headers }) => {
        const { status } = await sendRaw(route, headers);
        return ![401, 403, 404].includes(status) && `${route} with ${Object.keys(headers)} is answered ${status}`;
      },
    );
  });

  test('another way to write a path leads to no more than the path', async () => {
    const routes = [
      '/api/v1/routes/',
      '//api/v1/routes',
      '/api/v1//routes',
      '/API/V1/ROUTES',
      '/api/v1/./routes',
      '/api/v1/x/../routes',
      '/api/v1/%72outes',
      '/api/v1/routes;x=1',
      '/api/v1/routes%2F',
      '/api/v1/routes%00',
      '/api/v1/products/..;/routes',
    ];

    await tryEach(routes, async (path) => {
      const { status, body } = await sendRaw(`GET ${path}`, bearer(jane));
      return ![400, 403, 404].includes(status) && `${path} is answered ${status}: ${JSON.stringify(body)}`;
    });
  });
});
