import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Buyer, Json } from '../setup/shop.ts';

const LIST = 'GET /api/v1/notifications';
const PREFERENCES = '/api/v1/notifications/preferences';

async function notificationsOf(buyer: Buyer): Promise<Json[]> {
  return (await shop.call(LIST, buyer)).body.notifications;
}

async function typesOf(buyer: Buyer): Promise<string[]> {
  return (await notificationsOf(buyer)).map(({ type }) => type);
}

const isTold = (buyer: Buyer, type: string) => eventually(async () => (await typesOf(buyer)).includes(type));

async function setPreferences({ token }: Buyer, order_updates: boolean): Promise<void> {
  await shop.call(`PUT ${PREFERENCES}`, { token, body: { email: { order_updates } } });
}

describe('a customer', () => {
  test('is welcomed', async () => {
    const jane = await shop.aCustomer();

    await isTold(jane, 'user.registered');

    expect(await notificationsOf(jane)).toEqual([
      {
        notification_id: expect.any(String),
        type: 'user.registered',
        channel: 'email',
        subject: 'Welcome to Bazaar',
        sent_at: expect.any(String),
      },
    ]);
  });

  test('is told of an order that is confirmed, and not of those of others', async () => {
    const product_id = await shop.aProduct();
    const [jane, joe] = [await shop.aCustomer(), await shop.aCustomer()];

    const { order_id } = await shop.settledOrder(jane, { product_id });

    await isTold(jane, 'order.confirmed');
    const [newest] = await notificationsOf(jane);
    expect(newest).toMatchObject({ subject: `Your order ${order_id.slice(0, 8)} is confirmed` });
    await isTold(joe, 'user.registered');
    expect(await typesOf(joe)).toEqual(['user.registered']);
  });

  test('is told of a refund, however little they want to hear', async () => {
    const product_id = await shop.aProduct();
    const jane = await shop.aCustomer();
    await setPreferences(jane, false);

    await shop.settledOrder(jane, { product_id, payment_method: 'card_timeout' });

    await isTold(jane, 'payment.refunded');
    await isTold(jane, 'user.registered');
    expect((await typesOf(jane)).sort()).toEqual(['payment.refunded', 'user.registered']);
  });

  test('is told why an order is off', async () => {
    const product_id = await shop.aProduct();
    const jane = await shop.aCustomer();

    await shop.settledOrder(jane, { product_id, payment_method: 'card_declined' });

    await isTold(jane, 'order.cancelled');
  });

  test('reads notifications newest first, page by page', async () => {
    const product_id = await shop.aProduct();
    const jane = await shop.aCustomer();
    await isTold(jane, 'user.registered');
    await shop.settledOrder(jane, { product_id });
    await isTold(jane, 'order.confirmed');

    const first = await shop.call(`${LIST}?limit=1`, jane);
    const second = await shop.call(`${LIST}?limit=1&cursor=${first.body.next_cursor}`, jane);

    expect(first.body.notifications).toMatchObject([{ type: 'order.confirmed' }]);
    expect(second.body.notifications).toMatchObject([{ type: 'user.registered' }]);
  });

  test.each(['limit=0', 'limit=101', 'limit=many', 'cursor=nonsense', 'user_id=joe'])(
    'cannot ask for notifications with %s',
    async (query) => {
      const jane = await shop.aCustomer();

      expectProblem(await shop.call(`${LIST}?${query}`, jane), 400, 'VALIDATION_FAILED');
    },
  );
});

describe('preferences', () => {
  test('are to be told everything until somebody says otherwise', async () => {
    const jane = await shop.aCustomer();

    expect((await shop.call(`GET ${PREFERENCES}`, jane)).body).toEqual({ email: { order_updates: true } });
    await setPreferences(jane, false);
    expect((await shop.call(`GET ${PREFERENCES}`, jane)).body).toEqual({ email: { order_updates: false } });
  });

  test.each<[string, Json]>([
    ['nothing', {}],
    ['no choice', { email: {} }],
    ['a word', { email: { order_updates: 'yes' } }],
    ['a channel that is not there', { email: { order_updates: true }, pigeon: {} }],
    ['a category that is not there', { email: { order_updates: true, refunds: false } }],
  ])('cannot be %s', async (_, body) => {
    const { token } = await shop.aCustomer();

    expectProblem(await shop.call(`PUT ${PREFERENCES}`, { token, body }), 400, 'VALIDATION_FAILED');
  });
});

describe('without a token', () => {
  test.each([LIST, `GET ${PREFERENCES}`, `PUT ${PREFERENCES}`])('%s is not answered', async (route) => {
    expectProblem(await shop.call(route), 401, 'UNAUTHORIZED');
  });
});
