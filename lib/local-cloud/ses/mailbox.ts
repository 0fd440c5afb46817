/** A mail that was sent, as its reader sees it. */
export interface Mail {
  message_id: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  reply_to: string[];
  subject: string;
  text?: string;
  html?: string;
  /** Headers that the sender has added. */
  headers: Record<string, string>;
  tags: Record<string, string>;
  configuration_set?: string;
  sent_at: string;
}

/** Bounds the memory of a cloud that runs for days. */
const MOST_KEPT = 10_000;

/** All mail that was sent. Nothing leaves this machine; the oldest is forgotten when there are too many. */
export class Mailbox {
  readonly #mails: Mail[] = [];

  add(mail: Mail): void {
    this.#mails.push(mail);
    if (this.#mails.length > MOST_KEPT) this.#mails.shift();
  }

  /** The mails to one address, or all; the oldest first. */
  read({ to }: { to?: string } = {}): Mail[] {
    const wanted = to?.toLowerCase();
    return this.#mails.filter(
      (mail) => !wanted || [...mail.to, ...mail.cc, ...mail.bcc].some((address) => address.toLowerCase() === wanted),
    );
  }
}
