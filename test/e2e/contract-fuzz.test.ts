import { randomInt } from 'node:crypto';
import { beforeAll, describe, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc, { type Arbitrary } from 'fast-check';
import { V2_MEDIA_TYPE } from '#lib/runtime/http/route.ts';
import { allowedBy, BROKEN_JSON, type Known, ODD_STRINGS, spoiled } from '../contract/arbitrary-input.ts';
import { allOperations, type Operation, openApi, pathWith } from '../contract/operations.ts';
import { type RawRequest, rawCall } from '../contract/raw-call.ts';
import { breachOfContract } from '../setup/contract.ts';
import { shop } from '../setup/end-to-end.ts';
import type { Answer, Buyer } from '../setup/shop.ts';

/** `BAZAAR_FUZZ_SEED` repeats a run, `BAZAAR_FUZZ_RUNS` makes it longer. */
const SEED = Number(process.env.BAZAAR_FUZZ_SEED ?? randomInt(2 ** 31));
const RUNS = Number(process.env.BAZAAR_FUZZ_RUNS ?? 12);
const FEWEST_RUNS = 3;
/** For all operations together: a slow machine does fewer runs of each. Ignored when the runs are given. */
const TIME_LIMIT_MS = process.env.BAZAAR_FUZZ_RUNS ? 600_000 : 30_000;

/** What a 5xx may say all the same: that a service of somebody else is down. */
const NOT_OUR_FAULT = ['NO_HEALTHY_INSTANCE'];

const operations = allOperations();
const { ajv, compiled } = validator();

let jane: Buyer;
let admin: Buyer;
let known: Known;
let real: Record<string, string>;

beforeAll(async () => {
  const [customer, administrator, product_id] = await Promise.all([shop.aCustomer(), shop.admin(), shop.aProduct()]);
  const { body } = await shop.placeOrder(customer, { product_id });
  [jane, admin] = [customer, administrator];
  const { route_id } = await shop.aRoute();
  real = { user_id: jane.user_id, order_id: body.order_id, product_id, provider: 'sandbox', route_id };
  known = {
    // Of its own, lest it takes paths that other tests know as unknown.
    path_pattern: fc.uuid().map((id) => `/fuzzed/${id}`),
    rewrite: fc.constant('/'),
    product_id: fc.oneof(fc.constant(product_id), fc.uuid()),
    payment_method: fc.constantFrom('card_ok', 'card_declined', 'card_unheard_of'),
  };
});

describe(`any request (BAZAAR_FUZZ_SEED=${SEED})`, () => {
  test.each(operations)(
    'to $id gets an answer that its contract allows',
    async (operation) => {
      // Who can delete an account deletes one of its own.
      const customer = operation.method === 'DELETE' ? await shop.aCustomer() : jane;
      const caller = operation.access === 'admin' ? admin : customer;
      const ids = { ...real, user_id: customer.user_id };
      const deadline = Date.now() + TIME_LIMIT_MS / operations.length;
      let runs = 0;

      const property = fc.asyncProperty(requestsFor(operation, ids, caller), async (request) => {
        if (++runs > FEWEST_RUNS && Date.now() > deadline) return;
        const answer = await rawCall(shop.apiUrl, request);
        const breach = await breachOf(operation, request, answer);
        if (breach) throw new Error(breach);
      });
      await fc.assert(property, { seed: SEED + operations.indexOf(operation), numRuns: RUNS });
    },
    TIME_LIMIT_MS,
  );
});

async function breachOf(operation: Operation, { method, path, headers }: RawRequest, answer: Answer) {
  const isOurFault = answer.status >= 500 && !NOT_OUR_FAULT.includes(answer.body?.code);
  if (isOurFault) return `${operation.id} answers ${answer.status}: ${JSON.stringify(answer.body)}`;
  return (
    (await breachOfContract(`${method} ${path}`, headers.accept, answer)) ??
    breachOfDocument(operation, headers.accept, answer)
  );
}

/** The schemas have been checked: does the document say the same? */
function breachOfDocument({ id, responses }: Operation, accept: string | undefined, { status, headers, body }: Answer) {
  const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
  const response = responses[status];
  if (body === undefined || body?.code === 'ROUTE_NOT_FOUND') return undefined;
  const schema = response?.content?.[mediaType]?.schema;
  if (!schema) return `The contract of ${id} does not say ${status} in ${mediaType} (Accept: ${accept})`;
  const validate = compiled(schema);
  return validate(body) ? undefined : `${id} ${status}: ${ajv.errorsText(validate.errors)}`;
}

function validator() {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(openApi, 'contract');
  const validators = new Map<string, ReturnType<typeof ajv.compile>>();
  const compiled = (schema: object) => {
    const absolute = JSON.stringify(schema).replaceAll('"#/components', '"contract#/components');
    const validate = validators.get(absolute) ?? ajv.compile(JSON.parse(absolute));
    validators.set(absolute, validate);
    return validate;
  };
  return { ajv, compiled };
}

/** Requests for an operation: most of them with one thing wrong, so that they get far. */
function requestsFor(operation: Operation, ids: Record<string, string>, { token }: Buyer): Arbitrary<RawRequest> {
  return fc
    .record({
      path: mostly(fc.constant(pathWith(operation, ids)), oddPaths(operation)),
      query: mostly(queries(operation), ODD_QUERIES),
      headers: mostly(fc.record(ownHeaders(operation)), ODD_HEADERS),
      body: bodies(operation),
      key: fc.uuid(),
      authorization: mostly(
        fc.constant(`Bearer ${token}`),
        fc.constantFrom('', 'Bearer', 'Bearer a.b.c', 'Basic eDp4', token),
      ),
    })
    .map(({ path, query, headers, body, key, authorization }) => ({
      method: operation.method,
      path: query ? `${path}?${query}` : path,
      headers: {
        ...(operation.access !== 'public' && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        'idempotency-key': key,
        ...headers,
      },
      body,
    }));
}

function mostly<T>(usual: Arbitrary<T>, odd: Arbitrary<T>): Arbitrary<T> {
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

const ODD_SEGMENTS = fc.oneof(
  fc.constantFrom(
    '%2F',
    '%00',
    '%2e%2e%2f',
    '..',
    '%',
    '%ZZ',
    '%ED%A0%80',
    '%F0%9F%92%A9',
    "'",
    '*',
    '%23',
    '%20',
    '__proto__',
  ),
  fc.constantFrom(100, 1_025, 2_049, 5_000).map((length) => 'x'.repeat(length)),
  fc.constantFrom('admin', 'user', '0', '-1', 'null', '%7B%7D'),
  fc.string({ unit: 'grapheme', minLength: 1 }).map(encodeURIComponent),
);

function oddPaths(operation: Operation): Arbitrary<string> {
  const names = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const values = fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(fc.uuid(), ODD_SEGMENTS)])));
  return values.map((odd) => pathWith(operation, odd));
}

const POSITION = fc.record(
  { product_id: fc.uuid(), order_id: fc.uuid(), created_at: fc.string() },
  { requiredKeys: [] },
);
const CURSORS = fc.oneof(fc.jsonValue(), POSITION).map((position) => {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
});

/** Allowed ones, and such that are not what their schema says. */
function queries({ parameters }: Operation): Arbitrary<string> {
  const own = parameters.filter((parameter) => parameter.in === 'query');
  const values = own.map(({ name, schema }): [string, Arbitrary<unknown>] => {
    return [name, mostly(name === 'cursor' ? CURSORS : allowedBy(schema), ODD_STRINGS)];
  });
  return fc.record(Object.fromEntries(values), { requiredKeys: [], noNullPrototype: true }).map((query) =>
    Object.entries(query)
      .map(([name, value]) => `${name}=${encoded(String(value).slice(0, 2_000))}`)
      .join('&'),
  );
}

/** A lone surrogate has no encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const ODD_QUERIES = fc.constantFrom(
  'limit=1&limit=2',
  'limit=',
  'limit=0',
  'limit=1e3',
  'limit=%00',
  'page=99999999999999999999',
  'cursor=%ED%A0%80',
  'unknown=1',
  '=',
  '&&',
  '%',
  'limit[]=1',
  '__proto__=1',
  'category=%2500',
  `cursor=${'A'.repeat(3_000)}`,
);

function ownHeaders({ parameters }: Operation): Record<string, Arbitrary<string>> {
  const own = parameters.filter((parameter) => parameter.in === 'header' && /^If-/.test(parameter.name));
  return Object.fromEntries(
    own.map(({ name }) => [name.toLowerCase(), fc.constantFrom('*', '"1"', '"0"', 'W/"1"', '1')]),
  );
}

/** What may stand in a header, from the outside of Latin-1 too. */
const HEADER_TEXT = fc.oneof(
  fc.stringMatching(/^[\x20-\x7e\xa0-\xff]{0,40}$/),
  fc.constantFrom('', ',', ';q=1', '*/*', '\t', 'x'.repeat(2_000), '00-0-0-00', '%00'),
);

const ODD_HEADERS = fc.oneof(
  fc.record(
    {
      'x-correlation-id': HEADER_TEXT,
      traceparent: fc.oneof(HEADER_TEXT, fc.constant('00-00000000000000000000000000000000-0000000000000000-00')),
      accept: fc.oneof(HEADER_TEXT, fc.constantFrom(V2_MEDIA_TYPE, `${V2_MEDIA_TYPE}, */*`, 'text/html')),
      'idempotency-key': HEADER_TEXT,
      'if-match': HEADER_TEXT,
      'if-none-match': HEADER_TEXT,
      'content-encoding': fc.constantFrom('gzip', 'identity'),
    },
    { requiredKeys: [] },
  ),
  fc.record({
    'content-type': fc.constantFrom(
      '',
      'text/plain',
      'application/xml',
      'multipart/form-data',
      'application/json; charset=x',
    ),
  }),
);

function bodies({ method, body }: Operation): Arbitrary<string | undefined> {
  if (!body) return method === 'GET' ? fc.constant(undefined) : fc.oneof(fc.constant(undefined), BROKEN_JSON);
  const allowed = allowedBy(body, known);
  const json = (values: Arbitrary<unknown>) => values.map((value) => JSON.stringify(value) as string | undefined);
  return fc.oneof(json(allowed), json(spoiled(allowed)), json(spoiled(allowed)), BROKEN_JSON);
}
