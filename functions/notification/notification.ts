import type { Fact } from '#events/event.ts';
import { NotificationSent } from '#events/notification-events.ts';
import type { Message } from './message.ts';
import { type ChannelName, isWanted, type Preferences } from './recipient.ts';

/**
 * How long one attempt has a notification to itself, ms: longer than a function can run (10 s), shorter than the queue
 * waits before it delivers again (60 s). After that whoever had it is dead.
 */
const CLAIM_MS = 20_000;

/**
 * One message to one user by one channel, for one event. Its row is written before anything is sent: it keeps out a
 * second sender while one is at it, and for good once it is `sent`. `muted`: the user did not want it.
 */
export type Notification = {
  notification_id: string;
  user_id: string;
  type: string;
  channel: ChannelName;
  subject: string;
  order_id?: string;
  created_at: string;
} & (
  | { status: 'muted' }
  | { status: 'sending'; attempt: number; claimed_until: string }
  | { status: 'sent'; attempt: number; sent_at: string }
);

export interface Decision {
  notification: Notification;
  facts: Fact[];
}

/** Another attempt is under way; what it comes to is not known yet. */
export class SendingElsewhere extends Error {
  override readonly name = 'SendingElsewhere';
}

export interface NotifyCommand {
  notification_id: string;
  message: Message;
  channel: ChannelName;
  preferences: Preferences;
}

/** The first time that the event is heard of. What the user wants is asked now, and not again when it is repeated. */
export function begin({ notification_id, message, channel, preferences }: NotifyCommand, now: Date): Decision {
  const { text: _, ...told } = message;
  const opened = { notification_id, ...told, channel, created_at: now.toISOString() };
  if (!isWanted(message.type, channel, preferences)) return { notification: { ...opened, status: 'muted' }, facts: [] };
  return { notification: { ...opened, status: 'sending', ...claim(1, now) }, facts: [] };
}

/**
 * The event has come again. Takes over from an attempt that died; `null` when there is nothing left to do. Throws
 * {@link SendingElsewhere} while the other attempt may still be alive.
 */
export function takeOver(notification: Notification, now: Date): Decision | null {
  switch (notification.status) {
    case 'sending': {
      const { notification_id, attempt, claimed_until } = notification;
      if (now.toISOString() < claimed_until)
        throw new SendingElsewhere(`Notification ${notification_id} is being sent: come back later.`);
      return { notification: { ...notification, ...claim(attempt + 1, now) }, facts: [] };
    }
    case 'muted':
    case 'sent':
      return null;
    default:
      return notification satisfies never;
  }
}

function claim(attempt: number, now: Date) {
  return { attempt, claimed_until: new Date(now.getTime() + CLAIM_MS).toISOString() };
}

/** The channel has taken it. `null` when that is known already: two attempts were alive after all. */
export function markSent(notification: Notification, now: Date): Decision | null {
  if (notification.status !== 'sending') return null;
  const { claimed_until: _, ...rest } = notification;
  const sent = { ...rest, status: 'sent' as const, sent_at: now.toISOString() };
  return { notification: sent, facts: [NotificationSent.of(sent)] };
}
