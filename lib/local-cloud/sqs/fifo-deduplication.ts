import type { StoredMessage } from './message.ts';

const DEDUPLICATION_INTERVAL_MS = 300_000;

interface Remembered {
  messageId: string;
  sequenceNumber: string;
  expiresAt: number;
}

/** Remembers for five minutes which messages a FIFO queue has taken in, deleted ones too. */
export class FifoDeduplication {
  // In the order of expiry, because every entry lives equally long.
  #seen = new Map<string, Remembered>();

  find(key: string, now: number): Remembered | undefined {
    this.#forgetBefore(now);
    return this.#seen.get(key);
  }

  remember(key: string, message: StoredMessage, now: number): void {
    this.#seen.set(key, {
      messageId: message.id,
      sequenceNumber: message.sequenceNumber as string,
      expiresAt: now + DEDUPLICATION_INTERVAL_MS,
    });
  }

  #forgetBefore(now: number): void {
    for (const [key, { expiresAt }] of this.#seen) {
      if (expiresAt > now) return;
      this.#seen.delete(key);
    }
  }
}
