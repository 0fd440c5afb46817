import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { requiredEnv } from '../config.ts';

const secrets = new SecretsManagerClient({ maxAttempts: 4 });
let key: Promise<string> | undefined;

/** The key that the service signs its cursors with. Fetched once per environment, when the first cursor needs it. */
export function cursorKey(): Promise<string> {
  key ??= fetchKey().catch((error: unknown) => {
    key = undefined;
    throw error;
  });
  return key;
}

async function fetchKey(): Promise<string> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: requiredEnv('CURSOR_KEY_ARN') }));
  if (!SecretString) throw new Error('The secret with the key of the cursors is empty.');
  return SecretString;
}
