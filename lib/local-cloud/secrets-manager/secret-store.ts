import { randomUUID } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { DocumentFolder } from '../core/document-folder.ts';
import { stableId } from '../core/stable-id.ts';

export interface SecretVersion {
  id: string;
  text?: string;
  /** In base64, as on the wire. */
  binary?: string;
  stages: string[];
  createdAtMs: number;
}

export interface Secret {
  name: string;
  arn: string;
  description?: string;
  tags: { Key: string; Value: string }[];
  createdAtMs: number;
  changedAtMs: number;
  deletedAtMs?: number;
  versions: SecretVersion[];
}

/** The content of a new version. */
export interface SecretContent {
  text?: string;
  binary?: string;
  /** The version's id; the token makes a repeated write the same write. */
  token?: string;
  stages?: string[];
}

export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** All secrets and their versions. */
export class SecretStore {
  readonly #account: Account;
  readonly #folder: DocumentFolder<Secret>;
  readonly #secrets = new Map<string, Secret>();
  /** Names of secrets from an earlier run that no template has asked for yet. */
  readonly #unclaimed = new Set<string>();

  /** With a folder, secrets outlive a restart. */
  constructor(account: Account, folder: string | undefined) {
    this.#account = account;
    this.#folder = new DocumentFolder(folder);
    for (const secret of this.#folder.readAll()) {
      this.#secrets.set(secret.name, secret);
      this.#unclaimed.add(secret.name);
    }
  }

  all(): Secret[] {
    return [...this.#secrets.values()];
  }

  /** The secret that a template's secret of this name was in an earlier run: it keeps its value, as on a stack update. */
  claim(name: string): Secret | undefined {
    const secret = this.#unclaimed.delete(name) ? this.#secrets.get(name) : undefined;
    if (secret?.deletedAtMs === undefined) return secret;
    this.remove(secret);
    return undefined;
  }

  /** AWS puts six random characters behind the name; here they follow from the name, so a restart finds the same ARN. */
  arnOf(name: string): string {
    return this.#account.arn('secretsmanager', `secret:${name}-${stableId(`secret ${name}`, 6)}`);
  }

  /** The ARN that policies speak about, whether or not there is such a secret. */
  resourceArn(secretId: string): string {
    return this.#find(secretId)?.arn ?? (secretId.startsWith('arn:') ? secretId : this.arnOf(secretId));
  }

  /** By name, ARN, or ARN without its six last characters. Throws ResourceNotFoundException. */
  get(secretId: string): Secret {
    const secret = this.#find(secretId);
    if (!secret) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    if (secret.deletedAtMs === undefined) return secret;
    const reason = 'because it was marked for deletion.';
    throw new AwsError('InvalidRequestException', `You can't perform this operation on the secret ${reason}`);
  }

  create(secret: Pick<Secret, 'name' | 'description' | 'tags'>, nowMs: number): Secret {
    if (this.#secrets.has(secret.name)) {
      const message = `The operation failed because the secret ${secret.name} already exists.`;
      throw new AwsError('ResourceExistsException', message);
    }
    const arn = this.arnOf(secret.name);
    const created: Secret = { ...secret, arn, createdAtMs: nowMs, changedAtMs: nowMs, versions: [] };
    this.#secrets.set(created.name, created);
    this.#folder.write(created.name, created);
    return created;
  }

  change(secret: Secret, changes: Partial<Secret>, nowMs: number): void {
    Object.assign(secret, changes, { changedAtMs: nowMs });
    this.#folder.write(secret.name, secret);
  }

  remove(secret: Secret): void {
    this.#secrets.delete(secret.name);
    this.#folder.remove(secret.name);
  }

  /** Adds a version and moves its staging labels to it. */
  putVersion(secret: Secret, content: SecretContent, nowMs: number): SecretVersion {
    const { text, binary, token: id = randomUUID(), stages = [CURRENT] } = content;
    const existing = secret.versions.find((version) => version.id === id);
    if (existing) return sameContent(existing, content);

    const version: SecretVersion = { id, text, binary, stages: [], createdAtMs: nowMs };
    const current = secret.versions.find((each) => each.stages.includes(CURRENT));
    // The first version is current, whatever labels it asks for.
    const labels = current ? stages : [...new Set([CURRENT, ...stages])];
    const moved = current && labels.includes(CURRENT) ? [...labels, PREVIOUS] : labels;
    for (const each of secret.versions) each.stages = each.stages.filter((stage) => !moved.includes(stage));
    if (current && labels.includes(CURRENT)) current.stages.push(PREVIOUS);
    version.stages = [...labels];
    // Versions without a label are deprecated, and AWS deletes them in its own time.
    const labelled = secret.versions.filter((each) => each.stages.length > 0);
    this.change(secret, { versions: [...labelled, version] }, nowMs);
    return version;
  }

  /** The version that the id and the label name; without either the current one. */
  version(secret: Secret, { id, stage }: { id?: string; stage?: string }): SecretVersion {
    const wanted = stage ?? (id ? undefined : CURRENT);
    const found = secret.versions.find(
      (version) => (!id || version.id === id) && (!wanted || version.stages.includes(wanted)),
    );
    if (found) return found;
    const which = wanted ? `staging label: ${wanted}` : `VersionId: ${id}`;
    const message = `Secrets Manager can't find the specified secret value for ${which}`;
    throw new AwsError('ResourceNotFoundException', message);
  }

  #find(secretId: string): Secret | undefined {
    if (!secretId.startsWith('arn:')) return this.#secrets.get(secretId);
    return this.all().find(({ arn }) => arn === secretId || arn.slice(0, -7) === secretId);
  }
}

function sameContent(version: SecretVersion, { text, binary }: SecretContent): SecretVersion {
  if (version.text === text && version.binary === binary) return version;
  const message = `You can't modify an existing version, you can only create a new version. (VersionId: ${version.id})`;
  throw new AwsError('ResourceExistsException', message);
}
