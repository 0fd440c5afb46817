import { describe, expect, test } from '@jest/globals';
import { aStranger, type Customer, orderEvent, userEvent } from '../notification/builders.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import { published, shop } from './shop-under-test.ts';

/** `VisibilityTimeout` of the queues: so long a failed message stays away, ms. */
const REDELIVERY_MS = 60_000;
/** How often the SDK calls DynamoDB before it gives up. */
const TABLE_CALLS = 4;

/** Puts the event on the bus, and waits until the subscriber is through with it. */
async function tell(subscriber: string, event: ReturnType<typeof userEvent>): Promise<void> {
  const before = await shop.timesHandled(`notification/${subscriber}`, event.metadata.event_id);
  await published.publish(event);
  await eventually(
    async () => (await shop.timesHandled(`notification/${subscriber}`, event.metadata.event_id)) > before,
  );
}

/** All rows of the service's table. */
async function allRows(): Promise<Json[]> {
  return (await shop.call('dynamodb', 'Scan', { TableName: shop.id('notification', 'Outbox/Table') })).Items;
}

const tableText = async () => JSON.stringify(await allRows());

async function aCustomerWithMail(): Promise<Customer> {
  const jane = aStranger();
  await tell('on-user-changed', userEvent('user.registered', jane));
  await tell('on-order-changed', orderEvent('order.confirmed', jane));
  return jane;
}

const isNewMessageTo = ({ user_id }: Customer, item: Json) =>
  item.pk.S.startsWith('NOTIFICATION#') && item.user_id.S === user_id;

/** Lets the user be erased after the next message to them is decided on, and before its row is written. */
const eraseBeforeNextMessage = (customer: Customer) =>
  shop.faults.intercept(
    callsOf('dynamodb', 'PutItem', ({ Item }) => isNewMessageTo(customer, Item)),
    async (_, next) => {
      await tell('on-user-deleted', userEvent('user.deleted', customer, 3));
      return next();
    },
    1,
  );

async function keysOf({ user_id }: Customer): Promise<string[]> {
  const rows = (await allRows()).filter((row) => row.user_id?.S === user_id);
  return rows.map(({ pk }) => pk.S);
}

const mails = ({ email }: Customer) => shop.cloud.services.ses.mailbox({ to: email }).length;

describe('a user who is deleted', () => {
  test('leaves no name, no address and no message, however often it is said', async () => {
    const jane = await aCustomerWithMail();
    const deleted = userEvent('user.deleted', jane, 3);
    expect(await tableText()).toContain(jane.email);

    await tell('on-user-deleted', deleted);
    await tell('on-user-deleted', deleted);

    const text = await tableText();
    expect(text).not.toContain(jane.email);
    expect(text).not.toContain(jane.username);
    const left = (await allRows()).filter(({ user_id }) => user_id?.S === jane.user_id);
    expect(left).toEqual([
      {
        pk: { S: `RECIPIENT#${jane.user_id}` },
        user_id: { S: jane.user_id },
        source_version: { N: '3' },
        erased_at: { S: expect.any(String) },
        expires_at_seconds: { N: expect.any(String) },
      },
    ]);
  });

  test('does not come back by older events, and is told nothing more', async () => {
    const jane = await aCustomerWithMail();
    await tell('on-user-deleted', userEvent('user.deleted', jane, 3));

    await tell('on-user-changed', userEvent('user.registered', jane, 1));
    await tell('on-user-changed', userEvent('user.updated', jane, 2));
    await tell('on-order-changed', orderEvent('order.cancelled', jane));

    expect(await tableText()).not.toContain(jane.email);
    expect(mails(jane)).toBe(2);
  });

  test('leaves no message that was begun a moment before, and does not get it', async () => {
    const jane = await aCustomerWithMail();
    const met = eraseBeforeNextMessage(jane);

    await tell('on-order-changed', orderEvent('order.cancelled', jane));

    expect(met).toHaveLength(1);
    expect(await keysOf(jane)).toEqual([`RECIPIENT#${jane.user_id}`]);
    expect(mails(jane)).toBe(2);
  });

  test('leaves no message that was begun a moment before by a function that then fails', async () => {
    const jane = await aCustomerWithMail();
    const begun = eraseBeforeNextMessage(jane);
    const isOfJane = ({ Key }: Json) => Key.pk.S === `RECIPIENT#${jane.user_id}`;
    const check = callsOf('dynamodb', 'GetItem', (input) => begun.length > 0 && isOfJane(input));
    const failed = shop.faults.inject(check, 'fails before');
    const cancelled = orderEvent('order.cancelled', jane);

    await published.publish(cancelled);
    await eventually(async () => failed.length === TABLE_CALLS);
    shop.faults.end();
    expect(await keysOf(jane)).toHaveLength(2);
    shop.cloud.clock.advance(REDELIVERY_MS);

    await eventually(
      async () => (await shop.timesHandled('notification/on-order-changed', cancelled.metadata.event_id)) === 1,
    );
    expect(await keysOf(jane)).toEqual([`RECIPIENT#${jane.user_id}`]);
    expect(mails(jane)).toBe(2);
  });

  test('cannot say any more what to be told', async () => {
    const { door } = await shop.visit();
    const buyer = await door.aCustomer();
    await eventually(() => shop.row('notification', `RECIPIENT#${buyer.user_id}`));
    await tell('on-user-deleted', userEvent('user.deleted', { ...aStranger(), user_id: buyer.user_id }, 9));

    const body = { email: { order_updates: false } };
    const answer = await door.call('PUT /api/v1/notifications/preferences', { token: buyer.token, body });

    expectProblem(answer, 404, 'NOT_FOUND');
  });
});

describe('the roles of the functions', () => {
  test('let those send mail who have to, from the one address that is theirs', async () => {
    const names = shop.cloud.resources('AWS::Lambda::Function').map(({ physicalId }) => physicalId);
    const functions: Json[] = await Promise.all(
      names.map((FunctionName) => shop.call('lambda', 'GetFunctionConfiguration', { FunctionName })),
    );
    const whoMaySendFrom = (address: string) => functions.filter(({ Role }) => maySend(Role, address));

    const senders = whoMaySendFrom('no-reply@dev.bazaar.example').map(({ Description }) => Description);

    expect(senders.sort()).toEqual([
      'notification: on-order-changed',
      'notification: on-payment-refunded',
      'notification: on-user-changed',
    ]);
    expect(whoMaySendFrom('boss@dev.bazaar.example')).toEqual([]);
  });

  function maySend(roleArn: string, address: string): boolean {
    const identity = `arn:aws:ses:us-east-1:000000000000:identity/${address}`;
    try {
      shop.cloud.services.iam.authorize({ kind: 'role', roleArn }, 'ses:SendEmail', identity);
      return true;
    } catch {
      return false;
    }
  }
});
