import { randomUUID } from 'node:crypto';
import type { Account } from '../core/account.ts';
import type { Clock } from '../core/clock.ts';
import {
  invalidDefinition,
  invalidName,
  missingField,
  resourceNotFound,
  stateMachineAlreadyExists,
  stateMachineDoesNotExist,
} from './api-errors.ts';
import { isValidName, requireKind } from './arns.ts';
import type { Definition } from './definition.ts';
import { checkDefinition } from './definition-check.ts';
import { Diagnostics } from './diagnostics.ts';
import type { JsonataExpressions } from './jsonata-expressions.ts';
import type { LoggingConfiguration, StateMachine, StateMachineType } from './state-machine.ts';

/** As CreateStateMachine and UpdateStateMachine take it. */
export interface StateMachineFields {
  name: string;
  definition: string;
  roleArn: string;
  type?: StateMachineType;
  loggingConfiguration?: LoggingConfiguration;
  tracingConfiguration?: { enabled?: boolean };
  encryptionConfiguration?: Record<string, unknown>;
  tags?: Tag[];
}

export interface Tag {
  key: string;
  value: string;
}

interface Surroundings {
  account: Account;
  clock: Clock;
  expressions: JsonataExpressions;
}

/** All state machines, each at its present revision. */
export class StateMachines {
  #surroundings: Surroundings;
  #byArn = new Map<string, StateMachine>();
  #tags = new Map<string, Map<string, string>>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Creating the same once more is the same state machine; another of the same name is refused. */
  create(fields: StateMachineFields): StateMachine {
    const { name, roleArn, type = 'STANDARD' } = fields;
    if (!isValidName(name)) throw invalidName(name);
    if (!roleArn) throw missingField('roleArn');
    const definition = this.parse(fields.definition, name, type);
    const arn = this.#surroundings.account.arn('states', `stateMachine:${name}`);
    const now = this.#surroundings.clock.now();
    const machine: StateMachine = {
      arn,
      name,
      type,
      definition,
      definitionText: fields.definition,
      roleArn,
      logging: fields.loggingConfiguration ?? { level: 'OFF', includeExecutionData: false },
      tracing: fields.tracingConfiguration?.enabled ?? false,
      encryption: fields.encryptionConfiguration ?? { type: 'AWS_OWNED_KEY' },
      createdAtMs: now,
      updatedAtMs: now,
      revisionId: undefined,
    };
    const existing = this.#byArn.get(arn);
    if (existing && !isSame(existing, machine)) throw stateMachineAlreadyExists(arn);
    if (existing) return existing;
    this.#byArn.set(arn, machine);
    this.tag(arn, fields.tags ?? []);
    return machine;
  }

  update(arn: string, fields: Partial<Omit<StateMachineFields, 'name' | 'type'>>): StateMachine {
    const machine = this.find(arn);
    const { definition: text = machine.definitionText } = fields;
    const updated: StateMachine = {
      ...machine,
      definition: this.parse(text, machine.name, machine.type),
      definitionText: text,
      roleArn: fields.roleArn ?? machine.roleArn,
      logging: fields.loggingConfiguration ?? machine.logging,
      tracing: fields.tracingConfiguration?.enabled ?? machine.tracing,
      encryption: fields.encryptionConfiguration ?? machine.encryption,
      updatedAtMs: this.#surroundings.clock.now(),
      revisionId: randomUUID(),
    };
    this.#byArn.set(arn, updated);
    return updated;
  }

  find(arn: string): StateMachine {
    requireKind(arn, 'stateMachine');
    const machine = this.#byArn.get(arn);
    if (!machine) throw stateMachineDoesNotExist(arn);
    return machine;
  }

  delete(arn: string): void {
    requireKind(arn, 'stateMachine');
    this.#byArn.delete(arn);
    this.#tags.delete(arn);
  }

  all(): StateMachine[] {
    return [...this.#byArn.values()];
  }

  /** The definition, or an `InvalidDefinition` error that says all that is wrong with it. */
  parse(text: string, machine: string, type: StateMachineType): Definition {
    const { diagnostics, definition } = this.check(text, machine, type);
    if (diagnostics.list.length > 0) throw invalidDefinition(String(diagnostics));
    return definition as Definition;
  }

  check(text: string, machine: string, type: StateMachineType): { diagnostics: Diagnostics; definition?: unknown } {
    if (text === undefined) throw missingField('definition');
    let definition: unknown;
    try {
      definition = JSON.parse(text);
    } catch (error) {
      const diagnostics = new Diagnostics();
      diagnostics.add((error as Error).message, '/', 'INVALID_JSON_DESCRIPTION');
      return { diagnostics };
    }
    const { expressions } = this.#surroundings;
    return { definition, diagnostics: checkDefinition(definition, { machine, type, expressions }) };
  }

  tag(arn: string, tags: Tag[]): void {
    const own = this.#tagsOf(arn);
    for (const { key, value } of tags) own.set(key, value);
  }

  untag(arn: string, keys: string[]): void {
    const own = this.#tagsOf(arn);
    for (const key of keys) own.delete(key);
  }

  tagsOf(arn: string): Tag[] {
    return [...this.#tagsOf(arn)].map(([key, value]) => ({ key, value }));
  }

  #tagsOf(arn: string): Map<string, string> {
    if (!this.#byArn.has(arn)) throw resourceNotFound(arn);
    const tags = this.#tags.get(arn) ?? new Map<string, string>();
    this.#tags.set(arn, tags);
    return tags;
  }
}

/** What CreateStateMachine compares to tell a repeated call from another state machine of the same name. */
function isSame(one: StateMachine, other: StateMachine): boolean {
  const key = ({ definitionText, type, logging, tracing, encryption }: StateMachine) =>
    JSON.stringify([definitionText, type, logging, tracing, encryption]);
  return key(one) === key(other);
}
