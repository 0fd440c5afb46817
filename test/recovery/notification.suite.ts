import { describe, expect, test } from '@jest/globals';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import type { Mail } from '#lib/local-cloud/ses/mailbox.ts';
import { aStranger, type Customer, orderEvent, refundEvent, userEvent } from '../notification/builders.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import { messageOf, type PublishedEvent } from './published-events.ts';
import { published, shop } from './shop-under-test.ts';

/** `VisibilityTimeout` of the queues: so long a failed message stays away, ms. */
const REDELIVERY_MS = 60_000;
const ALARM_PERIOD_MS = 60_000;
/** Receives of a message before it is put aside, `maxReceiveCount`. */
const ATTEMPTS = 5;
/** How often the SDK calls before it gives up: DynamoDB, SES. */
const [TABLE_CALLS, MAIL_CALLS] = [4, 3];

const USERS = 'notification/on-user-changed';
const ORDERS = 'notification/on-order-changed';
const REFUNDS = 'notification/on-payment-refunded';

const mailTo = ({ email }: Customer): Mail[] => shop.cloud.services.ses.mailbox({ to: email });

/** Only hers: the shop's administrator is being welcomed at the same time. */
const mailsTo = ({ email }: Customer) =>
  callsOf('ses', 'SendEmail', ({ Destination }) => Destination.ToAddresses.includes(email));

const sentTo = ({ user_id }: Customer) =>
  published.all.filter(({ metadata, data }) => metadata.event_type === 'notification.sent' && data.user_id === user_id);

async function aWelcomedCustomer(): Promise<Customer> {
  const customer = aStranger();
  await published.publish(userEvent('user.registered', customer));
  await eventually(async () => sentTo(customer).length === 1);
  return customer;
}

const isHandled = (subscriber: string, { metadata }: PublishedEvent, times = 1) =>
  eventually(async () => (await shop.timesHandled(subscriber, metadata.event_id)) >= times);

/** Lets the time pass until the queue delivers the message that failed; the others are done by then. */
async function redeliver(subscriber: string): Promise<void> {
  await eventually(async () => (await shop.messagesUnderWay(subscriber)) === 1);
  shop.cloud.clock.advance(REDELIVERY_MS);
}

describe('an event that comes twice', () => {
  test.each([
    ['user.registered', USERS, (user: Customer) => userEvent('user.registered', user)],
    ['order.confirmed', ORDERS, (user: Customer) => orderEvent('order.confirmed', user)],
    ['order.cancelled', ORDERS, (user: Customer) => orderEvent('order.cancelled', user)],
    ['payment.refunded', REFUNDS, (user: Customer) => refundEvent(user)],
    ['shipped', ORDERS, (user: Customer) => orderEvent('order.status_changed', user, { status: 'shipped' })],
    ['delivered', ORDERS, (user: Customer) => orderEvent('order.status_changed', user, { status: 'delivered' })],
  ])('%s makes one mail and one event, one after the other', async (_, subscriber, eventFor) => {
    const jane = await aWelcomedCustomer();
    const event = eventFor(jane);
    const [mails, times] = subscriber === USERS ? [1, 2] : [2, 1];
    await published.publish(event);
    await isHandled(subscriber, event, times);

    await published.publish(event);
    await isHandled(subscriber, event, times + 1);

    expect(mailTo(jane)).toHaveLength(mails);
    await eventually(async () => sentTo(jane).length === mails);
  });

  test('in one batch makes one mail: the second delivery waits until it is known what became of the first', async () => {
    const jane = await aWelcomedCustomer();
    const event = orderEvent('order.confirmed', jane);

    const sending = shop.faults.hold(mailsTo(jane));

    const messageIds = await shop.sendTogether(ORDERS, [messageOf(event), messageOf(event)]);
    await eventually(async () => {
      const failed = await Promise.all(messageIds.map((id) => shop.timesFailed(ORDERS, id)));
      return failed.includes(1);
    });
    sending.release();
    await redeliver(ORDERS);
    await isHandled(ORDERS, event, 2);

    expect(mailTo(jane)).toHaveLength(2);
    expect(sentTo(jane)).toHaveLength(2);
  });
});

describe('a refund', () => {
  test('of before events told whose it was reaches nobody, and blocks nothing', async () => {
    const event = refundEvent(aStranger(), { user_id: undefined });

    await published.publish(event);

    await isHandled(REFUNDS, event);
  });
});

describe('the address', () => {
  test('is the newest, in whatever order the events come; the welcome goes there too', async () => {
    const jane = aStranger();
    const moved = { ...jane, email: `new-${jane.email}` };

    await published.publish(userEvent('user.updated', moved, 2));
    await isHandled(USERS, userEvent('user.updated', moved, 2));
    await published.publish(userEvent('user.registered', jane, 1));
    await eventually(async () => mailTo(moved).length === 1);

    expect(mailTo(jane)).toEqual([]);
    expect(await shop.row('notification', `RECIPIENT#${jane.user_id}`)).toMatchObject({ email: moved.email });
  });

  test('may come later than what is to be told: the message waits for it', async () => {
    const jane = aStranger();
    const event = orderEvent('order.confirmed', jane);
    const [messageId = ''] = await shop.sendTogether(ORDERS, [messageOf(event)]);
    await eventually(async () => (await shop.timesFailed(ORDERS, messageId)) === 1);

    await published.publish(userEvent('user.registered', jane));
    await eventually(async () => mailTo(jane).length === 1);
    await redeliver(ORDERS);
    await isHandled(ORDERS, event);

    expect(mailTo(jane).map(({ subject }) => subject)).toEqual([
      'Welcome to Bazaar',
      expect.stringMatching(/confirmed$/),
    ]);
  });

  test('that never comes leaves the event in the dead-letter queue, with an alarm', async () => {
    const body = messageOf(orderEvent('order.confirmed', aStranger()));
    const [messageId = ''] = await shop.sendTogether(ORDERS, [body]);

    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await eventually(async () => (await shop.timesFailed(ORDERS, messageId)) === attempt);
      shop.cloud.clock.advance(REDELIVERY_MS);
    }

    const input = { QueueUrl: shop.queueOf(ORDERS, 'DeadLetters'), MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    const { Messages } = await eventually(async () => {
      const answer = await shop.call('sqs', 'ReceiveMessage', input);
      return answer.Messages && answer;
    });
    expect(Messages.map(({ Body }: Json) => Body)).toContain(body);
    shop.cloud.clock.advance(ALARM_PERIOD_MS);
    expect(await shop.alarmState('notification', 'OnOrderChangedDeadLettersAlarm')).toBe('ALARM');
  });
});

describe('a mail that SES does not take', () => {
  test('is sent once when the event comes again', async () => {
    const jane = await aWelcomedCustomer();
    const event = orderEvent('order.confirmed', jane);
    const refused = shop.faults.inject(mailsTo(jane), 'fails before', MAIL_CALLS);

    await published.publish(event);
    await eventually(async () => refused.length === MAIL_CALLS);
    await redeliver(ORDERS);
    await isHandled(ORDERS, event);

    expect(mailTo(jane)).toHaveLength(2);
    await eventually(async () => sentTo(jane).length === 2);
  });

  test('does not bring the address into the log', async () => {
    const jane = await aWelcomedCustomer();
    const quoting = async () => {
      throw new AwsError('MessageRejected', `Email address is not verified: ${jane.email}`);
    };
    shop.faults.intercept(mailsTo(jane), quoting);
    const event = orderEvent('order.confirmed', jane);
    const [messageId = ''] = await shop.sendTogether(ORDERS, [messageOf(event)]);
    await eventually(async () => (await shop.timesFailed(ORDERS, messageId)) === 1);
    shop.faults.end();
    await redeliver(ORDERS);
    await isHandled(ORDERS, event);

    const log = JSON.stringify([await shop.log(ORDERS), await shop.log(USERS)]);

    expect(log).toContain('MessageRejected');
    expect(log).not.toContain(jane.email);
    expect(log).not.toContain(jane.username);
  });
});

describe('a death between sending and writing it down', () => {
  test('sends the mail again, under the same id, and says once that it is sent', async () => {
    const jane = await aWelcomedCustomer();
    const event = orderEvent('order.confirmed', jane);
    const marks = callsOf('dynamodb', 'PutItem', ({ Item: { status, user_id } }) => {
      return status?.S === 'sent' && user_id.S === jane.user_id;
    });
    const lost = shop.faults.inject(marks, 'fails before', TABLE_CALLS);

    await published.publish(event);
    await eventually(async () => lost.length === TABLE_CALLS);
    await redeliver(ORDERS);
    await isHandled(ORDERS, event);

    const [, first, second] = mailTo(jane);
    expect(mailTo(jane)).toHaveLength(3);
    expect(second?.headers).toEqual(first?.headers);
    await eventually(async () => sentTo(jane).length === 2);
    const id = first?.headers['X-Notification-Id'];
    expect(await shop.row('notification', `NOTIFICATION#${id}`)).toMatchObject({ status: 'sent', attempt: 2 });
  });
});
