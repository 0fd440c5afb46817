import type { StoredMessage } from './message.ts';

/** Says whether a message may be delivered; if not, it has been taken care of and leaves the shelf. */
export type Accept = (message: StoredMessage) => boolean;

/** The available messages of a queue in the order in which consumers get them. */
export interface Shelf {
  /** Makes a message available. */
  put(message: StoredMessage): void;
  /** Takes up to `max` messages. */
  take(max: number, accept: Accept): StoredMessage[];
  /** A message that was taken is gone for good or about to be put back. */
  release(message: StoredMessage): void;
  /** Removes a message that is available. */
  drop(message: StoredMessage): void;
  clear(): void;
}

/** Standard queues: whichever became available first. */
export class StandardShelf implements Shelf {
  #available = new Map<string, StoredMessage>();

  put(message: StoredMessage): void {
    this.#available.set(message.id, message);
  }

  take(max: number, accept: Accept): StoredMessage[] {
    const taken: StoredMessage[] = [];
    for (const message of this.#available.values()) {
      if (taken.length === max) break;
      this.#available.delete(message.id);
      if (accept(message)) taken.push(message);
    }
    return taken;
  }

  release(): void {}

  drop(message: StoredMessage): void {
    this.#available.delete(message.id);
  }

  clear(): void {
    this.#available.clear();
  }
}

interface Group {
  available: StoredMessage[];
  /** Messages that a consumer has: while there are any, nobody gets the next ones. */
  taken: number;
}

/** FIFO queues: in the order of the sequence numbers within a group, one consumer a group at a time. */
export class FifoShelf implements Shelf {
  #groups = new Map<string, Group>();

  put(message: StoredMessage): void {
    const { available } = this.#group(message);
    const later = available.findIndex((other) => isBefore(message, other));
    available.splice(later === -1 ? available.length : later, 0, message);
  }

  take(max: number, accept: Accept): StoredMessage[] {
    const taken: StoredMessage[] = [];
    for (const [id, group] of this.#groups) {
      if (taken.length === max) break;
      if (group.taken > 0) continue;
      const before = taken.length;
      while (taken.length < max && group.available.length > 0) {
        const message = group.available.shift() as StoredMessage;
        if (accept(message)) taken.push(message);
      }
      group.taken = taken.length - before;
      this.#requeue(id, group);
    }
    return taken;
  }

  release(message: StoredMessage): void {
    const group = this.#group(message);
    group.taken -= 1;
    if (group.taken === 0 && group.available.length === 0) this.#groups.delete(message.groupId as string);
  }

  drop(message: StoredMessage): void {
    const { available } = this.#group(message);
    const index = available.indexOf(message);
    if (index !== -1) available.splice(index, 1);
  }

  clear(): void {
    this.#groups.clear();
  }

  #group(message: StoredMessage): Group {
    const id = message.groupId as string;
    const known = this.#groups.get(id);
    if (known) return known;
    const group = { available: [], taken: 0 };
    this.#groups.set(id, group);
    return group;
  }

  // A group that was served goes to the end of the line, so that a busy one does not starve the others.
  #requeue(id: string, group: Group): void {
    this.#groups.delete(id);
    if (group.taken > 0 || group.available.length > 0) this.#groups.set(id, group);
  }
}

// Sequence numbers have 20 digits, so they sort as text.
function isBefore(one: StoredMessage, other: StoredMessage): boolean {
  return (one.sequenceNumber as string) < (other.sequenceNumber as string);
}
