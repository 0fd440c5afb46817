import type { Flow, MapItem } from './flow.ts';
import type { EventDetails } from './history.ts';
import { FlowAborted, type StateError } from './state-error.ts';

/** The states whose abort the history tells; the others take no time. */
const ABORTABLE = ['Task', 'Wait', 'Parallel', 'Map'];

/** A branch of a Parallel, or an iteration of a Map. */
export interface Sibling {
  flow: Flow;
  ended: boolean;
  /** What the history says of an iteration; nothing is said of a branch. */
  iteration?: EventDetails;
}

/** The flows that run side by side inside one state: the first failure that counts ends all of them. */
export class Siblings {
  #parent: Flow;
  #siblings: Sibling[] = [];
  #failure: StateError | undefined;

  constructor(parent: Flow) {
    this.#parent = parent;
  }

  add(mapItem?: MapItem, iteration?: EventDetails): Sibling {
    const sibling: Sibling = { flow: this.#parent.fork(mapItem), ended: false, iteration };
    this.#siblings.push(sibling);
    return sibling;
  }

  /** The results of all, or the failure that ended them. */
  async all<T>(running: Promise<T>[]): Promise<T[]> {
    try {
      return await Promise.all(running);
    } catch (thrown) {
      throw this.#failure ?? thrown;
    } finally {
      this.#parent.dropChildren();
    }
  }

  /** The failures after the first, and those of a flow that was aborted as a whole, do not count. */
  throwIfOver(): void {
    this.#parent.throwIfAborted();
    if (this.#failure) throw new FlowAborted();
  }

  /** Ends all, writes so after the event of the failure, and answers the error to throw. */
  fail(failed: Sibling, error: StateError): StateError {
    this.#failure = error;
    for (const { flow } of this.#siblings) flow.abort();
    this.#parent.lastEventId = failed.flow.lastEventId;
    this.#tellEnd(failed, 'MapIterationFailed', ['Task', 'Wait']);
    for (const sibling of this.#siblings) {
      if (sibling !== failed && !sibling.ended) this.#tellEnd(sibling, 'MapIterationAborted', ABORTABLE);
    }
    return error;
  }

  #tellEnd({ flow, iteration }: Sibling, iterationEvent: string, stateTypes: string[]): void {
    if (iteration) this.#parent.recordAside(iterationEvent, iteration);
    if (stateTypes.includes(flow.stateType)) this.#parent.recordAside(`${flow.stateType}StateAborted`);
  }
}
