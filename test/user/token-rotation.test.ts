import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import type * as tokens from '#functions/user/token.ts';
import { register } from '#functions/user/user.ts';
import { createKms } from '#lib/local-cloud/kms/kms.ts';
import type * as verification from '#lib/runtime/auth/verify-token.ts';
import { clientSettings, createTestCloud } from '../local-cloud/core/test-cloud.ts';

const cloud = createTestCloud();
const names = { user_id: 'u1', username: 'jane', email: 'jane@example.com' };
const { user: jane } = register({ ...names, password_hash: '', role: 'customer' }, new Date());

let stopCloud: () => Promise<void>;
let oldKey: string;
let newKey: string;
let issueToken: typeof tokens.issueToken;
let publicJwks: typeof tokens.publicJwks;
let verifyToken: typeof verification.verifyToken;

beforeAll(async () => {
  cloud.register(createKms(cloud.context));
  const endpoint = await cloud.listen();
  stopCloud = () => endpoint.stop();
  const kms = new KMSClient(clientSettings(endpoint));
  const aKey = () => kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  [oldKey = '', newKey = ''] = (await Promise.all([aKey(), aKey()])).map(({ KeyMetadata }) => KeyMetadata?.Arn ?? '');
  kms.destroy();
  const credentials = { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'any' };
  const settings = { AWS_ENDPOINT_URL: endpoint.url, AWS_REGION: 'us-east-1', TOKEN_ISSUER: 'https://shop' };
  Object.assign(process.env, { ...credentials, ...settings });
  ({ issueToken, publicJwks } = await import('#functions/user/token.ts'));
  ({ verifyToken } = await import('#lib/runtime/auth/verify-token.ts'));
});

afterAll(() => stopCloud());

/** What the stacks tell the functions, the signing key first. */
function deploy(...keyArns: string[]): void {
  process.env.TOKEN_KEY_ARNS = keyArns.join(',');
}

const issue = () => issueToken(jane, new Date());
const keyIdIn = (token: string) => decodeProtectedHeader(token).kid;

describe('tokens', () => {
  test('are signed by the first key, and say so', async () => {
    deploy(oldKey, newKey);
    expect(oldKey).toContain(keyIdIn(await issue()));

    deploy(newKey, oldKey);
    expect(newKey).toContain(keyIdIn(await issue()));
  });

  test('are accepted through a rotation, by services before and after it', async () => {
    deploy(oldKey, oldKey);
    const early = await issue();
    deploy(newKey, oldKey);
    const late = await issue();

    for (const [signing, standby] of [
      [oldKey, newKey],
      [newKey, oldKey],
    ] as const) {
      deploy(signing, standby);
      expect(await verifyToken(early)).toEqual({ user_id: 'u1', role: 'customer' });
      expect(await verifyToken(late)).toEqual({ user_id: 'u1', role: 'customer' });
    }
  });

  test('of a key that is gone are refused', async () => {
    deploy(oldKey);
    const token = await issue();
    deploy(newKey, newKey);

    await expect(verifyToken(token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  test('of both keys are verified by the published keys', async () => {
    deploy(oldKey, newKey);
    const early = await issue();
    deploy(newKey, oldKey);
    const late = await issue();

    const published = { keys: await publicJwks() } as JSONWebKeySet;

    expect(published.keys).toHaveLength(2);
    for (const token of [early, late]) {
      const { payload } = await jwtVerify(token, createLocalJWKSet(published), { issuer: 'https://shop' });
      expect(payload.sub).toBe('u1');
    }
  });

  test('of the one key are verified by one published key between rotations', async () => {
    deploy(newKey, newKey);

    expect(await publicJwks()).toHaveLength(1);
  });
});
