import type { Clock } from '../core/clock.ts';
import type { StoredMessage } from './message.ts';
import { type Accept, FifoShelf, type Shelf, StandardShelf } from './shelf.ts';
import { WakeUpHeap } from './wake-up-heap.ts';

export interface MessageCounts {
  available: number;
  delayed: number;
  inFlight: number;
}

/** The messages of one queue: those available on a shelf, those hidden with the moment of their return. */
export class MessageStore {
  #clock: Clock;
  #messages = new Map<string, StoredMessage>();
  #shelf: Shelf;
  #wakeUps = new WakeUpHeap();
  #delayed = 0;
  #inFlight = 0;

  constructor(clock: Clock, fifo: boolean) {
    this.#clock = clock;
    this.#shelf = fifo ? new FifoShelf() : new StandardShelf();
  }

  find(id: string): StoredMessage | undefined {
    this.wake();
    return this.#messages.get(id);
  }

  /** All messages, the one that came first in front. */
  all(): Iterable<StoredMessage> {
    return this.#messages.values();
  }

  counts(): MessageCounts {
    this.wake();
    const available = this.#messages.size - this.#delayed - this.#inFlight;
    return { available, delayed: this.#delayed, inFlight: this.#inFlight };
  }

  add(message: StoredMessage): void {
    this.#messages.set(message.id, message);
    if (message.state === 'delayed') this.#hide(message);
    else this.#shelf.put(message);
  }

  /** Hands out up to `max` messages, which are in flight for `visibilityTimeoutMs`. */
  take(max: number, visibilityTimeoutMs: number, accept: Accept): StoredMessage[] {
    this.wake();
    const messages = this.#shelf.take(max, accept);
    for (const message of messages) {
      message.state = 'in-flight';
      message.visibleAt = this.#clock.now() + visibilityTimeoutMs;
      this.#hide(message);
    }
    return messages;
  }

  /** Changes the moment at which a hidden message comes back. */
  hideUntil(message: StoredMessage, visibleAt: number): void {
    message.visibleAt = visibleAt;
    this.#wakeUps.push({ at: visibleAt, message });
  }

  remove(message: StoredMessage): void {
    if (!this.#messages.delete(message.id)) return;
    if (message.state === 'available') this.#shelf.drop(message);
    else this.#unhide(message);
  }

  clear(): void {
    this.#messages.clear();
    this.#shelf.clear();
    this.#wakeUps.clear();
    this.#delayed = 0;
    this.#inFlight = 0;
  }

  /** Puts everything that has become visible by now onto the shelf. */
  wake(): void {
    const now = this.#clock.now();
    for (let next = this.#next(); next && next.at <= now; next = this.#next()) {
      this.#wakeUps.pop();
      this.#unhide(next.message);
      next.message.state = 'available';
      this.#shelf.put(next.message);
    }
  }

  /** When the next hidden message becomes visible. */
  nextWakeUp(): number | undefined {
    return this.#next()?.at;
  }

  // Entries of messages that were deleted or hidden for another time stay in the heap until they come up.
  #next(): { at: number; message: StoredMessage } | undefined {
    for (let next = this.#wakeUps.peek(); next; next = this.#wakeUps.peek()) {
      const { at, message } = next;
      const current = this.#messages.get(message.id) === message;
      if (current && message.state !== 'available' && message.visibleAt === at) return next;
      this.#wakeUps.pop();
    }
    return undefined;
  }

  #hide(message: StoredMessage): void {
    if (message.state === 'delayed') this.#delayed += 1;
    else this.#inFlight += 1;
    this.#wakeUps.push({ at: message.visibleAt, message });
  }

  #unhide(message: StoredMessage): void {
    if (message.state === 'delayed') this.#delayed -= 1;
    if (message.state !== 'in-flight') return;
    this.#inFlight -= 1;
    this.#shelf.release(message);
  }
}
