import type { MessageType } from './message.ts';

/** A way to reach people. Another one (SMS, say) is another name here, and another object in `notify.ts`. */
export type ChannelName = 'email';

/** What a user wants to be told, by channel. */
export type Preferences = Record<ChannelName, { order_updates: boolean }>;

/** Whom messages go to: this service's own copy, kept from the user's events. */
export interface Recipient {
  user_id: string;
  username: string;
  email: string;
  preferences: Preferences;
}

export const DEFAULT_PREFERENCES: Preferences = { email: { order_updates: true } };

/** `always`: about the account and about money, whatever anybody prefers. */
const CATEGORIES: Record<MessageType, 'always' | keyof Preferences[ChannelName]> = {
  'user.registered': 'always',
  'order.confirmed': 'order_updates',
  'order.cancelled': 'order_updates',
  'order.shipped': 'order_updates',
  'order.delivered': 'order_updates',
  'payment.refunded': 'always',
};

export function isWanted(type: MessageType, channel: ChannelName, preferences: Preferences): boolean {
  const category = CATEGORIES[type];
  return category === 'always' || preferences[channel][category];
}
