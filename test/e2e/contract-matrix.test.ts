import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowedBy, type Known } from '../contract/arbitrary-input.ts';
import { allOperations, type Operation, pathWith } from '../contract/operations.ts';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer, Buyer } from '../setup/shop.ts';

/** What operations answer that let anybody in and then ask for something else than a token. */
const OWN_CREDENTIALS = ['INVALID_CREDENTIALS', 'INVALID_SIGNATURE'];
/** Ids in a path that say whose it is. */
const OWNED = ['user_id', 'order_id'];
/** What the right caller may hear besides success: rules that the state of things breaks. */
const RULES = [409, 412, 422];

let owner: Buyer;
let stranger: Buyer;
let admin: Buyer;
/** Ids of what belongs to the owner. */
let ids: Record<string, string>;

beforeAll(async () => {
  [owner, stranger, admin] = await Promise.all([shop.aCustomer(), shop.aCustomer(), shop.admin()]);
  const product_id = await shop.aProduct();
  const { order_id } = await shop.settledOrder(owner, { product_id });
  const { service_name, instance_id } = await shop.aHealthyInstance();
  ids = { user_id: owner.user_id, order_id, product_id, service_name, instance_id, provider: 'sandbox' };
});

const operations = allOperations();
const isOwned = ({ path }: Operation) => OWNED.some((name) => path.includes(`{${name}}`));

describe('public operations', () => {
  test.each(operations.filter(({ access }) => access === 'public'))(
    '$method $path lets anybody in',
    async (operation) => {
      expectHandled(await send(operation, ids));
    },
  );
});

describe('operations for a token', () => {
  test.each(operations.filter((operation) => operation.access === 'user' && isOwned(operation)))(
    '$method $path are for the owner, and for administrators as far as they go',
    async (operation) => {
      const [jane, of] = await ownerFor(operation);

      expectProblem(await send(operation, of), 401, 'UNAUTHORIZED');
      expectProblem(await send(operation, of, stranger), 404, 'NOT_FOUND');
      expectHandled(await send(operation, of, jane), operation);
      expect((await send(operation, of, admin)).status).not.toBe(401);
    },
  );

  test.each(operations.filter((operation) => operation.access === 'user' && !isOwned(operation)))(
    '$method $path is for any token',
    async (operation) => {
      expectProblem(await send(operation, ids), 401, 'UNAUTHORIZED');
      for (const caller of [owner, stranger, admin]) expectHandled(await send(operation, ids, caller));
    },
  );
});

describe('operations for administrators', () => {
  test.each(operations.filter(({ access }) => access === 'admin'))('$method $path', async (operation) => {
    const of = operation.method === 'GET' ? ids : { ...ids, ...(await disposable(operation)) };

    expectProblem(await send(operation, of), 401, 'UNAUTHORIZED');
    expectProblem(await send(operation, of, owner), 403, 'FORBIDDEN');
    expectProblem(await send(operation, of, stranger), 403, 'FORBIDDEN');
    expectHandled(await send(operation, of, admin));
  });
});

/** What an administrator may change or delete without taking it from another test. */
async function disposable({ method, path }: Operation): Promise<Record<string, string>> {
  if (path.includes('{route_id}')) return shop.aRoute();
  return method === 'DELETE' ? shop.aHealthyInstance() : {};
}

/** Who deletes something may delete all: that one is somebody whom no other test needs. */
async function ownerFor({ method }: Operation): Promise<[Buyer, Record<string, string>]> {
  if (method !== 'DELETE') return [owner, ids];
  const jane = await shop.aCustomer();
  return [jane, { ...ids, user_id: jane.user_id }];
}

/** The caller came through to what the operation does. */
function expectHandled({ status, body }: Answer, operation?: Operation): void {
  const isDone = status < 300 || RULES.includes(status) || OWN_CREDENTIALS.includes(body?.code);
  const isOwnRule = status === 403 && operation?.responses[403];
  if (!isDone && !isOwnRule) throw new Error(`It was answered ${status}: ${JSON.stringify(body)}`);
}

/** A request that the contract allows. */
function send(operation: Operation, of: Record<string, string>, caller?: Buyer): Promise<Answer> {
  const { method, body } = operation;
  return shop.call(`${method} ${pathWith(operation, of)}`, {
    token: caller?.token,
    headers: { 'idempotency-key': randomUUID() },
    body: body && fc.sample(allowedBy(body, known(of)), 1)[0],
  });
}

/** What JSON Schema cannot say of a field, or what would be wrong with any other value. */
function known({ product_id }: Record<string, string>): Known {
  const name = `u${randomUUID()}`;
  const { host, health_check_url } = shop.anInstance();
  return {
    items: fc.constant([{ product_id, quantity: 1 }]),
    payment_method: fc.constant('card_ok'),
    path_pattern: fc.constant(`/${name}`),
    rewrite: fc.constant('/'),
    username: fc.constant(name),
    email: fc.constant(`${name}@example.com`),
    name: fc.constant(name),
    category: fc.constant('test'),
    status: fc.constant('cancelled'),
    host: fc.constant(host),
    health_check_url: fc.constant(health_check_url),
  };
}
