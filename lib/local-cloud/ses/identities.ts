import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { stableId } from '../core/stable-id.ts';
import type { Address } from './address.ts';

/** An address or a domain that mail may be sent from. Here it is verified from the start. */
export interface Identity {
  name: string;
  arn: string;
  isDomain: boolean;
  /** Used for mail that names no configuration set itself. */
  configurationSet?: string;
  mailFromDomain?: string;
  behaviorOnMxFailure: string;
  signingEnabled: boolean;
  forwardsFeedback: boolean;
  tags: { Key: string; Value: string }[];
}

export interface ConfigurationSet {
  name: string;
  sendingEnabled: boolean;
}

/** What the account may send from, and how. */
export class Identities {
  readonly #account: Account;
  readonly #identities = new Map<string, Identity>();
  readonly #configurationSets = new Map<string, ConfigurationSet>();

  constructor(account: Account) {
    this.#account = account;
  }

  all(): Identity[] {
    return [...this.#identities.values()];
  }

  arnOf(name: string): string {
    return this.#account.arn('ses', `identity/${name}`);
  }

  add(identity: Omit<Identity, 'arn' | 'isDomain'>): Identity {
    const isDomain = !identity.name.includes('@');
    const name = isDomain ? identity.name.toLowerCase() : identity.name;
    if (this.#identities.has(name)) {
      throw new AwsError('AlreadyExistsException', `Email identity ${name} already exist.`);
    }
    const added = { ...identity, name, arn: this.arnOf(name), isDomain };
    this.#identities.set(name, added);
    return added;
  }

  /** Throws NotFoundException. */
  get(name: string): Identity {
    const identity = this.#identities.get(name);
    if (!identity) throw new AwsError('NotFoundException', `Email identity ${name} does not exist.`, 404);
    return identity;
  }

  /** The identity that lets mail be sent from the address: the address itself, else its domain or one above it. */
  allowing({ address, domain }: Address): Identity | undefined {
    const labels = domain.split('.');
    const domains = labels.map((_, index) => labels.slice(index).join('.'));
    const name = [address, ...domains].find((candidate) => this.#identities.has(candidate));
    return name === undefined ? undefined : this.#identities.get(name);
  }

  configurationSetArn(name: string): string {
    return this.#account.arn('ses', `configuration-set/${name}`);
  }

  addConfigurationSet(set: ConfigurationSet): void {
    if (this.#configurationSets.has(set.name)) {
      throw new AwsError('AlreadyExistsException', `Configuration set ${set.name} already exists.`);
    }
    this.#configurationSets.set(set.name, set);
  }

  /** Throws NotFoundException. */
  configurationSet(name: string): ConfigurationSet {
    const set = this.#configurationSets.get(name);
    if (!set) throw new AwsError('NotFoundException', `Configuration set <${name}> does not exist.`, 404);
    return set;
  }
}

/** Easy DKIM has three keys, so that they can be changed one by one. */
const DKIM_TOKENS = [1, 2, 3];

export function dkimTokens({ name }: Identity): string[] {
  return DKIM_TOKENS.map((number) => stableId(`dkim ${number} ${name}`, 32).toLowerCase());
}
