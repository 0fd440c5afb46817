import { randomBytes } from 'node:crypto';
import type { Credentials } from '../core/service.ts';

/** Hands out credentials of roles and knows them again by their access key id. One set a role, for as long as it runs. */
export class CredentialStore {
  readonly #byRole = new Map<string, Credentials>();
  readonly #roleByKey = new Map<string, string>();

  issue(roleArn: string): Credentials {
    const issued = this.#byRole.get(roleArn);
    if (issued) return issued;
    const credentials: Credentials = {
      // "ASIA" marks a key of a temporary session, 20 characters in all.
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
      sessionToken: randomBytes(48).toString('base64url'),
    };
    this.#byRole.set(roleArn, credentials);
    this.#roleByKey.set(credentials.accessKeyId, roleArn);
    return credentials;
  }

  of(accessKeyId: string): Credentials | undefined {
    return this.#byRole.get(this.#roleByKey.get(accessKeyId) ?? '');
  }

  roleOf(accessKeyId: string): string | undefined {
    return this.#roleByKey.get(accessKeyId);
  }
}
