import type { ExecutionEnvironment } from './execution-environment.ts';

interface Waiter {
  resolve(environment: ExecutionEnvironment): void;
  reject(error: unknown): void;
}

export interface PoolOptions {
  /** Starts a new environment; throws when it cannot (the role may not be assumed). */
  start(): ExecutionEnvironment;
  /** The most environments that may exist at once. */
  limit(): number;
  now(): number;
}

/** What a start takes on a machine with nothing else to do, ms. */
const LEAST_PATIENCE_MS = 100;

/**
 * The environments of one version of a function. A call takes an idle one, else it waits for whatever comes first: one
 * that another call gives back, or a new one. Only one starts at a time, because on a machine with few cores several
 * starts at once would slow down the environments that already answer.
 */
export class EnvironmentPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<ExecutionEnvironment>();
  /** Busy with a last call on replaced code. */
  readonly #outdated = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: Waiter[] = [];
  #starting: ExecutionEnvironment | undefined;
  /**
   * How long calls wait for the environments that there are before one more starts, ms: what the last start took, so
   * that a burst of short calls is over sooner without it, and a busy machine is not kept busy by starts.
   */
  #patienceMs = LEAST_PATIENCE_MS;
  /** Runs while calls wait for environments that are all busy. */
  #patience: NodeJS.Timeout | undefined;
  /** Why nothing starts any more, once the pool is stopped. */
  #refusal: { reason: unknown } | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** How many environments exist, busy and starting ones included, but not those with replaced code. */
  get size(): number {
    return this.#all.size - this.#outdated.size;
  }

  take(): ExecutionEnvironment | Promise<ExecutionEnvironment> {
    const environment = this.#popIdle();
    if (environment) return environment;
    if (this.#refusal) return Promise.reject(this.#refusal.reason);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#grow();
    });
  }

  give(environment: ExecutionEnvironment): void {
    if (!environment.alive || this.#outdated.has(environment)) {
      void this.#retire(environment);
      this.#grow();
      return;
    }
    const waiter = this.#nextWaiter();
    if (waiter) {
      waiter.resolve(environment);
      return;
    }
    environment.idleSince = this.#options.now();
    this.#idle.push(environment);
  }

  /** Starts the first environment before anybody asks for it; resolves when it is ready or has failed. */
  async warm(): Promise<void> {
    if (this.size === 0 && !this.#refusal) this.#start();
    await this.#starting?.started;
  }

  /** Retires what has idled since before `time`, except for the environment used last. */
  async trim(time: number): Promise<void> {
    const idle = this.#idle.slice(0, -1).filter((environment) => environment.idleSince < time);
    await Promise.all(idle.map((environment) => this.#retire(environment)));
  }

  /** Lets go of all environments: idle ones end at once, busy ones as soon as they have answered. */
  async renew(): Promise<void> {
    const idle = [...this.#idle];
    for (const environment of this.#all) this.#outdated.add(environment);
    this.#starting = undefined;
    await Promise.all(idle.map((environment) => this.#retire(environment)));
    this.#grow();
  }

  /** Ends all environments and refuses who still waits, or comes later: from now on nothing starts. */
  async stop(reason: unknown): Promise<void> {
    this.#refusal = { reason };
    this.#starting = undefined;
    for (let waiter = this.#nextWaiter(); waiter; waiter = this.#nextWaiter()) waiter.reject(reason);
    await Promise.all([...this.#all].map((environment) => this.#retire(environment)));
  }

  #popIdle(): ExecutionEnvironment | undefined {
    // The one used last is the one whose code and connections are warmest. It may have died while it idled.
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      if (last.alive) return last;
      void this.#retire(last);
    }
    return undefined;
  }

  #nextWaiter(): Waiter | undefined {
    const waiter = this.#waiting.shift();
    if (this.#waiting.length === 0) {
      clearTimeout(this.#patience);
      this.#patience = undefined;
    }
    return waiter;
  }

  #grow(): void {
    if (this.#waiting.length === 0) return;
    if (this.size === 0) this.#startForWaiter();
    else this.#patience ??= setTimeout(() => this.#loseThePatience(), this.#patienceMs);
  }

  #loseThePatience(): void {
    this.#patience = undefined;
    this.#startForWaiter();
  }

  #startForWaiter(): void {
    if (this.#starting || this.size >= this.#options.limit()) return;
    try {
      this.#start();
    } catch (error) {
      this.#nextWaiter()?.reject(error);
      this.#grow();
    }
  }

  #start(): void {
    const environment = this.#options.start();
    this.#all.add(environment);
    this.#starting = environment;
    const startedAt = performance.now();
    void environment.started.then(() => {
      this.#patienceMs = Math.max(LEAST_PATIENCE_MS, performance.now() - startedAt);
      this.#arrive(environment);
    });
  }

  #arrive(environment: ExecutionEnvironment): void {
    // The code was replaced while this one started.
    if (this.#starting !== environment) return void this.#retire(environment);
    this.#starting = undefined;
    const waiter = this.#nextWaiter();
    // Who waited for an environment that failed to start gets its error as the answer.
    if (waiter) waiter.resolve(environment);
    else this.give(environment);
    this.#grow();
  }

  async #retire(environment: ExecutionEnvironment): Promise<void> {
    this.#all.delete(environment);
    this.#outdated.delete(environment);
    const index = this.#idle.indexOf(environment);
    if (index >= 0) this.#idle.splice(index, 1);
    await environment.retire();
  }
}
