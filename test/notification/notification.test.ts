import { describe, expect, test } from '@jest/globals';
import { orderConfirmed, paymentRefunded } from '#functions/notification/message.ts';
import {
  begin,
  markSent,
  type Notification,
  SendingElsewhere,
  takeOver,
} from '#functions/notification/notification.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const total = { amount: 4000, currency: 'USD' };
const confirmed = orderConfirmed({ user_id: 'jane', order_id: '12345678-9', total });
const refunded = paymentRefunded({ user_id: 'jane', order_id: '12345678-9', amount: total });

function begun(message = confirmed, order_updates = true): Notification {
  const preferences = { email: { order_updates } };
  return begin({ notification_id: 'n1', message, channel: 'email', preferences }, NOW).notification;
}

const sent = () => markSent(begun(), later(1))?.notification as Notification;

describe('a notification', () => {
  test('is claimed by who begins it, and keeps no text', () => {
    expect(begun()).toEqual({
      notification_id: 'n1',
      user_id: 'jane',
      order_id: '12345678-9',
      type: 'order.confirmed',
      channel: 'email',
      subject: 'Your order 12345678 is confirmed',
      created_at: '2026-11-22T12:00:00.000Z',
      status: 'sending',
      attempt: 1,
      claimed_until: '2026-11-22T12:00:20.000Z',
    });
  });

  test('is muted when the user does not want it, and stays so', () => {
    const muted = begun(confirmed, false);

    expect(muted.status).toBe('muted');
    expect(takeOver(muted, later(3600))).toBeNull();
    expect(markSent(muted, later(1))).toBeNull();
  });

  test('about money is sent whatever the user wants', () => {
    expect(begun(refunded, false).status).toBe('sending');
  });

  test('is left to who is sending it', () => {
    expect(() => takeOver(begun(), later(19))).toThrow(SendingElsewhere);
  });

  test('is taken over from who died', () => {
    const decision = takeOver(begun(), later(20));

    expect(decision).toMatchObject({
      notification: { status: 'sending', attempt: 2, claimed_until: '2026-11-22T12:00:40.000Z' },
      facts: [],
    });
  });

  test('says once that it is sent', () => {
    const decision = markSent(begun(), later(1));

    expect(decision?.notification).toMatchObject({ status: 'sent', attempt: 1, sent_at: '2026-11-22T12:00:01.000Z' });
    expect(decision?.notification).not.toHaveProperty('claimed_until');
    expect(decision?.facts).toEqual([
      {
        event_type: 'notification.sent',
        version: 1,
        data: {
          notification_id: 'n1',
          user_id: 'jane',
          order_id: '12345678-9',
          type: 'order.confirmed',
          channel: 'email',
          subject: 'Your order 12345678 is confirmed',
          sent_at: '2026-11-22T12:00:01.000Z',
        },
      },
    ]);
    expect(markSent(sent(), later(2))).toBeNull();
    expect(takeOver(sent(), later(3600))).toBeNull();
  });
});
