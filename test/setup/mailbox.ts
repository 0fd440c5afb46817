import { eventually } from './eventually.ts';

/** A mail as the embedded cloud's mailbox shows it. */
export interface ReadMail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  headers: Record<string, string>;
}

/** The mail that the embedded cloud has kept for an address, the oldest first. Local only: AWS delivers. */
export async function mailTo(address: string): Promise<ReadMail[]> {
  const response = await fetch(`${process.env.BAZAAR_AWS_URL}/_bazaar/mailbox?to=${encodeURIComponent(address)}`);
  return ((await response.json()) as { messages: ReadMail[] }).messages;
}

/** Waits for a mail with such a subject. */
export function aMailTo(address: string, subject: RegExp): Promise<ReadMail> {
  return eventually(async () => (await mailTo(address)).find((mail) => subject.test(mail.subject)));
}
