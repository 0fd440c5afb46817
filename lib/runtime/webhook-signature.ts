import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a signature may be, or by how much the sender's clock may be ahead, s: Stripe's default tolerance. */
export const REPLAY_WINDOW_SECONDS = 300;

export interface SignedBody {
  body: string | Buffer;
  /** What came in the header. */
  signature: string | undefined;
}

/** `t=<Unix seconds>,v1=<hex>`, as Stripe writes it, with one `v1` for each secret: two while the secret is changed. */
export function signatureOf(body: string, secrets: string[], now: Date): string {
  const seconds = String(Math.floor(now.getTime() / 1_000));
  return [`t=${seconds}`, ...secrets.map((secret) => `v1=${sign(body, seconds, secret).toString('hex')}`)].join(',');
}

/** Whether one of the signatures was made with one of the secrets, over just these bytes and not long ago. */
export function isSigned({ body, signature = '' }: SignedBody, secrets: string[], now: Date): boolean {
  const parts = signature.split(',').map((part) => part.trim().split('='));
  const seconds = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(seconds)) return false;
  if (Math.abs(now.getTime() / 1_000 - Number(seconds)) > REPLAY_WINDOW_SECONDS) return false;
  const sent = parts.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'));
  const expected = secrets.map((secret) => sign(body, seconds, secret));
  return sent.some((one) => expected.some((other) => one.length === other.length && timingSafeEqual(one, other)));
}

/** The time is signed too: who has recorded a request cannot send it again with a new one. */
function sign(body: string | Buffer, seconds: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
