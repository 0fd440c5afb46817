import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { signatureOf } from '#lib/runtime/webhook-signature.ts';
import { pathWith } from '../contract/operations.ts';
import { rawBytes } from '../contract/raw-call.ts';
import { stringsIn, valueAt, withValue } from '../contract/valid-body.ts';
import { attackGroup, someOf, unlessRefused } from '../setup/attack-group.ts';
import { aScene, bearer, bodyOf, callerOf, nameOf, operations, type Scene, send, sendRaw } from '../setup/attackers.ts';
import { shop } from '../setup/end-to-end.ts';
import type { Answer, Json } from '../setup/shop.ts';

// The OWASP API Security Top 10 of 2023, from the sixth on, and what is not on that list: injection and smuggling.
// attacks.test.ts has the first five. docs/security.md says what fends them off.

const writing = operations.filter(({ body, id }) => body && id !== 'receiveWebhook');

let scene: Scene;
let { jane, admin, janes } = {} as Scene;

beforeAll(async () => {
  scene = await aScene();
  ({ jane, admin, janes } = scene);
});

const statusLines = (received: string) =>
  [...received.matchAll(/^HTTP\/1\.\d (\d{3})/gm)].map(([, status]) => Number(status));

// The last piece is sold once, and a key pays once: order.test.ts. Cancelling and shipping: order-status.test.ts.
attackGroup('API6 unrestricted access to sensitive business flows', (tryEach) => {
  test('nobody buys less than one, a part, or more than the shop sells at once', async () => {
    const quantities = [0, -1, -99, 0.5, 1.000001, 100, 1e9, 2 ** 53, '1', true, null, [1], {}];
    const buying = writing.filter((operation) => JSON.stringify(bodyOf(scene, operation)).includes('"quantity"'));
    const attacks = buying.flatMap((operation) => quantities.map((quantity) => ({ operation, quantity })));

    await tryEach(attacks, async ({ operation, quantity }) => {
      const body = bodyOf(scene, operation) as Json;
      const place = body.items ? ['items', 0, 'quantity'] : ['quantity'];
      const answer = await send(scene, operation, { ...jane, body: withValue(body, place, quantity) });
      return unlessRefused(`${nameOf(operation)} of ${JSON.stringify(quantity)}`, answer, 400);
    });
  });

  test('nobody gets round that by many lines', async () => {
    const { product_id } = janes;
    const line = { product_id, quantity: 99 };
    const lists = [[], [line, line], Array.from({ length: 51 }, (_, n) => ({ product_id: `p${n}`, quantity: 1 }))];

    await tryEach(lists, async (items) => {
      const headers = { 'idempotency-key': randomUUID() };
      const body = { items, payment_method: 'card_ok' };
      return unlessRefused(
        `${items.length} lines`,
        await shop.call('POST /api/v1/orders', { ...jane, headers, body }),
        400,
      );
    });
  });

  test('no step of an order is skipped by the one who placed it', async () => {
    const setting = writing.filter(({ path }) => path.endsWith('/orders/{order_id}/status'));
    const attacks = setting.flatMap((operation) =>
      ['pending', 'confirmed', 'shipped', 'delivered', 'needs_attention', 'refunded'].map((status) => ({
        operation,
        status,
      })),
    );

    await tryEach(attacks, async ({ operation, status }) => {
      const answer = await send(scene, operation, { ...jane, body: { status } });
      return unlessRefused(`${nameOf(operation)} to ${status}`, answer, 400, 403, 409);
    });
  });
});

/** Places that only we can reach, in forms that programs read in their own ways. */
const INNER_HOSTS = [
  '169.254.169.254',
  '169.254.170.2',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  'fd00:ec2::254',
  'fe80::1',
  'fc00::1',
  '::',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '0xa9.254.169.254',
  '169.254.43518',
  '169.254.169.254.',
  '169。254。169。254',
  '①⑥⑨.254.169.254',
  'example.com@169.254.169.254',
  'example.com#@169.254.169.254',
  '169.254.169.254:80',
  '169.254.169.254/latest',
  'fe80::1%25eth0',
  'metadata.google.internal',
  'instance-data.ec2.internal',
  'host.invalid',
];
const OTHER_SCHEMES = [
  'file:///etc/passwd',
  'gopher://127.0.0.1:25/_x',
  'ftp://example.com/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'dict://x:1',
  'ldap://x',
  '//example.com/',
  'http:example.com',
  'http:///x',
  'http://u:p@example.com/',
  'http://example.com\\@169.254.169.254/',
  'http://exa mple.com/',
  'unix:/var/run/docker.sock',
];

// The same of addresses by name, that lead elsewhere by now: test/runtime/outbound-probe.test.ts.
attackGroup('API7 server side request forgery', (tryEach) => {
  test('no instance is registered at a place that only we can reach', async () => {
    const inUrl = (host: string) =>
      /^[0-9a-f:.]*:[0-9a-f:.%]*$/i.test(host) && host.split(':').length > 2 ? `[${host}]` : host;
    const attacks = [
      ...INNER_HOSTS.map((host) => ({ host })),
      ...INNER_HOSTS.map((host) => ({ health_check_url: `http://${inUrl(host)}/latest/meta-data/` })),
      ...INNER_HOSTS.map((host) => ({ health_check_url: `https://${inUrl(host)}/` })),
      ...OTHER_SCHEMES.map((health_check_url) => ({ health_check_url })),
    ];

    await tryEach(attacks, async (said) => {
      const answer = await shop.registerInstance(shop.anInstance(said));
      return unlessRefused(JSON.stringify(said), answer, 400, 422);
    });
  });

  test('no route leads to a host that it names itself', async () => {
    const hosts = ['http://169.254.169.254/', '/\\example.com', '/a b', '/?x=', '/#x', '/a\r\nhost: x'];
    const attacks = [
      ...hosts.map((rewrite) => ({ rewrite })),
      ...hosts.map((service_name) => ({ service_name })),
      ...hosts.map((rewrite) => ({ shadow: { service_name: 'x', rewrite } })),
      ...[
        'host',
        'authorization',
        'connection',
        'content-length',
        'x-bazaar-role',
        'x-forwarded-for',
        'X-Name',
        'a:b',
      ].map((name) => ({ headers: [{ name, value: 'x' }] })),
      ...['a\r\nb: c', 'a\nb', '\u0000', 'é'].map((value) => ({ headers: [{ name: 'x-name', value }] })),
    ];

    await tryEach(attacks, async (route) => {
      const body = { path_pattern: `/attacked/${randomUUID()}`, service_name: 'nobody', ...route };
      return unlessRefused(JSON.stringify(route), await shop.call('POST /api/v1/routes', { ...admin, body }), 400);
    });
  });

  test('no field is taken for an address that is not one', async () => {
    const payment_methods = ['http://169.254.169.254/', '//example.com', 'card_ok@example.com', 'file:///etc/passwd'];
    const paying = writing.filter((operation) => JSON.stringify(bodyOf(scene, operation)).includes('"payment_method"'));
    const attacks = paying.flatMap((operation) =>
      payment_methods.map((payment_method) => ({ operation, payment_method })),
    );

    await tryEach(attacks, async ({ operation, payment_method }) => {
      const body = withValue(bodyOf(scene, operation), ['payment_method'], payment_method);
      return unlessRefused(payment_method, await send(scene, operation, { ...jane, body }), 400);
    });
  });
});

const ORIGIN = 'https://evil.example';

attackGroup('API8 security misconfiguration', (tryEach) => {
  const reading = operations.filter(({ method }) => method === 'GET');

  test('every answer, right or wrong, says how to handle it, and no other site may read it', async () => {
    const answers = [
      ...reading.map((operation) => ({ operation, caller: callerOf, path: (path: string) => path })),
      ...reading.map((operation) => ({
        operation,
        caller: () => undefined,
        path: (path: string) => `${path}?wrong=1`,
      })),
    ];

    await tryEach(answers, async ({ operation, caller, path }) => {
      const headers = { origin: ORIGIN };
      const answer = await send(scene, operation, {
        ...caller(scene, operation),
        path: path(pathWith(operation, janes)),
        headers,
      });
      const wrong = wrongHeaders(answer);
      return wrong && `${nameOf(operation)} ${answer.status}: ${wrong}`;
    });
    await tryEach(['/', '/nowhere', '/api/v1/nowhere'], async (path) => wrongHeaders(await shop.call(`GET ${path}`)));
  });

  test('no path is open to scripts of other sites, or to methods that show what was sent', async () => {
    const paths = [...new Set(operations.map((operation) => pathWith(operation, janes)))];
    const preflight = {
      origin: ORIGIN,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const attacks = paths.flatMap((path) => [`OPTIONS ${path}`, `TRACE ${path}`]);

    await tryEach(attacks, async (route) => {
      const { status, headers, body } = await sendRaw(route, { ...preflight, 'x-secret': 'secret' });
      const isOpen = headers.get('access-control-allow-origin') || (route.startsWith('TRACE') && status < 400);
      return (isOpen || JSON.stringify(body)?.includes('secret')) && `${route} is answered ${status}`;
    });
  });

  test('no answer repeats the host that the caller names', async () => {
    const says: Record<string, string>[] = [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example' },
      { 'x-host': 'evil.example' },
      { forwarded: 'host=evil.example' },
      { 'x-original-url': '//evil.example' },
    ];
    const attacks = reading
      .filter(({ access }) => access === 'public')
      .flatMap((operation) => says.map((headers) => ({ operation, headers })));

    await tryEach(attacks, async ({ operation, headers }) => {
      const answer = await sendRaw(nameOf({ ...operation, path: pathWith(operation, janes) }), headers);
      const told = JSON.stringify([answer.body, ...answer.headers.values()]);
      return told.includes('evil.example') && `${nameOf(operation)} repeats ${JSON.stringify(headers)}`;
    });
  });
});

function wrongHeaders({ headers }: Answer): string | undefined {
  const wrong = [
    headers.get('x-content-type-options') !== 'nosniff' && 'nosniff is missing',
    !headers.get('strict-transport-security') && 'strict-transport-security is missing',
    !headers.get('content-security-policy')?.startsWith("default-src 'none'") && 'content-security-policy is missing',
    !headers.get('cache-control') && 'cache-control is missing',
    ['server', 'x-powered-by', 'access-control-allow-origin', 'set-cookie'].find((name) => headers.has(name)),
  ];
  return wrong.filter(Boolean).join(', ') || undefined;
}

// Every deployed route is in the contract: attacks.local.test.ts. Versions and their end: contract-versions.test.ts.
attackGroup('API9 improper inventory management', (tryEach) => {
  test('what is not in the contract is not there', async () => {
    const versions = ['v0', 'v3', 'v1.0', 'V1', 'beta', 'internal', 'latest', 'test'].map(
      (version) => `/api/${version}/products`,
    );
    const words = [
      '/.env',
      '/.git/config',
      '/actuator/env',
      '/admin',
      '/debug',
      '/metrics',
      '/graphql',
      '/swagger.json',
      '/server-status',
      '/api/v1/admin',
      '/api/v1/users/admin/token',
      '/api/v1/debug',
      '/console',
      '/_bazaar/faults',
      '/_bazaar/mailbox',
      '/api/v2/users',
      '/internal/v1/routes',
      '/v1/charges',
      '/robots.txt',
      '/api',
      '/api/v1',
    ];

    await tryEach([...versions, ...words], async (path) => {
      return unlessRefused(path, await sendRaw(`GET ${path}`, bearer(admin)), 404, 401);
    });
  });

  test('no path has another method than its contract says', async () => {
    const known = new Set(operations.map((operation) => `${operation.method} ${pathWith(operation, janes)}`));
    const paths = [...new Set(operations.map((operation) => pathWith(operation, janes)))];
    const routes = paths.flatMap((path) =>
      ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].map((method) => `${method} ${path}`),
    );
    // What has a word where another path has a parameter is that other path too.
    const isAnother = (route: string) =>
      operations.some(({ method, path }) =>
        new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(route),
      );

    await tryEach(
      routes.filter((route) => !known.has(route) && !isAnother(route)),
      async (route) => {
        const { status, body } = await sendRaw(route, bearer(admin));
        return body?.code !== 'ROUTE_NOT_FOUND' && `${route} is answered ${status}: ${JSON.stringify(body)}`;
      },
    );
  });
});

// Answers of the provider that are late, wrong, no JSON or without end: test/payment/sandbox-provider.test.ts and
// test/runtime/outbound-answer.test.ts. What a registered service may do to the gateway: gateway-forward.local.test.ts.
attackGroup('API10 unsafe consumption of APIs', (tryEach) => {
  test('no webhook is believed that the provider has not signed', async () => {
    const news = (type: string) =>
      JSON.stringify({ event_id: randomUUID(), type, charge: { key: janes.order_id, charge_id: 'ch_1' } });
    const now = Math.floor(Date.now() / 1_000);
    const signatures = (body: string) => [
      undefined,
      '',
      `t=${now}`,
      `t=${now},v1=`,
      `t=${now},v1=${'0'.repeat(64)}`,
      `t=${now},v0=${'0'.repeat(64)}`,
      `t=${now},v1=${'0'.repeat(64)},v1=${'f'.repeat(64)}`,
      `v1=${'0'.repeat(64)}`,
      `t=NaN,v1=${'0'.repeat(64)}`,
      `t=${now}e5,v1=${'0'.repeat(64)}`,
      signatureOf(body, [''], new Date()),
      signatureOf(body, ['secret'], new Date()),
      signatureOf('', ['secret'], new Date(0)),
      `t=${now},v1=${','.repeat(4_000)}`,
    ];
    const attacks = ['charge.succeeded', 'charge.refunded', 'charge.failed']
      .map(news)
      .flatMap((body) => signatures(body).map((signature) => ({ body, signature })));

    await tryEach(attacks, async ({ body, signature }) => {
      const headers = { 'idempotency-key': 'k', ...(signature !== undefined && { 'sandbox-signature': signature }) };
      const answer = await shop.call('POST /api/v1/payments/webhooks/sandbox', { headers, body });
      return unlessRefused(`Signature ${signature?.slice(0, 80)}`, answer, 400);
    });
    const { body: order } = await shop.call(`GET /api/v1/orders/${janes.order_id}`, jane);
    expect(order.status).not.toBe('cancelled');
  });
});

const PAYLOADS: Json[] = [
  { $gt: '' },
  { S: 'x' },
  ["' OR '1'='1"],
  "' OR '1'='1",
  'x) OR attribute_exists(pk) OR (#a = :b',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  'x\r\nset-cookie: a=b\r\n\r\n<html>',
  '../../../../etc/passwd',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what template engines would run
  '${7*7}{{7*7}}#{7*7}<%=7*7%>',
  '$states.input{% $eval("1") %}',
  'jndi:ldap://other.example/a',
  '$(id)`id`;id|id',
  '__proto__',
  'USER#1',
  '\u202Enimda\u200B',
  'a\u0000b',
  'ａｄｍｉｎ',
  "=cmd|' /C calc'!A0",
];

attackGroup('Injection, in every string of every body and query', (tryEach) => {
  test('what is taken is kept as it is, and what is not is refused', async () => {
    // Those of one service that take the same body read it in the same way.
    const distinct = new Map(
      writing.map((operation) => [operation.path.split('/')[3] + JSON.stringify(operation.body), operation]),
    );
    const fields = [...distinct.values()].flatMap((operation) => {
      return stringsIn(bodyOf(scene, operation)).map((place) => ({ operation, place }));
    });
    const attacks = fields.flatMap((field, index) => someOf(PAYLOADS, index).map((payload) => ({ ...field, payload })));

    await tryEach(attacks, async ({ operation, place, payload }) => {
      const caller = callerOf(scene, operation);
      const body = withValue(bodyOf(scene, operation), place, payload);
      const answer = await send(scene, operation, { ...caller, body });
      // A route that is taken would count among those of the shop.
      if (operation.id === 'createRoute' && answer.status === 201)
        await shop.call(`DELETE /api/v1/routes/${answer.body.route_id}`, admin);
      const what = `${nameOf(operation)} with ${JSON.stringify(payload)} in ${place.join('.')}`;
      if (answer.status >= 400) return unlessRefused(what, answer, 400, 401, 404, 409, 422, 429);
      const kept = valueAt(answer.body, place);
      const isKept = kept === undefined || JSON.stringify(kept) === JSON.stringify(payload);
      return (
        (!isKept || typeof payload !== 'string' || answer.headers.has('set-cookie') || operation.id === 'logIn') &&
        `${what} is answered ${answer.status}: ${JSON.stringify(answer.body)}`
      );
    });
  });

  test('no query is more than a query', async () => {
    const queries = operations.flatMap((operation) =>
      operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => ({ operation, name })),
    );
    const strings = PAYLOADS.filter((payload) => typeof payload === 'string');
    const attacks = queries.flatMap((query, index) => someOf(strings, index).map((payload) => ({ ...query, payload })));

    await tryEach(attacks, async ({ operation, name, payload }) => {
      const path = `${pathWith(operation, janes)}?${name}=${encodeURIComponent(payload)}`;
      const answer = await send(scene, operation, { ...callerOf(scene, operation), path });
      const what = `${nameOf(operation)} with ${name}=${payload}`;
      if (answer.status >= 400) return unlessRefused(what, answer, 400, 404, 503);
      const isSelected = answer.body.products?.every(({ category }: Json) => category === payload);
      return !isSelected && `${what} is answered ${answer.status}`;
    });
  });
});

// What reaches a registered service: test/gateway/transformation.test.ts, gateway-forward.local.test.ts.
attackGroup('Header smuggling', (tryEach) => {
  test('a request that two servers may read in two ways is read in none', async () => {
    const { host } = new URL(shop.apiUrl);
    const hidden = `GET /api/v1/products HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const head = `POST /api/v1/orders HTTP/1.1\r\nHost: ${host}\r\n`;
    const requests = {
      'two lengths': `${head}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      'two lengths in one': `${head}Content-Length: 0, ${hidden.length}\r\n\r\n${hidden}`,
      'a length and chunks': `${head}Content-Length: ${hidden.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      'chunks and a length': `${head}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n${hidden}`,
      'chunks spelled oddly': `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
      'chunks with a space': `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
      'chunks on a second line': `${head}Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n${hidden}`,
      'chunks of no number': `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n${hidden}`,
      'a negative length': `${head}Content-Length: -1\r\n\r\n${hidden}`,
      'a signed length': `${head}Content-Length: +0\r\n\r\n${hidden}`,
      'a length in hexadecimal': `${head}Content-Length: 0x0\r\n\r\n${hidden}`,
      'a name with a space': `${head}X Name: 1\r\nContent-Length: 0\r\n\r\n${hidden}`,
      'a zero in a value': `${head}X-Name: a\u0000b\r\nContent-Length: 0\r\n\r\n${hidden}`,
      'a return in a value': `${head}X-Name: a\rX-Bazaar-Role: admin\r\nContent-Length: 0\r\n\r\n${hidden}`,
      'no host': `GET /api/v1/products HTTP/1.1\r\n\r\n`,
      'another protocol': `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
      'a tunnel': `CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      'another host as the path': `GET http://169.254.169.254/latest/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    };

    await tryEach(Object.entries(requests), async ([what, bytes]) => {
      const received = await rawBytes(shop.apiUrl, bytes);
      return statusLines(received).some((status) => status < 400) && `${what}: ${received.slice(0, 300)}`;
    });
  });

  test('what a client says of itself to those behind us is not repeated, nor believed', async () => {
    const headers: Record<string, string>[] = [
      { connection: 'authorization' },
      { connection: 'x-correlation-id, content-length' },
      { te: 'trailers' },
      { 'x-bazaar-role': 'admin' },
      { x_bazaar_role: 'admin' },
      { 'x-bazaar-user-id': 'admin' },
      { 'x-amz-security-token': 'x', 'x-amz-date': '20261122T000000Z' },
      { 'x-correlation-id': 'a%0d%0aset-cookie:b' },
      { traceparent: '00-00000000000000000000000000000000-0000000000000000-00' },
      { via: '1.1 bazaar-gateway' },
    ];
    const attacks = ['GET /api/v1/routes', 'GET /nowhere', 'GET /api/v1/inventory/x'].flatMap((route) =>
      headers.map((said) => ({ route, said })),
    );

    await tryEach(attacks, async ({ route, said }) => {
      const answer = await sendRaw(route, { ...bearer(jane), ...said });
      const repeated = JSON.stringify([...answer.headers]).match(/x[-_]bazaar[-_](role|user)|set-cookie|%0d/);
      return repeated
        ? `${route} repeats ${JSON.stringify(said)}`
        : unlessRefused(`${route} with ${JSON.stringify(said)}`, answer, 403, 404);
    });
  });
});
