import type { StoredMessage } from './message.ts';

interface WakeUp {
  at: number;
  message: StoredMessage;
}

/** A binary heap of the moments at which hidden messages become available, the earliest on top. */
export class WakeUpHeap {
  #entries: WakeUp[] = [];

  peek(): WakeUp | undefined {
    return this.#entries[0];
  }

  clear(): void {
    this.#entries = [];
  }

  push(entry: WakeUp): void {
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= entry.at) break;
      entries[index] = entries[parent] as WakeUp;
      index = parent;
    }
    entries[index] = entry;
  }

  pop(): void {
    const last = this.#entries.pop();
    if (last && this.#entries.length > 0) this.#sink(last);
  }

  #sink(entry: WakeUp): void {
    const entries = this.#entries;
    let index = 0;
    for (let child = 1; child < entries.length; child = 2 * index + 1) {
      if (this.#at(child + 1) < this.#at(child)) child += 1;
      if (this.#at(child) >= entry.at) break;
      entries[index] = entries[child] as WakeUp;
      index = child;
    }
    entries[index] = entry;
  }

  #at(index: number): number {
    return this.#entries[index]?.at ?? Number.POSITIVE_INFINITY;
  }
}
