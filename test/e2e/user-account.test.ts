import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Buyer, Json } from '../setup/shop.ts';

interface Account extends Buyer {
  username: string;
  email: string;
  password: string;
}

const aName = () => `u${randomUUID()}`;

async function anAccount(): Promise<Account> {
  const username = aName();
  const names = { username, email: `${username}@example.com`, password: 'correct horse' };
  await shop.call('POST /api/v1/users', { body: names });
  return { ...names, ...(await shop.logIn(username, names.password)) };
}

const change = ({ user_id, token }: Buyer, body: Json, headers?: Record<string, string>) =>
  shop.call(`PUT /api/v1/users/${user_id}`, { token, body, headers });
const read = ({ user_id, token }: Buyer) => shop.call(`GET /api/v1/users/${user_id}`, { token });
const remove = ({ user_id, token }: Buyer) => shop.call(`DELETE /api/v1/users/${user_id}`, { token });
const logIn = (body: Json) => shop.call('POST /api/v1/auth/login', { body });
const register = (body: Json) => shop.call('POST /api/v1/users', { body });

describe('changing an account', () => {
  test('gives it a new name and sets the old one free', async () => {
    const jane = await anAccount();
    const username = aName();

    const answer = await change(jane, { username });

    expect(answer).toMatchObject({ status: 200, body: { user_id: jane.user_id, username, email: jane.email } });
    expect((await logIn({ username, password: jane.password })).status).toBe(200);
    expect((await logIn({ username: jane.username, password: jane.password })).status).toBe(401);
    const next = { username: jane.username, email: `${username}@example.com`, password: 'correct horse' };
    expect((await register(next)).status).toBe(201);
  });

  test('gives it a new address and sets the old one free', async () => {
    const jane = await anAccount();
    const email = `${aName()}@example.com`;

    expect((await change(jane, { email })).body.email).toBe(email);

    expect((await logIn({ email, password: jane.password })).status).toBe(200);
    expect((await register({ username: aName(), email: jane.email, password: 'correct horse' })).status).toBe(201);
  });

  test('gives it a new password, and tokens that are out stay valid', async () => {
    const jane = await anAccount();

    expect((await change(jane, { password: 'a new horse' })).status).toBe(200);

    expect((await logIn({ username: jane.username, password: jane.password })).status).toBe(401);
    expect((await logIn({ username: jane.username, password: 'a new horse' })).status).toBe(200);
    expect((await read(jane)).status).toBe(200);
  });

  test('may change the case of the own name', async () => {
    const jane = await anAccount();
    const username = jane.username.toUpperCase();

    expect(await change(jane, { username })).toMatchObject({ status: 200, body: { username } });
    expect((await logIn({ username: jane.username, password: jane.password })).status).toBe(200);
  });

  test('says nothing when nothing changes', async () => {
    const jane = await anAccount();
    const before = await read(jane);

    const answer = await change(jane, { username: jane.username, email: jane.email });

    expect(answer.body).toEqual(before.body);
    expect(answer.headers.get('etag')).toBe(before.headers.get('etag'));
  });

  test('is refused when somebody else has the name or the address', async () => {
    const [jane, joe] = await Promise.all([anAccount(), anAccount()]);

    expectProblem(await change(jane, { username: joe.username.toUpperCase() }), 409, 'USERNAME_TAKEN');
    expectProblem(await change(jane, { email: joe.email }), 409, 'EMAIL_TAKEN');
    expect((await read(jane)).body).toMatchObject({ username: jane.username, email: jane.email });
  });

  test('is refused when it was changed in between', async () => {
    const jane = await anAccount();
    const ifMatch = { 'if-match': (await read(jane)).headers.get('etag') ?? '' };

    const first = await change(jane, { email: `${aName()}@example.com` }, ifMatch);
    const second = await change(jane, { email: `${aName()}@example.com` }, ifMatch);

    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).not.toBe(ifMatch['if-match']);
    expectProblem(second, 412, 'PRECONDITION_FAILED');
    expect((await change(jane, { username: aName() }, { 'if-match': '*' })).status).toBe(200);
  });

  test('lets one of many at the same time have a name', async () => {
    const accounts = await Promise.all([anAccount(), anAccount(), anAccount()]);
    const username = aName();

    const answers = await Promise.all(accounts.map((account) => change(account, { username })));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test('loses none of many changes at the same time', async () => {
    const jane = await anAccount();
    const username = aName();
    const email = `${username}@example.com`;

    const answers = await Promise.all([change(jane, { username }), change(jane, { email })]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await read(jane)).body).toMatchObject({ username, email });
  });

  test.each([
    ['nothing', {}],
    ['a short password', { password: 'short' }],
    ['no address', { email: 'nobody' }],
    ['a role', { role: 'admin' }],
    ['no name', { username: null }],
  ])('to %s is not valid', async (_, body) => {
    expectProblem(await change(await shop.aCustomer(), body), 400, 'VALIDATION_FAILED');
  });

  test('is for the owner and administrators', async () => {
    const [jane, joe, admin] = await Promise.all([anAccount(), anAccount(), shop.admin()]);
    const body = { username: aName() };

    expectProblem(await change({ ...joe, user_id: jane.user_id }, body), 404, 'NOT_FOUND');
    expectProblem(await change({ ...admin, user_id: randomUUID() }, body), 404, 'NOT_FOUND');
    expect((await change({ ...admin, user_id: jane.user_id }, body)).body.username).toBe(body.username);
  });
});

describe('deleting an account', () => {
  test('ends it, for the owner and for administrators', async () => {
    const jane = await anAccount();
    const { token } = await shop.admin();

    expect(await remove(jane)).toMatchObject({ status: 204, body: undefined });

    expectProblem(await read(jane), 404, 'NOT_FOUND');
    expectProblem(await read({ ...jane, token }), 404, 'NOT_FOUND');
    expectProblem(await change(jane, { username: aName() }), 404, 'NOT_FOUND');
    expectProblem(await remove(jane), 404, 'NOT_FOUND');
    expectProblem(await logIn({ email: jane.email, password: jane.password }), 401, 'INVALID_CREDENTIALS');
  });

  test('sets name and address free for somebody else', async () => {
    const { username, email, password, ...jane } = await anAccount();
    await remove(jane);

    const { status, body } = await register({ username, email, password });

    expect(status).toBe(201);
    expect(body.user_id).not.toBe(jane.user_id);
  });

  test('keeps the orders', async () => {
    const [jane, admin, product_id] = await Promise.all([anAccount(), shop.admin(), shop.aProduct()]);
    const { order_id } = await shop.settledOrder(jane, { product_id });

    await remove(jane);

    const { body: order } = await shop.call(`GET /api/v1/orders/${order_id}`, admin);
    expect(order).toMatchObject({ order_id, user_id: jane.user_id, status: 'confirmed' });
  });

  test('is for the owner and administrators', async () => {
    const [jane, joe, admin] = await Promise.all([anAccount(), anAccount(), shop.admin()]);

    expectProblem(await remove({ ...joe, user_id: jane.user_id }), 404, 'NOT_FOUND');
    expect((await read(jane)).status).toBe(200);
    expect((await remove({ ...admin, user_id: jane.user_id })).status).toBe(204);
  });
});

describe('an account with its orders', () => {
  const withOrders = ({ user_id, token }: Buyer) => shop.call(`GET /api/v1/users/${user_id}?include=orders`, { token });

  test('shows them newest first, to the owner and to an administrator', async () => {
    const [jane, admin, product_id] = await Promise.all([anAccount(), shop.admin(), shop.aProduct()]);
    const first = await shop.settledOrder(jane, { product_id });
    const second = await shop.settledOrder(jane, { product_id });

    // A cold start may take the two seconds that the order service has for its answer.
    const answer = await eventually(async () => {
      const found = await withOrders(jane);
      return found.body.orders.length === 2 && found;
    });

    const { body: account, headers } = await read(jane);
    expect(answer.body).toEqual({ ...account, orders: [second, first] });
    expect(answer.headers.get('etag')).toBe(headers.get('etag'));
    await eventually(async () => (await withOrders({ ...admin, user_id: jane.user_id })).body.orders.length === 2);
  });

  test('is nobody else’s, and includes nothing else', async () => {
    const [jane, joe] = await Promise.all([anAccount(), anAccount()]);

    expectProblem(await withOrders({ ...joe, user_id: jane.user_id }), 404, 'NOT_FOUND');
    expectProblem(
      await shop.call(`GET /api/v1/users/${jane.user_id}?include=payments`, jane),
      400,
      'VALIDATION_FAILED',
    );
  });
});
