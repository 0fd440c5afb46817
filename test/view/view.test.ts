import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NotificationSent } from '#events/notification-events.ts';
import {
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderCreated,
  OrderNeedsAttention,
  OrderRepairRequested,
  OrderStatusChanged,
} from '#events/order-events.ts';
import { PaymentCompleted, PaymentFailed, PaymentRefunded } from '#events/payment-events.ts';
import {
  afterErasure,
  afterNews,
  MESSAGE_READINGS,
  type News,
  ORDER_READINGS,
  type OrderView,
  PAYMENT_READINGS,
} from '#functions/view/view.ts';
import { aCreatedOrder, aMessage, anEvent, aPayment, ORDER, TOTAL } from './builders.ts';

const READINGS = [...ORDER_READINGS, ...PAYMENT_READINGS, ...MESSAGE_READINGS];

function newsOf(event: ReturnType<typeof anEvent>): News {
  const reading = READINGS.find(({ contract }) => contract.type === event.metadata.event_type);
  const news = reading?.read(event);
  if (!news) throw new Error(`${event.metadata.event_type} tells of no order.`);
  return news;
}

function fold(events: ReturnType<typeof anEvent>[]): OrderView {
  return events.map(newsOf).reduce<OrderView | undefined>(afterNews, undefined) as OrderView;
}

const ofOrder = { order_id: ORDER, user_id: 'jane' };

/** An order that is confirmed, cancelled by its user and paid back, with what was said about it. */
const HISTORY = [
  aCreatedOrder(),
  anEvent(OrderConfirmed, { ...ofOrder, total: TOTAL }, 2),
  anEvent(OrderCancelling, { ...ofOrder, reason: 'cancelled_by_user', by: 'user' }, 3),
  anEvent(OrderCancelled, { ...ofOrder, reason: 'cancelled_by_user' }, 4),
  aPayment(PaymentCompleted, {}, 1),
  aPayment(PaymentRefunded, { reason: 'cancelled_by_user' }, 2),
  aMessage('order.confirmed', '2026-11-22T10:00:02.000Z'),
  aMessage('order.cancelled', '2026-11-22T10:00:05.000Z'),
  aMessage('payment.refunded', '2026-11-22T10:00:05.000Z'),
];

describe('the row of an order', () => {
  test('is the same whatever order its events come in, and however often they come', () => {
    const whole = fold(HISTORY);
    const everyEvent = fc.shuffledSubarray(HISTORY, { minLength: HISTORY.length });
    const repetitions = fc.array(fc.constantFrom(...HISTORY), { maxLength: 12 });

    fc.assert(
      fc.property(everyEvent, repetitions, fc.infiniteStream(fc.nat()), (events, repeated, places) => {
        const told = [...events];
        for (const event of repeated) told.splice((places.next().value ?? 0) % (told.length + 1), 0, event);
        expect(fold(told)).toEqual(whole);
      }),
    );
  });

  test('says what the last events of order, payment and messages say', () => {
    expect(fold(HISTORY)).toMatchObject({
      order_id: ORDER,
      placed: { user_id: 'jane', total: TOTAL },
      progress: { version: 4, status: 'cancelled', reason: 'cancelled_by_user' },
      payment: { version: 2, status: 'refunded', reason: 'cancelled_by_user' },
      message: { sent_at: '2026-11-22T10:00:05.000Z' },
    });
  });

  test('keeps a payment and a message that are heard of before the order is', () => {
    const early = fold([aPayment(PaymentCompleted, {}, 1), aMessage('order.confirmed', '2026-11-22T10:00:02.000Z')]);

    expect(early).not.toHaveProperty('placed');
    expect(afterNews(early, newsOf(aCreatedOrder()))).toMatchObject({
      placed: { user_id: 'jane' },
      progress: { status: 'pending' },
      payment: { status: 'completed' },
      message: { type: 'order.confirmed' },
    });
  });

  test('has no reason that was given before something else happened', () => {
    const shipped = anEvent(OrderStatusChanged, { ...ofOrder, status: 'shipped' as const, total: TOTAL }, 5);

    expect(fold([...HISTORY, shipped])).toMatchObject({ progress: { version: 5, status: 'shipped' } });
    expect(fold([...HISTORY, shipped])).not.toHaveProperty('progress.reason');
  });

  test('is open again when an operator has had a given-up order repaired', () => {
    const repair = { ...ofOrder, action: 'retry' as const, by: 'joe', why: 'ticket 7', status: 'pending' as const };
    const givenUp = anEvent(OrderNeedsAttention, { ...ofOrder, reason: 'saga_did_not_end' }, 2);
    const order = fold([anEvent(OrderRepairRequested, repair, 3), aCreatedOrder(), givenUp]);

    expect(order).toMatchObject({ progress: { version: 3, status: 'pending' } });
    expect(JSON.stringify(order)).not.toMatch(/joe|ticket/);
  });

  test('tells why nothing was paid', () => {
    const order = fold([aPayment(PaymentFailed, { reason: 'insufficient_funds' }, 1)]);

    expect(order).toMatchObject({ payment: { status: 'failed', reason: 'insufficient_funds' } });
  });

  test('stays erased, whatever comes', () => {
    const erased = afterErasure(fold(HISTORY));

    expect(erased).toEqual({ order_id: ORDER, erased: true });
    for (const event of HISTORY) expect(afterNews(erased, newsOf(event))).toBe(erased);
  });
});

test('a message that is about no order changes none', () => {
  const [reading] = MESSAGE_READINGS;
  const { data, ...rest } = aMessage('user.registered', '2026-11-22T10:00:00.000Z');
  const { order_id: _, ...ofNoOrder } = data;

  expect(reading?.contract).toBe(NotificationSent);
  expect(reading?.read({ ...rest, data: ofNoOrder })).toBeUndefined();
});

test('an order begins with its first event', () => {
  expect(newsOf(aCreatedOrder())).toMatchObject({ order_id: ORDER, progress: { version: 1, status: 'pending' } });
  expect(ORDER_READINGS[0]?.contract).toBe(OrderCreated);
});
