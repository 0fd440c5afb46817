import type { AnyOperation, ConditionKeys } from '../core/service.ts';
import type { KeyStore } from './key-store.ts';

export interface KeyRequest {
  KeyId: string;
}

type KeyInput = KeyRequest & { SigningAlgorithm?: string; MessageType?: string; EncryptionContext?: object };

/** What IAM is asked about an action on one key: always about the key itself, whatever alias the caller used. */
export function onKey(keys: KeyStore): Pick<AnyOperation, 'resources' | 'conditionKeys'> {
  return {
    resources: ({ KeyId }: KeyRequest) => [keys.get(KeyId).arn],
    conditionKeys: (input: KeyInput) => conditionKeys(keys, input),
  };
}

/** The condition keys of KMS that CDK's grants and hand-written key policies use. */
export function conditionKeys(keys: KeyStore, input: KeyInput): ConditionKeys {
  const key = keys.get(input.KeyId);
  const alias = /alias\/.*$/.exec(input.KeyId)?.[0];
  return {
    'kms:CallerAccount': key.arn.split(':')[4] ?? '',
    'kms:KeySpec': key.specName,
    'kms:KeyUsage': key.usage,
    'kms:ResourceAliases': [...key.aliases],
    ...(alias && { 'kms:RequestAlias': alias }),
    ...(input.SigningAlgorithm && { 'kms:SigningAlgorithm': input.SigningAlgorithm }),
    ...(input.MessageType && { 'kms:MessageType': input.MessageType }),
    ...(input.EncryptionContext && contextKeys(input.EncryptionContext)),
  };
}

function contextKeys(context: object): ConditionKeys {
  const pairs = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, String(value)]);
  return { 'kms:EncryptionContextKeys': Object.keys(context), ...Object.fromEntries(pairs) };
}
