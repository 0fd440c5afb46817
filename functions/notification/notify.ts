import type { Cause, EventMetadata } from '#events/event.ts';
import { idFromKey } from '#lib/runtime/ids.ts';
import { retryUntil } from '#lib/runtime/retry.ts';
import type { Channel } from './channel.ts';
import { email } from './email-channel.ts';
import { letter, type Message } from './message.ts';
import { begin, markSent, takeOver } from './notification.ts';
import { changeNotification, forgetNotification } from './notification-table.ts';
import type { Recipient } from './recipient.ts';
import { findRecipient } from './recipient-table.ts';

const CHANNELS: Channel[] = [email];

/** How long to wait for news of a user who registered a moment ago, before leaving it to the queue to come again. */
const NEWS_OF_USER_MS = 1_500;

/** The event that a message is sent for. */
export interface Occasion {
  metadata: EventMetadata;
  cause: Cause;
}

/** Nobody has told us where this user can be reached. The event may have overtaken the one that does. */
class RecipientUnknown extends Error {
  override readonly name = 'RecipientUnknown';
}

/**
 * Sends a message by every channel, once for its event. Rejects when it has to be called again: the event stays in
 * the queue until all is sent. A user who was erased is told nothing.
 */
export async function notify(message: Message, occasion: Occasion): Promise<void> {
  const recipient = await retryUntil(() => findRecipient(message.user_id), Boolean, NEWS_OF_USER_MS);
  if (!recipient) throw new RecipientUnknown(`No address of user ${message.user_id} is known yet.`);
  for (const channel of CHANNELS) {
    const notification_id = idFromKey(occasion.metadata.event_id, channel.name);
    // An earlier try may have begun it, and ended before it saw that the user was erased meanwhile.
    if (recipient === 'erased') await forgetNotification(notification_id);
    else await sendOnce(message, { notification_id, channel, recipient }, occasion.cause);
  }
}

/** First the row, then the message, then the row again: a crash in between sends twice rather than never. */
async function sendOnce(
  message: Message,
  { notification_id, channel, recipient }: { notification_id: string; channel: Channel; recipient: Recipient },
  cause: Cause,
): Promise<void> {
  const now = new Date();
  const command = { notification_id, message, channel: channel.name, preferences: recipient.preferences };
  const claimed = await changeNotification(
    notification_id,
    (known) => (known ? takeOver(known, now) : begin(command, now)),
    { cause, now },
  );
  // Who was erased meanwhile has no rows: whoever erased them may have looked before this one was there.
  if (claimed && (await findRecipient(message.user_id)) === 'erased') return forgetNotification(notification_id);
  if (claimed?.status !== 'sending') return;

  const { subject } = message;
  await channel.send({ notification_id, recipient, subject, text: letter(message, recipient.username) });
  const sentAt = new Date();
  await changeNotification(notification_id, (known) => (known ? markSent(known, sentAt) : null), {
    cause,
    now: sentAt,
  });
}
