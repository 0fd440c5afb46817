import type { CloudContext, ServiceModule } from '../core/service.ts';
import { encryptionOperations } from './encryption-operations.ts';
import { KMS_INPUTS } from './inputs.ts';
import { keyOperations } from './key-operations.ts';
import { keyResourceTypes } from './key-resource.ts';
import { KeyStore } from './key-store.ts';
import { signingOperations } from './signing-operations.ts';

export interface KmsOptions {
  /** A folder that keeps the keys over restarts; without it they last as long as the process. */
  dataDir?: string;
}

/** KMS: keys that sign, encrypt and authenticate, and never show their secret part. */
export function createKms(context: CloudContext, { dataDir }: KmsOptions = {}): ServiceModule {
  const keys = new KeyStore(context.account, dataDir);
  return {
    name: 'kms',
    protocol: { kind: 'json', targetPrefix: 'TrentService', version: '1.1' },
    inputs: KMS_INPUTS,
    operations: { ...keyOperations(context, keys), ...signingOperations(keys), ...encryptionOperations(keys) },
    resourceTypes: keyResourceTypes(context, keys),
    // The policies of keys made by CreateKey in an earlier run; a template brings those of its own keys.
    start() {
      for (const key of keys.restored()) context.iam.attachResourcePolicy(key.arn, key.policy);
    },
  };
}
