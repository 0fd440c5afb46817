import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '#lib/local-cloud/core/wire.ts';
import { generatePassword } from '#lib/local-cloud/secrets-manager/password.ts';
import { createSecretsManager, type SecretsManager } from '#lib/local-cloud/secrets-manager/secrets-manager.ts';
import { clientSettings, createTestCloud, type TestCloud } from '../core/test-cloud.ts';

let cloud: TestCloud;
let secrets: SecretsManager;
let endpoint: Endpoint;
let client: SecretsManagerClient;

beforeEach(async () => {
  cloud = createTestCloud();
  secrets = cloud.register(createSecretsManager(cloud.context));
  endpoint = await cloud.listen();
  client = new SecretsManagerClient(clientSettings(endpoint));
});

afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

const read = (SecretId: string, more: object = {}) => client.send(new GetSecretValueCommand({ SecretId, ...more }));
const createSecret = (properties: object) => cloud.create('AWS::SecretsManager::Secret', properties);

describe('AWS::SecretsManager::Secret', () => {
  test('can be read by name, ARN and ARN without its last characters', async () => {
    const { ref } = await createSecret({ Name: 'shop/card', SecretString: 'hunter2' });

    expect(ref).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:shop\/card-[A-Z2-7]{6}$/);
    for (const id of ['shop/card', ref, ref.slice(0, -7)]) {
      expect(await read(id)).toMatchObject({ ARN: ref, SecretString: 'hunter2', VersionStages: ['AWSCURRENT'] });
    }
    expect(secrets.getSecretValue('shop/card')).toBe('hunter2');
  });

  test('generates a password into a template', async () => {
    const { ref } = await createSecret({
      GenerateSecretString: {
        SecretStringTemplate: '{"user":"shop"}',
        GenerateStringKey: 'password',
        PasswordLength: 20,
        ExcludePunctuation: true,
      },
    });

    const { user, password } = JSON.parse(secrets.getSecretValue(ref) ?? '');

    expect(user).toBe('shop');
    expect(password).toMatch(/^[A-Za-z0-9]{20}$/);
  });

  test('generates 32 characters when it says nothing', async () => {
    const { ref } = await createSecret({});

    expect(secrets.getSecretValue(ref)).toHaveLength(32);
  });

  test('needs template and key together', async () => {
    const secret = createSecret({ GenerateSecretString: { GenerateStringKey: 'password' } });

    await expect(secret).rejects.toThrow('SecretStringTemplate and GenerateStringKey together');
  });

  test('is refused a second time by the same name', async () => {
    await createSecret({ Name: 'card' });

    await expect(createSecret({ Name: 'card' })).rejects.toMatchObject({ code: 'ResourceExistsException' });
  });
});

describe('a password', () => {
  test.each([
    [{}, /^.{32}$/],
    [{ PasswordLength: 8, ExcludePunctuation: true, ExcludeNumbers: true }, /^[A-Za-z]{8}$/],
    [{ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true }, /^\d{32}$/],
    [{ ExcludeCharacters: 'abcdefghijklm"@/\\' }, /^[^abcdefghijklm"@/\\]{32}$/],
    [{ PasswordLength: 5, IncludeSpace: true }, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9 ])(?=.* ).{5}$/],
  ])('is made of what %j leaves', (options, expected) => {
    for (let attempt = 0; attempt < 50; attempt += 1) expect(generatePassword(options)).toMatch(expected);
  });

  test.each([
    [{ PasswordLength: 3 }],
    [{ PasswordLength: 4097 }],
    [{ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true, ExcludeNumbers: true }],
  ])('cannot be made with %j', (options) => {
    expect(() => generatePassword(options)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
  });

  test('can be asked for', async () => {
    const { RandomPassword } = await client.send(new GetRandomPasswordCommand({ PasswordLength: 12 }));

    expect(RandomPassword).toHaveLength(12);
  });
});

describe('versions of a secret', () => {
  test('move the labels from write to write', async () => {
    await client.send(new CreateSecretCommand({ Name: 'card', SecretString: 'one' }));
    await client.send(new PutSecretValueCommand({ SecretId: 'card', SecretString: 'two' }));
    await client.send(new UpdateSecretCommand({ SecretId: 'card', SecretString: 'three', Description: 'changed' }));

    expect((await read('card')).SecretString).toBe('three');
    expect((await read('card', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
    const { VersionIdsToStages, Description } = await client.send(new DescribeSecretCommand({ SecretId: 'card' }));
    expect(Object.values(VersionIdsToStages ?? {})).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    expect(Description).toBe('changed');
  });

  test('can wait under a label of their own', async () => {
    await client.send(new CreateSecretCommand({ Name: 'card', SecretString: 'one' }));

    const { VersionId } = await client.send(
      new PutSecretValueCommand({ SecretId: 'card', SecretString: 'two', VersionStages: ['AWSPENDING'] }),
    );

    expect((await read('card')).SecretString).toBe('one');
    expect((await read('card', { VersionStage: 'AWSPENDING' })).VersionId).toBe(VersionId);
    expect(secrets.getSecretValue('card', { versionId: VersionId })).toBe('two');
  });

  test('are written once for one token', async () => {
    const ClientRequestToken = '12345678-1234-1234-1234-123456789012';
    const write = (SecretString: string) =>
      client.send(new PutSecretValueCommand({ SecretId: 'card', SecretString, ClientRequestToken }));
    await client.send(new CreateSecretCommand({ Name: 'card', SecretString: 'one' }));

    const first = await write('two');
    const again = await write('two');

    expect(again.VersionId).toBe(first.VersionId);
    await expect(write('three')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  test('may be bytes', async () => {
    const SecretBinary = Uint8Array.of(0, 1, 255);
    await client.send(new CreateSecretCommand({ Name: 'card', SecretBinary }));

    expect((await read('card')).SecretBinary).toEqual(SecretBinary);
  });
});

describe('Secrets Manager', () => {
  test.each([
    ['nothing', {}, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret."],
    ['card', { VersionStage: 'AWSPENDING' }, 'ResourceNotFoundException', /staging label: AWSPENDING/],
  ])('fails to read %s %j', async (id, more, name, message) => {
    await client.send(new CreateSecretCommand({ Name: 'card', SecretString: 'one' }));

    const error = await read(id, more).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name });
    expect((error as Error).message).toMatch(message);
  });

  test('hides a deleted secret, and forgets it when it has to', async () => {
    await client.send(new CreateSecretCommand({ Name: 'kept', SecretString: 'one' }));
    await client.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'one' }));

    await client.send(new DeleteSecretCommand({ SecretId: 'kept' }));
    await client.send(new DeleteSecretCommand({ SecretId: 'gone', ForceDeleteWithoutRecovery: true }));

    await expect(read('kept')).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(read('gone')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await client.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  });

  test('keeps generated values over a restart when it has a folder', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'secrets-'));
    const start = async () => {
      const restarted = createTestCloud();
      const module = restarted.register(createSecretsManager(restarted.context, { dataDir }));
      const { ref } = await restarted.create('AWS::SecretsManager::Secret', { Name: 'shop/../card' });
      return { ref, value: module.getSecretValue(ref) };
    };

    const first = await start();
    const second = await start();
    rmSync(dataDir, { recursive: true });

    expect(second).toEqual(first);
  });

  test('asks the policies of role and secret', async () => {
    const { ref } = await createSecret({ Name: 'card', SecretString: 'hunter2' });
    const roleArn = await cloud.createRole('Reader');
    const reader = new SecretsManagerClient(clientSettings(endpoint, cloud.iam.credentialsFor(roleArn)));
    const readAsRole = () => reader.send(new GetSecretValueCommand({ SecretId: 'card' }));
    await expect(readAsRole()).rejects.toMatchObject({ name: 'AccessDeniedException' });

    const Statement = { Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'secretsmanager:*', Resource: '*' };
    await cloud.create('AWS::SecretsManager::ResourcePolicy', { SecretId: ref, ResourcePolicy: { Statement } });

    expect((await readAsRole()).SecretString).toBe('hunter2');
    reader.destroy();
  });
});
