import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';

export type ParameterType = 'String' | 'StringList';

export interface ParameterVersion {
  name: string;
  arn: string;
  type: ParameterType;
  value: string;
  version: number;
  description: string | undefined;
  allowedPattern: string | undefined;
  modifiedAtMs: number;
}

/** What a write says about a parameter; what it leaves out stays as it was. */
export interface ParameterWrite {
  name: string;
  value: string;
  type?: string;
  description?: string;
  allowedPattern?: string;
  nowMs: number;
}

/** What happened to a parameter. */
export interface ParameterChange extends Pick<ParameterVersion, 'name' | 'type' | 'description'> {
  operation: 'Create' | 'Update' | 'Delete';
}

// AWS keeps this many versions of a parameter and drops the oldest.
const VERSIONS_KEPT = 100;
// Of the standard tier.
const LONGEST_VALUE = 4096;

/** All parameters with their versions, the newest last. */
export class ParameterStore {
  readonly #account: Account;
  readonly #onChange: (change: ParameterChange) => void;
  readonly #versions = new Map<string, ParameterVersion[]>();

  constructor(account: Account, onChange: (change: ParameterChange) => void) {
    this.#account = account;
    this.#onChange = onChange;
  }

  /** The ARN of a parameter by its name, with or without a version (`/shop/limit:3`); an ARN stays as it is. */
  arn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    const name = nameOrArn.split(':')[0] as string;
    return this.#account.arn('ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);
  }

  latest(): ParameterVersion[] {
    const all = [...this.#versions.values()].map((versions) => versions.at(-1) as ParameterVersion);
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Finds a parameter by name, `name:version` or ARN. Throws ParameterNotFound and ParameterVersionNotFound. */
  get(selector: string): ParameterVersion {
    const [name = '', version] = this.#nameOf(selector).split(':');
    const versions = this.history(name);
    const found = version ? versions.find((each) => each.version === Number(version)) : versions.at(-1);
    if (found) return found;
    const advice = `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`;
    throw new AwsError('ParameterVersionNotFound', advice);
  }

  history(nameOrArn: string): ParameterVersion[] {
    const name = this.#nameOf(nameOrArn);
    const versions = this.#versions.get(name);
    if (!versions) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    return versions;
  }

  has(name: string): boolean {
    return this.#versions.has(name);
  }

  /** Adds a version; the first one creates the parameter. */
  put(write: ParameterWrite): ParameterVersion {
    const versions = this.#versions.get(write.name) ?? [];
    const previous = versions.at(-1);
    const version: ParameterVersion = {
      name: write.name,
      arn: this.arn(write.name),
      type: parseType(write.type ?? previous?.type),
      value: write.value,
      version: (previous?.version ?? 0) + 1,
      description: write.description ?? previous?.description,
      allowedPattern: write.allowedPattern ?? previous?.allowedPattern,
      modifiedAtMs: write.nowMs,
    };
    checkValue(version);
    this.#versions.set(write.name, [...versions, version].slice(-VERSIONS_KEPT));
    this.#onChange({ ...version, operation: previous ? 'Update' : 'Create' });
    return version;
  }

  /** Whether there was such a parameter. */
  delete(name: string): boolean {
    const last = this.#versions.get(name)?.at(-1);
    if (last) this.#onChange({ ...last, operation: 'Delete' });
    return this.#versions.delete(name);
  }

  /** The ARN leaves out whether a name without slashes began with one, so both are tried. */
  #nameOf(nameOrArn: string): string {
    if (!nameOrArn.startsWith('arn:')) return nameOrArn;
    const path = nameOrArn
      .split(':')
      .slice(5)
      .join(':')
      .replace(/^parameter/, '');
    const bare = path.slice(1);
    return this.#versions.has(bare.split(':')[0] as string) ? bare : path;
  }
}

function parseType(type: string | undefined): ParameterType {
  if (type === 'String' || type === 'StringList') return type;
  if (type === undefined) {
    throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  }
  const reason = type === 'SecureString' ? 'keep secrets in Secrets Manager' : 'use String or StringList';
  throw new AwsError('ValidationException', `The embedded cloud does not model the parameter type ${type}: ${reason}.`);
}

function checkValue({ name, value, allowedPattern }: ParameterVersion): void {
  if (typeof value !== 'string' || value === '') {
    throw new AwsError(
      'ValidationException',
      `The value of parameter ${name} must be a string of at least 1 character.`,
    );
  }
  if (value.length > LONGEST_VALUE) {
    const limit = `Standard tier parameters support a maximum parameter value of ${LONGEST_VALUE} characters.`;
    throw new AwsError('ValidationException', limit);
  }
  if (!allowedPattern || new RegExp(allowedPattern).test(value)) return;
  const mismatch = `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`;
  throw new AwsError('ParameterPatternMismatchException', mismatch);
}
