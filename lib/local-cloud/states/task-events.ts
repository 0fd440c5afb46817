import type { Flow } from './flow.ts';
import { type EventDetails, inputDetails, outputDetails } from './history.ts';
import type { Integration } from './integration.ts';
import type { Data } from './json-data.ts';
import type { StateError } from './state-error.ts';
import type { TaskLimits } from './task-deadline.ts';

/** Writes the history of one attempt: `Task...` for integrations, `LambdaFunction...` for a function as `Resource`. */
export class TaskEvents {
  #flow: Flow;
  #integration: Integration;

  constructor(flow: Flow, integration: Integration) {
    this.#flow = flow;
    this.#integration = integration;
  }

  scheduled(args: Data, { timeout, heartbeat }: TaskLimits, region: string): void {
    const { functionArn } = this.#integration;
    const limits = {
      ...(timeout !== undefined && { timeoutInSeconds: timeout }),
      ...(heartbeat !== undefined && !functionArn && { heartbeatInSeconds: heartbeat }),
    };
    const details = functionArn
      ? { resource: functionArn, ...inputDetails(args.json), ...limits }
      : { ...this.#names(), region, parameters: args.json, ...limits };
    this.#record('Scheduled', details);
  }

  started(): void {
    this.#record('Started', this.#integration.functionArn ? undefined : this.#names());
  }

  /** The call was made; now the task waits for its token or for what it started. */
  submitted(output: Data): void {
    this.#record('Submitted', { ...this.#names(), ...outputDetails(output.json) });
  }

  succeeded(output: Data): void {
    this.#record('Succeeded', { ...this.#names(), ...outputDetails(output.json) });
  }

  failed(error: StateError): void {
    const timedOut = error.error === 'States.Timeout' || error.error === 'States.HeartbeatTimeout';
    this.#record(timedOut ? 'TimedOut' : 'Failed', { ...this.#names(), ...error.toDetails() });
  }

  #names(): EventDetails {
    const { functionArn, resourceType, resource } = this.#integration;
    return functionArn ? {} : { resourceType, resource };
  }

  #record(what: string, details?: EventDetails): void {
    this.#flow.record(`${this.#integration.functionArn ? 'LambdaFunction' : 'Task'}${what}`, details);
  }
}
