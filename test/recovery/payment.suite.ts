import { describe, expect, test } from '@jest/globals';
import { signatureOf } from '#lib/runtime/webhook-signature.ts';
import { eventually } from '../setup/eventually.ts';
import type { Answer, Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import {
  callsAbout,
  expectNothingKept,
  type OrderUnderTest,
  placeOrderWithoutSaga,
  runStep,
} from './order-under-test.ts';
import { shop } from './shop-under-test.ts';

const TAKE = 'payment/take-payment';
const REFUND = 'payment/refund-payment';
const RECEIVE = 'payment/receive-webhook';
const SEND = 'sandbox/send-webhook';

/** The sandbox holds the news of late cards back for a minute. */
const LATE_MS = 60_000;
/** `VisibilityTimeout` of its queue: so long a webhook that was not taken stays away. */
const REDELIVERY_MS = 60_000;
/** Receives of a message before it is put aside, `maxReceiveCount`. */
const ATTEMPTS = 5;
const ALARM_PERIOD_MS = 60_000;

type Order = OrderUnderTest & { input: string };

const run = ({ input }: Order, step: string) => runStep(shop, step, input);

const payment = ({ order_id }: Order) => shop.row('payment', `PAYMENT#${order_id}`);
const history = ({ order_id }: Order) => shop.history('payment', `PAYMENT#${order_id}`);

async function secret(path: 'ApiKey' | 'SigningSecret'): Promise<string> {
  return (await shop.call('secretsmanager', 'GetSecretValue', { SecretId: shop.id('sandbox', path) })).SecretString;
}

const sandboxUrl = () => shop.cloud.apis().find(({ url }) => url !== shopUrl())?.url ?? '';
const shopUrl = () => shop.cloud.outputs('Bazaar-dev-Gateway').ApiUrl ?? '';

/** A request of take-payment that reaches the sandbox when nobody waits for its answer any more. */
async function chargeUnasked({ order_id }: Order, payment_method: string): Promise<Response> {
  return fetch(`${sandboxUrl()}/v1/charges`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await secret('ApiKey')}`,
      'idempotency-key': order_id,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      amount: { amount: 4_000, currency: 'USD' },
      payment_method,
      webhook_url: `${shopUrl()}/api/v1/payments/webhooks/sandbox`,
    }),
  });
}

/** News of the sandbox as it would send it. */
async function tell({ door }: OrderUnderTest, body: object): Promise<Answer> {
  const text = JSON.stringify(body);
  const signature = signatureOf(text, [await secret('SigningSecret')], new Date(shop.cloud.clock.now()));
  return door.call('POST /api/v1/payments/webhooks/sandbox', {
    headers: { 'sandbox-signature': signature },
    body: text,
  });
}

const news = (type: string, { order_id }: Order, event_id = `evt_${type}_${order_id}`) => ({
  event_id,
  type,
  created_at: new Date().toISOString(),
  charge: { key: order_id, charge_id: 'ch_1', status: 'charged', amount: { amount: 4_000, currency: 'USD' } },
});

/** Calls of the sandbox for its queue of webhooks. */
const handingOver = () => {
  const queueUrl = shop.id('sandbox', 'Webhooks/Messages');
  return callsOf('sqs', 'SendMessage', ({ QueueUrl }) => QueueUrl === queueUrl);
};

/** Until the news of what is done is in the queue of the sandbox. */
async function untilHandedOver(order: Order, act: () => Promise<unknown>): Promise<void> {
  const done: string[] = [];
  shop.faults.intercept(handingOver(), async ({ input }, next) => {
    const answer = await next();
    done.push((input as Json).MessageBody);
    return answer;
  });
  await act();
  await eventually(async () => done.some((message) => message.includes(order.order_id)));
}

describe('a result that comes late', () => {
  test('settles a payment whose charge was never answered', async () => {
    const order = await placeOrderWithoutSaga(shop, 'card_timeout');
    await untilHandedOver(order, () => expect(run(order, TAKE)).rejects.toMatchObject({ name: 'ProviderTimeout' }));
    expect((await payment(order)).status).toBe('attempting');

    shop.cloud.clock.advance(LATE_MS);

    await eventually(async () => (await payment(order)).status === 'completed');
    expect(await history(order)).toEqual(['payment.completed']);
    expect(await run(order, TAKE)).toEqual({ outcome: 'paid' });
    const { charge_id } = await shop.ledger(order.order_id);
    expect(await payment(order)).toMatchObject({ charge_id, heard: [`evt_${charge_id}_1`] });
  });

  test.each([
    ['begun and called off', 'failed', ['payment.failed', 'payment.refunded']],
    ['withdrawn before it was begun', 'withdrawn', ['payment.refunded']],
  ])('of a charge that nobody waits for is given back: %s', async (_, outcome, facts) => {
    const order = await placeOrderWithoutSaga(shop, 'card_late');
    if (outcome === 'failed') await expectUnderWay(order);
    expect(await run(order, REFUND)).toEqual({ outcome });
    // The request for the charge was on its way all the same.
    await untilHandedOver(order, () => chargeUnasked(order, 'card_late'));
    expect((await shop.ledger(order.order_id)).status).toBe('charged');

    shop.cloud.clock.advance(LATE_MS);

    await eventually(async () => (await payment(order)).status === 'refunded');
    expect(await history(order)).toEqual(facts);
    await expectNothingKept(shop, order);
  });

  test('is told again until the money is back, where the provider is down at first', async () => {
    const order = await placeOrderWithoutSaga(shop, 'card_late');
    await run(order, REFUND);
    await untilHandedOver(order, () => chargeUnasked(order, 'card_late'));
    const refused = shop.faults.inject(callsAbout(shop, 'sandbox/create-refund', order.order_id), 'fails before', 1);

    shop.cloud.clock.advance(LATE_MS);
    await eventually(async () => refused.length === 1);
    await eventually(async () => (await shop.log(SEND, aboutMessage(order))).length > 0);
    expect((await payment(order)).status).toBe('refunding');
    shop.cloud.clock.advance(REDELIVERY_MS);

    await eventually(async () => (await payment(order)).status === 'refunded');
    expect(await history(order)).toEqual(['payment.refunded']);
    await expectNothingKept(shop, order);
  });

  test('and the answer of the charge settle it once, whichever is first', async () => {
    const [early, late] = [await placeOrderWithoutSaga(shop), await placeOrderWithoutSaga(shop)];
    const held = shop.faults.hold(
      callsOf(
        'dynamodb',
        'PutItem',
        ({ Item }) => Item.order_id?.S === early.order_id && Item.status.S === 'completed',
      ),
    );
    const answer = run(early, TAKE);
    await eventually(async () => held.met.length > 0);
    expect((await tell(early, news('charge.succeeded', early))).status).toBe(202);
    expect(await history(early)).toEqual(['payment.completed']);
    held.release();
    expect(await answer).toEqual({ outcome: 'paid' });

    await run(late, TAKE);
    expect((await tell(late, news('charge.succeeded', late))).status).toBe(202);

    for (const order of [early, late]) {
      expect(await history(order)).toEqual(['payment.completed']);
      expect((await shop.ledger(order.order_id)).status).toBe('charged');
    }
  });

  test('is heard once, however often it is told', async () => {
    const order = await placeOrderWithoutSaga(shop, 'card_timeout');
    await run(order, TAKE).catch(() => undefined);

    await Promise.all([1, 2, 3].map(() => tell(order, news('charge.failed', order))));
    const once = await payment(order);
    await tell(order, news('charge.failed', order));

    expect(once).toMatchObject({ status: 'failed', reason: 'payment_declined', version: 1 });
    expect(await payment(order)).toEqual(once);
  });

  test('of money that was given back at the provider itself is told to the customer', async () => {
    const order = await placeOrderWithoutSaga(shop);
    await run(order, TAKE);

    await tell(order, news('charge.refunded', order));

    expect(await payment(order)).toMatchObject({ status: 'refunded', reason: 'refunded_by_provider' });
    expect(await history(order)).toEqual(['payment.completed', 'payment.refunded']);
  });

  test('of no payment of ours is taken and changes nothing', async () => {
    const order = await placeOrderWithoutSaga(shop);

    expect((await tell(order, news('charge.succeeded', { ...order, order_id: 'unheard-of' }))).status).toBe(202);

    expect(await shop.row('payment', 'PAYMENT#unheard-of')).toBeUndefined();
    expect(await shop.log(RECEIVE, '{ $.order_id = "unheard-of" }')).toHaveLength(1);
  });
});

describe('the webhooks of the sandbox', () => {
  test('are not lost when they cannot be handed over at first', async () => {
    const order = await placeOrderWithoutSaga(shop, 'card_declined');
    const refused = shop.faults.inject(handingOver(), 'fails before', 6);
    const sent = shop.faults.watch(handingOver());
    await chargeUnasked(order, 'card_declined');

    await eventually(async () => refused.length === 6);

    await eventually(async () => sent.some(({ input }) => JSON.stringify(input).includes(order.order_id)));
  });

  test('that nobody takes end in the dead-letter queue, with an alarm', async () => {
    const order = await placeOrderWithoutSaga(shop);
    const down = shop.faults.inject(callsAbout(shop, RECEIVE, order.order_id), 'fails before');
    await chargeUnasked(order, 'card_ok');

    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await eventually(async () => (await shop.log(SEND, aboutMessage(order))).length === attempt);
      shop.cloud.clock.advance(REDELIVERY_MS);
    }

    expect(down.length).toBeGreaterThanOrEqual(ATTEMPTS);
    const QueueUrl = shop.id('sandbox', 'Webhooks/DeadLetters');
    await eventually(async () => {
      const { Messages = [] } = await shop.call('sqs', 'ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
      });
      return Messages.some(({ Body }: Json) => Body.includes(order.order_id));
    });
    shop.cloud.clock.advance(ALARM_PERIOD_MS);
    expect(await shop.alarmState('sandbox', 'WebhookDeadLettersAlarm')).toBe('ALARM');
  });
});

test('a refund that the provider does not make is not recorded', async () => {
  const order = await placeOrderWithoutSaga(shop);
  expect(await run(order, TAKE)).toEqual({ outcome: 'paid' });
  shop.faults.inject(callsAbout(shop, 'sandbox/create-refund', order.order_id), 'fails before', 1);

  await expect(run(order, REFUND)).rejects.toMatchObject({ name: 'ProviderUnavailable' });

  expect(await history(order)).toEqual(['payment.completed']);
  expect(await run(order, REFUND)).toEqual({ outcome: 'refunded' });
  await expectNothingKept(shop, order);
});

test('a charge that is recorded late does not overwrite its refund', async () => {
  // So that the refund need not start first while the charge is held: that has ten seconds.
  await run(await placeOrderWithoutSaga(shop), REFUND);
  // The news of this card come a minute later: nobody but take-payment records the charge.
  const order = await placeOrderWithoutSaga(shop, 'card_late');
  const ofOrder = callsOf('dynamodb', 'PutItem', ({ Item }) => Item.order_id?.S === order.order_id);
  const held = shop.faults.hold(
    (call) => shop.isBy(TAKE, call) && ofOrder(call) && (call.input as Json).Item.status.S === 'completed',
  );
  const answer = run(order, TAKE);
  await eventually(async () => held.met.length > 0);

  expect(await run(order, REFUND)).toEqual({ outcome: 'refunded' });
  held.release();

  expect(await answer).toMatchObject({ outcome: 'refused' });
  expect((await payment(order)).status).toBe('refunded');
  expect(await history(order)).toEqual(['payment.refunded']);
});

describe('a provider that lies', () => {
  /** The sandbox says such things about the charge of the order. */
  const lie = ({ order_id: about }: Order, answer: object, times?: number) =>
    shop.cloud.faults.add({
      action: 'local:invocation-false-answer',
      function: shop.functionName('sandbox/create-charge'),
      ...{ about, answer, times },
    });

  test.each([
    ['that it did not charge', 'card_ok', { status: 'declined' }, 'paid'],
    ['that it charged', 'card_declined', { status: 'charged' }, 'refused'],
    ['what it charged', 'card_ok', { amount: { amount: 1, currency: 'USD' } }, 'paid'],
    ['whom it charged', 'card_ok', { key: 'another-order', charge_id: 'ch_1' }, 'paid'],
  ])('once about %s is asked again', async (_, card, answer, outcome) => {
    const order = await placeOrderWithoutSaga(shop, card);
    const { id } = lie(order, answer, 1);

    await expect(run(order, TAKE)).rejects.toMatchObject({ name: 'ProviderContradiction' });

    expect(shop.cloud.faults.clear(id)).toMatchObject([{ met: 1 }]);
    expect(await run(order, TAKE)).toMatchObject({ outcome });
    expect((await shop.ledger(order.order_id)).status).toBe(outcome === 'paid' ? 'charged' : 'declined');
  });

  test('each time is not paid in the end, and people are called', async () => {
    const order = await placeOrderWithoutSaga(shop);
    const { id } = lie(order, { status: 'declined' });
    const caught = '{ $.ProviderContradictions = 1 }';
    const before = (await shop.log(TAKE, caught)).length;
    await expect(run(order, TAKE)).rejects.toMatchObject({ name: 'ProviderContradiction' });

    expect(await run(order, REFUND)).toEqual({ outcome: 'refunded' });

    shop.cloud.faults.clear(id);
    await expectNothingKept(shop, order);
    await eventually(async () => (await shop.log(TAKE, caught)).length > before);
    shop.cloud.clock.advance(ALARM_PERIOD_MS);
    expect(await shop.alarmState('payment', 'ProviderContradictionsAlarm')).toBe('ALARM');
  });
});

/** A payment that has been begun, and whose charge has not come to the provider. */
async function expectUnderWay(order: Order): Promise<void> {
  const lost = shop.faults.inject(callsAbout(shop, 'sandbox/create-charge', order.order_id), 'fails before', 1);
  await expect(run(order, TAKE)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  expect(lost).toHaveLength(1);
}

function aboutMessage({ order_id }: Order): string {
  return `{ $.message = "message not handled" && $.correlation_id = "${order_id}" }`;
}
