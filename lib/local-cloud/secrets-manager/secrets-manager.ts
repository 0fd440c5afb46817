import type { CloudContext, ServiceModule } from '../core/service.ts';
import { SECRETS_MANAGER_INPUTS } from './inputs.ts';
import { readOperations } from './read-operations.ts';
import { secretResourceTypes } from './secret-resource.ts';
import { SecretStore } from './secret-store.ts';
import { writeOperations } from './write-operations.ts';

export interface SecretsManagerOptions {
  /** A folder that keeps the secrets over restarts; without it they last as long as the process. */
  dataDir?: string;
}

export interface SecretsManager extends ServiceModule {
  /** The text of a secret by name or ARN; its current version unless `at` says otherwise. */
  getSecretValue(secretId: string, at?: { versionStage?: string; versionId?: string }): string | undefined;
}

export function createSecretsManager(context: CloudContext, { dataDir }: SecretsManagerOptions = {}): SecretsManager {
  const store = new SecretStore(context.account, dataDir);
  return {
    name: 'secretsmanager',
    protocol: { kind: 'json', targetPrefix: 'secretsmanager', version: '1.1' },
    inputs: SECRETS_MANAGER_INPUTS,
    operations: { ...readOperations(store), ...writeOperations(store, context.clock) },
    resourceTypes: secretResourceTypes(context, store),
    getSecretValue: (secretId, { versionStage, versionId } = {}) =>
      store.version(store.get(secretId), { id: versionId, stage: versionStage }).text,
  };
}
