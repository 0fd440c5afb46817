import { AwsError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';
import type { Archive } from './archive.ts';
import type { Rule } from './model.ts';

export const DEFAULT_BUS = 'default';

export interface EventBus {
  name: string;
  arn: string;
  description?: string;
  createdAt: number;
  rules: Map<string, Rule>;
}

/** The event buses of the account with their rules, and the archives. The bus `default` is always there. */
export class EventBuses {
  readonly archives = new Map<string, Archive>();
  #context: CloudContext;
  #buses = new Map<string, EventBus>();

  constructor(context: CloudContext) {
    this.#context = context;
    this.create(DEFAULT_BUS);
  }

  all(): EventBus[] {
    return [...this.#buses.values()];
  }

  create(name: string, description?: string): EventBus {
    if (this.#buses.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    }
    const createdAt = this.#context.clock.now();
    const bus: EventBus = { name, arn: this.busArn(name), description, createdAt, rules: new Map() };
    this.#buses.set(name, bus);
    return bus;
  }

  delete(name: string): void {
    this.#buses.delete(name);
  }

  /** The name of a bus that is given by name or ARN. */
  nameOf(nameOrArn: string = DEFAULT_BUS): string {
    return nameOrArn.startsWith('arn:') ? (nameOrArn.split(':event-bus/')[1] ?? nameOrArn) : nameOrArn;
  }

  find(nameOrArn?: string): EventBus | undefined {
    return this.#buses.get(this.nameOf(nameOrArn));
  }

  get(nameOrArn?: string): EventBus {
    const bus = this.find(nameOrArn);
    if (bus) return bus;
    throw new AwsError('ResourceNotFoundException', `Event bus ${this.nameOf(nameOrArn)} does not exist.`);
  }

  rule(name: string, busName?: string): Rule {
    const bus = this.get(busName);
    const rule = bus.rules.get(name);
    if (rule) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
  }

  busArn(nameOrArn?: string): string {
    return this.#context.account.arn('events', `event-bus/${this.nameOf(nameOrArn)}`);
  }

  /** Rules of the default bus do not name it. */
  ruleArn(name: string, busName?: string): string {
    const bus = this.nameOf(busName);
    return this.#context.account.arn('events', bus === DEFAULT_BUS ? `rule/${name}` : `rule/${bus}/${name}`);
  }

  archiveArn(name: string): string {
    return this.#context.account.arn('events', `archive/${name}`);
  }

  archivesOf(bus: EventBus): Archive[] {
    return [...this.archives.values()].filter(({ settings }) => settings.busArn === bus.arn);
  }
}
