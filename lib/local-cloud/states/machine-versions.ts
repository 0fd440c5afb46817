import { stateMachineDoesNotExist } from './api-errors.ts';
import { requireKind } from './arns.ts';
import type { StateMachine } from './state-machine.ts';
import type { StateMachines } from './state-machines.ts';

/** What an ARN that is to be started stands for: a state machine, one of its versions, an alias. */
export interface Startable {
  machine: StateMachine;
  versionArn?: string;
  aliasArn?: string;
}

/** How large a part of the executions of an alias, in percent, goes to a version. */
export interface Route {
  versionArn: string;
  weight: number;
}

/** Versions are state machines as they were when they were published; an alias leads to one or two of them. */
export class MachineVersions {
  #machines: StateMachines;
  #random: () => number;
  #versions = new Map<string, StateMachine>();
  #aliases = new Map<string, Route[]>();

  constructor(machines: StateMachines, random: () => number) {
    this.#machines = machines;
    this.#random = random;
  }

  /** Answers the ARN of the new version: publishing the same revision again is the same version. */
  publish(stateMachineArn: string): string {
    const machine = this.#machines.find(stateMachineArn);
    const own = [...this.#versions].filter(([, version]) => version.arn === machine.arn);
    const same = own.find(([, version]) => version === machine);
    if (same) return same[0];
    const arn = `${stateMachineArn}:${own.length + 1}`;
    this.#versions.set(arn, machine);
    return arn;
  }

  setAlias(name: string, routes: Route[]): string {
    const [first] = routes;
    const machine = this.#versions.get(first?.versionArn ?? '');
    if (!machine) throw stateMachineDoesNotExist(first?.versionArn ?? name);
    const arn = `${machine.arn}:${name}`;
    this.#aliases.set(arn, routes);
    return arn;
  }

  /** The ARNs of the versions of a state machine, the latest first. */
  versionsOf(stateMachineArn: string): string[] {
    const { arn } = this.#machines.find(stateMachineArn);
    return [...this.#versions].flatMap(([version, machine]) => (machine.arn === arn ? [version] : [])).reverse();
  }

  /** The ARNs of the aliases that lead to versions of a state machine. */
  aliasesOf(stateMachineArn: string): string[] {
    const versions = this.versionsOf(stateMachineArn);
    return [...this.#aliases].flatMap(([alias, [route]]) =>
      versions.includes(route?.versionArn ?? '') ? [alias] : [],
    );
  }

  resolve(arn: string): Startable {
    const routes = this.#aliases.get(arn);
    if (routes) return { ...this.resolve(this.#choose(routes)), aliasArn: arn };
    const version = this.#versions.get(arn);
    if (version) return { machine: version, versionArn: arn };
    requireKind(arn, 'stateMachine');
    return { machine: this.#machines.find(arn) };
  }

  #choose(routes: Route[]): string {
    let left = this.#random() * routes.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = routes.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return (chosen ?? routes[0])?.versionArn ?? '';
  }
}
