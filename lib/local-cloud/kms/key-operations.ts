import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, CloudContext, Operation, PolicyDocument } from '../core/service.ts';
import { checkSpec, type Key, type KeyStore } from './key-store.ts';

interface CreateKeyInput {
  KeySpec?: string;
  KeyUsage?: string;
  Description?: string;
  Policy?: string;
}

interface PageInput {
  Limit?: number;
  Marker?: string;
}

interface AliasInput {
  AliasName: string;
  TargetKeyId: string;
}

// AWS's page size when the caller asks for none.
const LIST_PAGE = 100;

/** The policy of a key that brings none: the account's identity policies decide. */
export function defaultPolicy(accountId: string): PolicyDocument {
  const principal = { AWS: `arn:aws:iam::${accountId}:root` };
  return { Statement: [{ Effect: 'Allow', Principal: principal, Action: 'kms:*', Resource: '*' }] };
}

function parsePolicy(policy: string): PolicyDocument {
  try {
    return JSON.parse(policy);
  } catch (cause) {
    const message = 'The policy document is malformed or violates constraints.';
    throw Object.assign(new AwsError('MalformedPolicyDocumentException', message), { cause });
  }
}

/** The actions that make and describe keys and aliases. */
export function keyOperations({ account, clock, iam }: CloudContext, keys: KeyStore): Record<string, AnyOperation> {
  const ofKey = ({ KeyId }: { KeyId: string }) => [keys.get(KeyId).arn];

  const createKey: Operation<CreateKeyInput> = {
    accepts: {
      KeySpec: true,
      KeyUsage: true,
      Description: true,
      Policy: true,
      BypassPolicyLockoutSafetyCheck: 'nobody can lock the operator out',
      Tags: 'no local policy reads the tags of keys',
    },
    resources: () => ['*'],
    run: async ({ KeySpec, KeyUsage, Description = '', Policy }) => {
      const { specName, usage } = checkSpec(KeySpec, KeyUsage);
      const policy = Policy ? parsePolicy(Policy) : defaultPolicy(account.id);
      const plain = { description: Description, enabled: true, multiRegion: false, createdAtMs: clock.now() };
      const key = await keys.put({ id: randomUUID(), specName, usage, policy, ...plain });
      iam.attachResourcePolicy(key.arn, policy);
      return { KeyMetadata: describe(key, account.id) };
    },
  };

  const describeKey: Operation<{ KeyId: string }> = {
    requires: ['KeyId'],
    accepts: { KeyId: true },
    resources: ofKey,
    run: ({ KeyId }) => ({ KeyMetadata: describe(keys.get(KeyId), account.id) }),
  };

  const listKeys: Operation<PageInput> = {
    accepts: { Limit: true, Marker: true },
    resources: () => ['*'],
    run: ({ Limit = LIST_PAGE, Marker }) => {
      const { items, nextToken } = page(keys.all(), Limit, Marker);
      const entries = items.map((key) => ({ KeyId: key.id, KeyArn: key.arn }));
      return { Keys: entries, NextMarker: nextToken, Truncated: nextToken !== undefined };
    },
  };

  const getKeyPolicy: Operation<{ KeyId: string }> = {
    requires: ['KeyId'],
    accepts: { KeyId: true, PolicyName: 'a key has one policy, called default' },
    resources: ofKey,
    run: ({ KeyId }) => ({ Policy: JSON.stringify(keys.get(KeyId).policy), PolicyName: 'default' }),
  };

  return {
    CreateKey: createKey,
    DescribeKey: describeKey,
    ListKeys: listKeys,
    GetKeyPolicy: getKeyPolicy,
    EnableKey: switchKey(keys, true),
    DisableKey: switchKey(keys, false),
    ...aliasOperations(keys),
  };
}

function switchKey(keys: KeyStore, enabled: boolean): Operation<{ KeyId: string }> {
  return {
    accepts: { KeyId: true },
    requires: ['KeyId'],
    resources: ({ KeyId }) => [keys.get(KeyId).arn],
    run: ({ KeyId }) => {
      const key = keys.get(KeyId);
      key.enabled = enabled;
      keys.save(key);
      return {};
    },
  };
}

function aliasOperations(keys: KeyStore): Record<string, AnyOperation> {
  const ofAliasAndKey = ({ AliasName, TargetKeyId }: AliasInput) => [
    keys.aliasArn(AliasName),
    keys.get(TargetKeyId).arn,
  ];

  const createAlias: Operation<AliasInput> = {
    requires: ['AliasName', 'TargetKeyId'],
    accepts: { AliasName: true, TargetKeyId: true },
    resources: ofAliasAndKey,
    run: ({ AliasName, TargetKeyId }) => {
      if (keys.hasAlias(AliasName)) {
        const message = `An alias with the name ${keys.aliasArn(AliasName)} already exists`;
        throw new AwsError('AlreadyExistsException', message);
      }
      keys.setAlias(checkAlias(AliasName), keys.get(TargetKeyId));
      return {};
    },
  };

  const updateAlias: Operation<AliasInput> = {
    requires: ['AliasName', 'TargetKeyId'],
    accepts: { AliasName: true, TargetKeyId: true },
    resources: ofAliasAndKey,
    run: ({ AliasName, TargetKeyId }) => {
      keys.get(AliasName);
      keys.setAlias(AliasName, keys.get(TargetKeyId));
      return {};
    },
  };

  const listAliases: Operation<PageInput & { KeyId?: string }> = {
    accepts: { KeyId: true, Limit: true, Marker: true },
    resources: () => ['*'],
    run: ({ KeyId, Limit = LIST_PAGE, Marker }) => {
      const owners = KeyId ? [keys.get(KeyId)] : keys.all();
      const aliases = owners.flatMap((key) => [...key.aliases].map((name) => describeAlias(keys, key, name)));
      const { items, nextToken } = page(aliases, Limit, Marker);
      return { Aliases: items, NextMarker: nextToken, Truncated: nextToken !== undefined };
    },
  };

  return { CreateAlias: createAlias, UpdateAlias: updateAlias, ListAliases: listAliases };
}

/** Aliases that begin with `alias/aws/` belong to AWS's own keys. */
export function checkAlias(alias: string): string {
  if (/^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/.test(alias)) return alias;
  throw new AwsError('InvalidAliasNameException', `Alias must start with the prefix "alias/", not: ${alias}`);
}

function describeAlias(keys: KeyStore, key: Key, name: string): Record<string, unknown> {
  return { AliasName: name, AliasArn: keys.aliasArn(name), TargetKeyId: key.id };
}

function describe(key: Key, accountId: string): Record<string, unknown> {
  const { signingAlgorithms, encryptionAlgorithms, macAlgorithms } = key.spec;
  return {
    AWSAccountId: accountId,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: new Date(key.createdAtMs),
    Enabled: key.enabled,
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.enabled ? 'Enabled' : 'Disabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: key.specName,
    KeySpec: key.specName,
    SigningAlgorithms: key.usage === 'SIGN_VERIFY' ? signingAlgorithms : undefined,
    EncryptionAlgorithms: key.usage === 'ENCRYPT_DECRYPT' ? encryptionAlgorithms : undefined,
    MacAlgorithms: key.usage === 'GENERATE_VERIFY_MAC' ? macAlgorithms : undefined,
    MultiRegion: key.multiRegion,
  };
}
