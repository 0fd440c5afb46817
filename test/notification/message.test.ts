import { describe, expect, test } from '@jest/globals';
import * as messages from '#functions/notification/message.ts';

const order = { user_id: 'jane', order_id: 'd29eee1a-4860-85c7-ae9a-b443417b0930' };
const money = { amount: 9990, currency: 'EUR' };

describe('a message', () => {
  test.each<[string, messages.Message, string, RegExp]>([
    ['user.registered', messages.welcome(order), 'Welcome to Bazaar', /account is ready/],
    [
      'order.confirmed',
      messages.orderConfirmed({ ...order, total: money }),
      'Your order d29eee1a is confirmed',
      /paid 99\.90 EUR/,
    ],
    [
      'order.cancelled',
      messages.orderCancelled({ ...order, reason: 'insufficient_inventory' }),
      'Your order d29eee1a is cancelled',
      /do not have enough/,
    ],
    ['order.shipped', messages.orderShipped(order), 'Your order d29eee1a is on its way', /left our warehouse/],
    ['order.delivered', messages.orderDelivered(order), 'Your order d29eee1a has arrived', /been delivered/],
    [
      'payment.refunded',
      messages.paymentRefunded({ ...order, amount: money }),
      'Your order d29eee1a: 99.90 EUR refunded',
      /given 99\.90 EUR back/,
    ],
  ])('of %s says what has happened', (type, message, subject, text) => {
    expect(message).toMatchObject({ type, subject, user_id: 'jane' });
    expect(message.text).toMatch(text);
    if (type !== 'user.registered') expect(message.text).toContain(order.order_id);
  });

  test.each([
    ['payment_declined', 'your payment was declined'],
    ['payment_unavailable', 'your payment could not be made at the time'],
    ['payment_timeout', 'your payment could not be completed in time'],
    ['cancelled_by_user', 'you asked us to'],
    ['a_reason_that_is_new', 'something went wrong on our side'],
    ['toString', 'something went wrong on our side'],
  ])('of a cancellation by %s gives the reason in words', (reason, words) => {
    const { text } = messages.orderCancelled({ ...order, reason });

    expect(text).toContain(`because ${words}.`);
  });

  test('has a subject that mail can carry as it is', () => {
    const { subject } = messages.paymentRefunded({ ...order, amount: money });

    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  test('greets by name only in the letter', () => {
    const message = messages.welcome(order);

    expect(messages.letter(message, 'Jane')).toMatch(/^Hello Jane,\n\nYour account is ready/);
    expect(JSON.stringify(message)).not.toContain('Jane');
  });
});
