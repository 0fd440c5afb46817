import { CircuitState, CountBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { log } from './log.ts';

/** Where execution environments tell each other which circuits are open. */
export interface CircuitMemory {
  /** When the circuit was opened, in ms; `undefined` when it is closed. */
  recall(service: string): Promise<number | undefined>;
  remember(service: string, openedAtMs: number | undefined): Promise<void>;
}

export interface CircuitOptions {
  /** Whom the circuit leads to: what environments call it among themselves. */
  service: string;
  /** How long an open circuit stays open before one call may try, ms. */
  halfOpenAfterMs: number;
  /** Without it each environment learns for itself. */
  memory?: CircuitMemory;
  /** Whether what a call resolves to is a failure too, as a call that rejects is. */
  isFailure?: (result: unknown) => boolean;
}

/**
 * The circuit opens when more than half of the last 10 tries failed. By number and not by time: an execution
 * environment serves one request after the other, so a rate per second would say little.
 */
const BREAKER = { threshold: 0.5, size: 10, minimumNumberOfCalls: 5 };

/**
 * A circuit breaker that starts with what others have learned: an environment that is new while a service is down does
 * not have to fail five times to know it. The memory is a help, not a need: without an answer the circuit is closed.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #breaker: Promise<ReturnType<typeof circuitBreaker>> | undefined;
  #telling: Promise<void> | undefined;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  async execute<T>(call: () => Promise<T>): Promise<T> {
    this.#breaker ??= this.#informed();
    try {
      return await (await this.#breaker).execute(call);
    } finally {
      // Lambda freezes what is not waited for.
      await this.#telling;
    }
  }

  async #informed() {
    const { service, halfOpenAfterMs, memory, isFailure = () => false } = this.#options;
    const openedAt = await memory?.recall(service).catch((error: unknown) => this.#without(error));
    const breaker = new CountBreaker(BREAKER);
    const ownState = { value: CircuitState.Open, openedAt, attemptNo: 1 };
    const initialState = openedAt === undefined ? undefined : { ownState, breakerState: breaker.state };
    const circuit = circuitBreaker(handleAll.orWhenResult(isFailure), {
      breaker,
      halfOpenAfter: halfOpenAfterMs,
      initialState,
    });
    circuit.onBreak(() => this.#tell(Date.now()));
    circuit.onReset(() => this.#tell(undefined));
    return circuit;
  }

  #tell(openedAtMs: number | undefined): void {
    const { service, memory } = this.#options;
    log.warn(openedAtMs ? 'circuit opened' : 'circuit closed', { circuit: service });
    this.#telling = memory?.remember(service, openedAtMs).catch((error: unknown) => this.#without(error));
  }

  #without(error: unknown): undefined {
    log.warn('circuit goes by itself', { circuit: this.#options.service, error });
  }
}
