import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { traced } from './traced-client.ts';

const secrets = traced(new SecretsManagerClient({ maxAttempts: 4 }));
const cache = new Map<string, Promise<string | undefined>>();

/** The current value of a secret, by its name or ARN. Fetched once per execution environment. */
export async function secretValue(secretId: string): Promise<string> {
  const value = await cached(secretId, 'AWSCURRENT');
  if (!value) throw new Error(`The secret ${secretId} is empty.`);
  return value;
}

/**
 * The current value and, when the secret has been changed, the one before it. Two sides that share a secret and accept
 * both values understand each other while it is changed, whichever has fetched what.
 */
export async function secretValues(secretId: string): Promise<string[]> {
  const [current, previous] = await Promise.all([secretValue(secretId), cached(secretId, 'AWSPREVIOUS')]);
  return previous ? [current, previous] : [current];
}

function cached(secretId: string, stage: string): Promise<string | undefined> {
  const name = `${secretId} ${stage}`;
  const value =
    cache.get(name) ??
    fetchValue(secretId, stage).catch((error: unknown) => {
      cache.delete(name);
      throw error;
    });
  cache.set(name, value);
  return value;
}

async function fetchValue(SecretId: string, VersionStage: string): Promise<string | undefined> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  } catch (error) {
    // A secret that was never changed has no previous value.
    if (VersionStage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
