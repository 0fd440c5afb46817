import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  type MessageType,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import type { Endpoint } from '#lib/local-cloud/core/wire.ts';
import { createKms } from '#lib/local-cloud/kms/kms.ts';
import { clientSettings, createTestCloud, type TestCloud } from '../core/test-cloud.ts';

const MESSAGE = Buffer.from('one order of three books');

let cloud: TestCloud;
let endpoint: Endpoint;
let client: KMSClient;

beforeEach(async () => {
  cloud = createTestCloud();
  cloud.register(createKms(cloud.context));
  endpoint = await cloud.listen();
  client = new KMSClient(clientSettings(endpoint));
});

afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

async function createKey(spec: KeySpec, usage: KeyUsageType): Promise<string> {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec: spec, KeyUsage: usage }));
  return KeyMetadata?.KeyId ?? '';
}

interface Signed {
  KeyId: string;
  SigningAlgorithm: SigningAlgorithmSpec;
  Message: Uint8Array;
  MessageType?: MessageType;
}

const sign = async (request: Signed) => (await client.send(new SignCommand(request))).Signature ?? new Uint8Array();

const isValid = (request: Signed, Signature: Uint8Array): Promise<boolean> =>
  client.send(new VerifyCommand({ ...request, Signature })).then(
    ({ SignatureValid }) => SignatureValid === true,
    (error: Error) => {
      if (error.name === 'KMSInvalidSignatureException') return false;
      throw error;
    },
  );

/** The signature with its last bit turned: never valid, whatever it was. */
function altered(signature: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(signature);
  copy.set([(copy.at(-1) ?? 0) ^ 1], copy.length - 1);
  return copy;
}

describe('signatures', () => {
  test.each<[KeySpec, SigningAlgorithmSpec]>([
    ['ECC_NIST_P256', 'ECDSA_SHA_256'],
    ['ECC_NIST_P384', 'ECDSA_SHA_384'],
    ['ECC_NIST_P521', 'ECDSA_SHA_512'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512'],
    ['RSA_2048', 'RSASSA_PSS_SHA_256'],
    ['RSA_2048', 'RSASSA_PSS_SHA_512'],
  ])('of a %s key with %s are the same for a message and for its digest', async (spec, SigningAlgorithm) => {
    const KeyId = await createKey(spec, 'SIGN_VERIFY');
    const digest = (message: Buffer) =>
      createHash(`sha${SigningAlgorithm.slice(-3)}`)
        .update(message)
        .digest();
    const raw: Signed = { KeyId, SigningAlgorithm, Message: MESSAGE };
    const hashed: Signed = { KeyId, SigningAlgorithm, Message: digest(MESSAGE), MessageType: 'DIGEST' };
    const other: Signed = { ...hashed, Message: digest(Buffer.from('another order')) };

    const ofMessage = await sign(raw);
    const ofDigest = await sign(hashed);

    expect(await isValid(hashed, ofMessage)).toBe(true);
    expect(await isValid(raw, ofDigest)).toBe(true);
    expect(await isValid(hashed, ofDigest)).toBe(true);
    expect(await isValid(other, ofMessage)).toBe(false);
    expect(await isValid(other, ofDigest)).toBe(false);
    expect(await isValid(hashed, altered(ofDigest))).toBe(false);
  });

  test('can be verified with the public key alone', async () => {
    const KeyId = await createKey('ECC_NIST_P256', 'SIGN_VERIFY');
    const signature = await sign({ KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message: MESSAGE });

    const { PublicKey, SigningAlgorithms } = await client.send(new GetPublicKeyCommand({ KeyId }));

    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    expect(SigningAlgorithms).toEqual(['ECDSA_SHA_256']);
    expect(verify('sha256', MESSAGE, { key, dsaEncoding: 'der' }, signature)).toBe(true);
  });

  test('make a JSON Web Token that jose accepts', async () => {
    const KeyId = await createKey('RSA_2048', 'SIGN_VERIFY');
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ alg: 'RS256' })}.${encode({ sub: 'customer-1' })}`;

    const signature = await sign({
      KeyId,
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      Message: Buffer.from(signed),
    });
    const { payload } = await jwtVerify(`${signed}.${Buffer.from(signature).toString('base64url')}`, key);

    expect(payload.sub).toBe('customer-1');
  });

  test.each<[string, Partial<Signed>, string, RegExp]>([
    ['a digest of another length', { MessageType: 'DIGEST' }, 'ValidationException', /Digest is invalid length/],
    ['a message that is too long', { Message: Buffer.alloc(4097) }, 'ValidationException', /4096/],
    ['an empty message', { Message: Buffer.alloc(0) }, 'ValidationException', /between 1 and 4096/],
    ['another algorithm', { SigningAlgorithm: 'ECDSA_SHA_384' }, 'InvalidKeyUsageException', /incompatible/],
    ['an unknown key', { KeyId: 'alias/nothing' }, 'NotFoundException', /Alias arn:.*:alias\/nothing is not found\./],
  ])('are refused for %s', async (_, change, name, message) => {
    const KeyId = await createKey('ECC_NIST_P256', 'SIGN_VERIFY');
    const request: Signed = { KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message: MESSAGE, ...change };

    const error = await sign(request).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
  });

  test('are refused by a disabled key and by a key for something else', async () => {
    const disabled = await createKey('ECC_NIST_P256', 'SIGN_VERIFY');
    const encrypting = await createKey('RSA_2048', 'ENCRYPT_DECRYPT');
    await client.send(new DisableKeyCommand({ KeyId: disabled }));
    const signWith = (KeyId: string) => sign({ KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message: MESSAGE });

    await expect(signWith(disabled)).rejects.toMatchObject({ name: 'DisabledException' });
    await expect(signWith(encrypting)).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
      message: expect.stringContaining('key usage is ENCRYPT_DECRYPT which is not valid for Sign.'),
    });
  });
});

describe('encryption', () => {
  const EncryptionContext = { order: '1', tenant: 'shop' };

  test('comes back with the same context, in whatever order', async () => {
    const KeyId = await createKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT');
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: MESSAGE, EncryptionContext }));

    const swapped = { tenant: 'shop', order: '1' };
    const answer = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: swapped }));

    expect(Buffer.from(answer.Plaintext ?? [])).toEqual(MESSAGE);
    expect(answer.KeyId).toContain(KeyId);
  });

  test('does not come back with another context, key or ciphertext', async () => {
    const KeyId = await createKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT');
    const other = await createKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT');
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: MESSAGE, EncryptionContext }));
    const broken = Uint8Array.from(CiphertextBlob ?? []);
    broken[broken.length - 1] = (broken.at(-1) as number) ^ 1;
    const decrypt = (input: object) =>
      client
        .send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...input }))
        .catch((error: Error) => error.name);

    expect(await decrypt({ EncryptionContext: { order: '2' } })).toBe('InvalidCiphertextException');
    expect(await decrypt({ CiphertextBlob: broken })).toBe('InvalidCiphertextException');
    expect(await decrypt({ CiphertextBlob: Uint8Array.of(1, 2, 3) })).toBe('InvalidCiphertextException');
    expect(await decrypt({ KeyId: other })).toBe('IncorrectKeyException');
  });

  test('works with an RSA key', async () => {
    const KeyId = await createKey('RSA_2048', 'ENCRYPT_DECRYPT');
    const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256';
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId, Plaintext: MESSAGE, EncryptionAlgorithm }),
    );

    const { Plaintext } = await client.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionAlgorithm }));

    expect(Buffer.from(Plaintext ?? [])).toEqual(MESSAGE);
  });

  test('makes data keys', async () => {
    const KeyId = await createKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT');

    const made = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
    const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));

    expect(Plaintext).toHaveLength(32);
    expect(Plaintext).toEqual(made.Plaintext);
  });
});

describe('authentication codes', () => {
  test('are verified by the key that made them', async () => {
    const KeyId = await createKey('HMAC_256', 'GENERATE_VERIFY_MAC');
    const request = { KeyId, Message: MESSAGE, MacAlgorithm: 'HMAC_SHA_256' as const };

    const { Mac } = await client.send(new GenerateMacCommand(request));

    expect((await client.send(new VerifyMacCommand({ ...request, Mac }))).MacValid).toBe(true);
    await expect(client.send(new VerifyMacCommand({ ...request, Mac: Uint8Array.of(1) }))).rejects.toMatchObject({
      name: 'KMSInvalidMacException',
    });
  });
});

describe('AWS::KMS::Key and AWS::KMS::Alias', () => {
  test('are found by id, ARN, alias and alias ARN', async () => {
    const key = await cloud.create('AWS::KMS::Key', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const alias = await cloud.create('AWS::KMS::Alias', {
      AliasName: 'alias/tokens',
      TargetKeyId: key.attributes?.Arn,
    });
    const ids = [key.ref, key.attributes?.Arn, alias.ref, 'arn:aws:kms:us-east-1:000000000000:alias/tokens'];

    for (const KeyId of ids.map(String)) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      expect(KeyMetadata).toMatchObject({ Arn: key.attributes?.Arn, KeySpec: 'ECC_NIST_P256', KeyState: 'Enabled' });
    }
    expect((await client.send(new ListKeysCommand({}))).Keys).toEqual([
      { KeyId: key.ref, KeyArn: key.attributes?.Arn },
    ]);
    expect((await client.send(new ListAliasesCommand({ KeyId: key.ref }))).Aliases).toMatchObject([
      { AliasName: 'alias/tokens', TargetKeyId: key.ref },
    ]);
    const again = client.send(new CreateAliasCommand({ AliasName: 'alias/tokens', TargetKeyId: key.ref }));
    await expect(again).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  });

  test.each([
    [{ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }, /KeySpec SM2/],
    [{ KeySpec: 'ECC_NIST_P256' }, /ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256/],
    [{ Origin: 'EXTERNAL' }, /Origin EXTERNAL/],
  ])('refuse %j', async (properties, message) => {
    await expect(cloud.create('AWS::KMS::Key', properties)).rejects.toThrow(message);
  });

  test('outlive a restart when there is a folder', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'keys-'));
    const start = async () => {
      const restarted = createTestCloud();
      restarted.register(createKms(restarted.context, { dataDir }));
      const key = await restarted.create('AWS::KMS::Key', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
      await restarted.create('AWS::KMS::Alias', { AliasName: 'alias/tokens', TargetKeyId: key.ref });
      return restarted;
    };
    const request = { KeyId: 'alias/tokens', Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_256' };

    const { Signature } = await (await start()).call('kms', 'Sign', request);
    const verified = await (await start()).call('kms', 'Verify', { ...request, Signature });
    rmSync(dataDir, { recursive: true });

    expect(verified).toMatchObject({ SignatureValid: true });
  });

  test('never show their private part', async () => {
    const KeyId = await createKey('ECC_NIST_P256', 'SIGN_VERIFY');

    const described = await cloud.call('kms', 'DescribeKey', { KeyId });
    const published = await cloud.call('kms', 'GetPublicKey', { KeyId });

    expect(JSON.stringify([described, published])).not.toMatch(/material|private/i);
    expect(() => createPublicKey({ key: published.PublicKey, format: 'der', type: 'spki' })).not.toThrow();
  });
});

describe('a role', () => {
  const setUp = async (keyProperties: object, ...statements: object[]) => {
    const key = await cloud.create('AWS::KMS::Key', {
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      ...keyProperties,
    });
    const roleArn = await cloud.createRole('Signer', ...statements);
    await cloud.create('AWS::KMS::Alias', { AliasName: 'alias/tokens', TargetKeyId: key.ref });
    const caller = { kind: 'role' as const, roleArn };
    const input = { KeyId: 'alias/tokens', Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_256' };
    return cloud.api.call('kms', 'Sign', input, { caller }).then(
      () => 'signed',
      (error: { code: string }) => error.code,
    );
  };

  test('signs when its own policy allows it and the key trusts the account', async () => {
    const statement = { Effect: 'Allow', Action: 'kms:Sign', Resource: 'arn:aws:kms:us-east-1:000000000000:key/*' };

    expect(await setUp({}, statement)).toBe('signed');
  });

  test('does not sign without a policy', async () => {
    expect(await setUp({})).toBe('AccessDeniedException');
  });

  test('signs by an alias that its policy names', async () => {
    const Condition = { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/tokens' } };

    expect(await setUp({}, { Effect: 'Allow', Action: 'kms:Sign', Resource: '*', Condition })).toBe('signed');
  });

  test('does not sign when the key trusts nobody but others', async () => {
    const Statement = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:role/Boss' }, Action: 'kms:*' };
    const statement = { Effect: 'Allow', Action: '*', Resource: '*' };

    expect(await setUp({ KeyPolicy: { Statement } }, statement)).toBe('AccessDeniedException');
  });
});
