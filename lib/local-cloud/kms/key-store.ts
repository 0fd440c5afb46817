import type { KeyObject } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { DocumentFolder } from '../core/document-folder.ts';
import type { PolicyDocument } from '../core/service.ts';
import { exportMaterial, generateMaterial, importMaterial } from './key-material.ts';
import { KEY_SPECS, type KeySpec, type KeyUsage } from './key-spec.ts';

/** What is known of a key beside its material. */
export interface KeyDescription {
  id: string;
  specName: string;
  usage: KeyUsage;
  description: string;
  enabled: boolean;
  multiRegion: boolean;
  policy: PolicyDocument;
  createdAtMs: number;
}

export interface Key extends KeyDescription {
  arn: string;
  spec: KeySpec;
  aliases: Set<string>;
  material: KeyObject;
}

type KeyDocument = KeyDescription & { aliases: string[]; material: string };

/** All keys and their aliases. The material leaves this module only for the key's own document. */
export class KeyStore {
  readonly #account: Account;
  readonly #folder: DocumentFolder<KeyDocument>;
  readonly #keys = new Map<string, Key>();
  readonly #idsByAlias = new Map<string, string>();
  /** Ids of keys from an earlier run that nothing has made again. */
  readonly #restored = new Set<string>();

  /** With a folder, keys outlive a restart, and what they signed before still verifies. */
  constructor(account: Account, folder: string | undefined) {
    this.#account = account;
    this.#folder = new DocumentFolder(folder);
    for (const { aliases, material, ...description } of this.#folder.readAll()) {
      const { spec } = checkSpec(description.specName, description.usage);
      this.#add(description, importMaterial(spec, material), aliases);
      this.#restored.add(description.id);
    }
  }

  all(): Key[] {
    return [...this.#keys.values()];
  }

  /** Keys of an earlier run that no template of this run has brought back. */
  restored(): Key[] {
    return this.all().filter(({ id }) => this.#restored.has(id));
  }

  aliasArn(alias: string): string {
    return this.#account.arn('kms', alias);
  }

  keyArn(keyId: string): string {
    return this.#account.arn('kms', `key/${keyId}`);
  }

  /** By key id, key ARN, alias name or alias ARN. Throws NotFoundException in KMS's words. */
  get(keyId: string): Key {
    const name = keyId.startsWith('arn:')
      ? keyId
          .split(':')
          .slice(5)
          .join(':')
          .replace(/^key\//, '')
      : keyId;
    const key = this.#keys.get(name.startsWith('alias/') ? (this.#idsByAlias.get(name) ?? '') : name);
    if (key) return key;
    const message = name.startsWith('alias/')
      ? `Alias ${this.aliasArn(name)} is not found.`
      : `Key '${this.keyArn(name)}' does not exist`;
    throw new AwsError('NotFoundException', message);
  }

  /** The key if it may be used for this: enabled, and made for it. */
  usable(keyId: string, usage: KeyUsage, action: string): Key {
    const key = this.get(keyId);
    if (!key.enabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    if (key.usage === usage) return key;
    const message = `${key.arn} key usage is ${key.usage} which is not valid for ${action}.`;
    throw new AwsError('InvalidKeyUsageException', message);
  }

  /** Makes a key; one of the same id and spec from an earlier run keeps its material. */
  async put(description: KeyDescription): Promise<Key> {
    const { spec } = checkSpec(description.specName, description.usage);
    const kept = this.#keys.get(description.id);
    const material = kept?.specName === description.specName ? kept.material : await generateMaterial(spec);
    this.#restored.delete(description.id);
    const key = this.#add(description, material, [...(kept?.aliases ?? [])]);
    this.save(key);
    return key;
  }

  /** Points the alias at the key, away from another if need be. */
  setAlias(alias: string, key: Key): void {
    const before = this.#keys.get(this.#idsByAlias.get(alias) ?? '');
    if (before && before !== key) {
      before.aliases.delete(alias);
      this.save(before);
    }
    this.#idsByAlias.set(alias, key.id);
    key.aliases.add(alias);
    this.save(key);
  }

  hasAlias(alias: string): boolean {
    return this.#idsByAlias.has(alias);
  }

  save({ arn: _, spec: __, aliases, material, ...description }: Key): void {
    this.#folder.write(description.id, {
      ...description,
      aliases: [...aliases],
      material: exportMaterial(material),
    });
  }

  #add(description: KeyDescription, material: KeyObject, aliases: string[]): Key {
    const { spec } = checkSpec(description.specName, description.usage);
    const arn = this.keyArn(description.id);
    const key: Key = { ...description, arn, spec, aliases: new Set(aliases), material };
    this.#keys.set(key.id, key);
    for (const alias of aliases) this.#idsByAlias.set(alias, key.id);
    return key;
  }
}

/** Finds the spec and refuses what is not modelled; AWS's default usage is to encrypt. */
export function checkSpec(
  specName = 'SYMMETRIC_DEFAULT',
  usage: string = 'ENCRYPT_DECRYPT',
): { specName: string; spec: KeySpec; usage: KeyUsage } {
  const spec = Object.hasOwn(KEY_SPECS, specName) ? KEY_SPECS[specName] : undefined;
  if (!spec) throw new AwsError('ValidationException', `The embedded cloud does not model the KeySpec ${specName}.`);
  const known = spec.usages.find((each) => each === usage);
  if (known) return { specName, spec, usage: known };
  throw new AwsError('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${specName}.`);
}
