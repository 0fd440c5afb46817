import { Circuit, type CircuitMemory } from '#lib/runtime/circuit.ts';
import type { ServiceAnswer } from './answer-to-client.ts';
import type { LiveRoute } from './live-route.ts';

export const HALF_OPEN_AFTER_MS = 10_000;

const isFailure = (answer: unknown) => (answer as ServiceAnswer).status >= 500;

/**
 * The circuits of an execution environment, which begin with what others know. One for each route and instance: a path
 * that fails does not close the others, and an instance that fails leaves the rest of its service in work.
 */
export class RouteCircuits {
  readonly #memory: CircuitMemory;
  readonly #circuits = new Map<string, Circuit>();

  constructor(memory: CircuitMemory) {
    this.#memory = memory;
  }

  of({ route_id, service_name }: LiveRoute, instance: string): Circuit {
    const service = `${service_name} ${route_id} ${instance}`;
    const known = this.#circuits.get(service);
    if (known) return known;
    const circuit = new Circuit({ service, halfOpenAfterMs: HALF_OPEN_AFTER_MS, memory: this.#memory, isFailure });
    this.#circuits.set(service, circuit);
    return circuit;
  }
}
