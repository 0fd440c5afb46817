import type { Clock } from '../core/clock.ts';
import type { EventDetails, History } from './history.ts';
import type { Json } from './json-data.ts';
import { FlowAborted } from './state-error.ts';
import { VariableScope } from './variable-scope.ts';

/** `$states.context.Map.Item` of an iteration. */
export interface MapItem {
  Index: number;
  Value: Json;
}

interface FlowOptions {
  clock: Clock;
  history: History;
  scope?: VariableScope;
  mapItem?: MapItem;
  /** The event from which this flow goes on. */
  lastEventId?: number;
}

/**
 * States that run one after the other: the execution itself, a branch of a Parallel, an iteration of a Map.
 * Aborting it ends its waits at once, and those of the flows inside it; from then on it writes no history.
 */
export class Flow {
  readonly scope: VariableScope;
  readonly mapItem: MapItem | undefined;
  lastEventId: number;
  /** The state that the flow is in: its abort is told by its type. */
  stateType = '';
  #clock: Clock;
  #history: History;
  #abort = new AbortController();
  #children = new Set<Flow>();

  constructor({ clock, history, scope = new VariableScope(), mapItem, lastEventId = 0 }: FlowOptions) {
    this.#clock = clock;
    this.#history = history;
    this.scope = scope;
    this.mapItem = mapItem;
    this.lastEventId = lastEventId;
  }

  /** A flow inside this one, with variables of its own. */
  fork(mapItem = this.mapItem): Flow {
    const child = new Flow({
      clock: this.#clock,
      history: this.#history,
      scope: new VariableScope(this.scope),
      mapItem,
      lastEventId: this.lastEventId,
    });
    this.#children.add(child);
    return child;
  }

  /** Forgets the flows inside this one, which have ended. */
  dropChildren(): void {
    this.#children.clear();
  }

  /** Writes an event after the last one of this flow. */
  record(type: string, details?: EventDetails, previousEventId = this.lastEventId): number {
    this.throwIfAborted();
    this.lastEventId = this.#history.record(type, previousEventId, details);
    return this.lastEventId;
  }

  /** Writes an event beside the flow: what comes next follows the same event as this one does. */
  recordAside(type: string, details?: EventDetails): void {
    this.throwIfAborted();
    this.#history.record(type, this.lastEventId, details);
  }

  get aborted(): boolean {
    return this.#abort.signal.aborted;
  }

  throwIfAborted(): void {
    if (this.aborted) throw new FlowAborted();
  }

  abort(): void {
    this.#abort.abort();
    for (const child of this.#children) child.abort();
  }

  /** The promise's outcome, or `FlowAborted` as soon as the flow is aborted. */
  until<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#abort;
    return new Promise((resolve, reject) => {
      const abort = () => reject(new FlowAborted());
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      const done = () => signal.removeEventListener('abort', abort);
      promise.then(
        (value) => {
          done();
          resolve(value);
        },
        (error) => {
          done();
          reject(error);
        },
      );
    });
  }

  async sleep(ms: number): Promise<void> {
    await this.#clock.sleep(ms, this.#abort.signal);
    this.throwIfAborted();
  }

  /** Calls back when the flow is aborted; the returned function takes it back. */
  onAbort(callback: () => void): () => void {
    this.#abort.signal.addEventListener('abort', callback, { once: true });
    return () => this.#abort.signal.removeEventListener('abort', callback);
  }
}
