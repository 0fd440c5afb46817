import type { ChannelName, Recipient } from './recipient.ts';

/** A message on its way to one person. */
export interface Delivery {
  notification_id: string;
  recipient: Recipient;
  subject: string;
  text: string;
}

export interface Channel {
  name: ChannelName;
  /** Resolves when the channel has taken the message. When it rejects, nobody knows whether it has. */
  send(delivery: Delivery): Promise<void>;
}
