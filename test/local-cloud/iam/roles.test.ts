import { describe, expect, test } from '@jest/globals';
import { createSts } from '#lib/local-cloud/sts/sts.ts';
import { createTestCloud, trust } from '../core/test-cloud.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';
const SEND = { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE }] };

function setUp() {
  const cloud = createTestCloud();
  const maySend = (roleArn: string): boolean => {
    try {
      cloud.iam.authorize({ kind: 'role', roleArn }, 'sqs:SendMessage', QUEUE);
      return true;
    } catch {
      return false;
    }
  };
  return { ...cloud, maySend };
}

describe('AWS::IAM::Role', () => {
  test('is known by name, ARN and id', async () => {
    const { create } = setUp();

    const role = await create('AWS::IAM::Role', {
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      Path: '/x/',
    });

    expect(role).toEqual({
      ref: 'shop-Thing-ABCDEF',
      attributes: {
        Arn: 'arn:aws:iam::000000000000:role/x/shop-Thing-ABCDEF',
        RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      },
    });
  });

  test('has the permissions of an AWS managed policy', async () => {
    const { create, iam } = setUp();
    const { attributes } = await create('AWS::IAM::Role', {
      RoleName: 'Logger',
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    });
    const caller = { kind: 'role' as const, roleArn: String(attributes?.Arn) };

    expect(() => iam.authorize(caller, 'logs:PutLogEvents', 'arn:aws:logs:us-east-1:0:log-group:a')).not.toThrow();
    expect(() => iam.authorize(caller, 'logs:DeleteLogGroup', 'arn:aws:logs:us-east-1:0:log-group:a')).toThrow();
  });

  test('refuses a managed policy that is not modelled', async () => {
    const role = setUp().create('AWS::IAM::Role', {
      RoleName: 'Admin',
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEC2FullAccess'],
    });

    await expect(role).rejects.toThrow(/Role Admin .*AmazonEC2FullAccess, which is not modelled/);
  });

  test('refuses a policy element that is not modelled', async () => {
    const { createRole } = setUp();
    const statement = { Effect: 'Allow', NotPrincipal: '*', Action: '*', Resource: '*' };

    await expect(createRole('Odd', statement)).rejects.toThrow(
      'Policy own of role Odd: the policy element NotPrincipal',
    );
  });

  test('refuses a second role of the same name', async () => {
    const { createRole } = setUp();
    await createRole('Worker');

    await expect(createRole('Worker')).rejects.toMatchObject({ code: 'EntityAlreadyExists' });
  });

  test('can do no more than its permissions boundary', async () => {
    const { create, maySend, iam } = setUp();
    const boundary = await create('AWS::IAM::ManagedPolicy', {
      ManagedPolicyName: 'Limits',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }] },
    });
    const { attributes } = await create('AWS::IAM::Role', {
      RoleName: 'Bound',
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      PermissionsBoundary: boundary.ref,
      Policies: [{ PolicyName: 'own', PolicyDocument: SEND }],
    });
    const roleArn = String(attributes?.Arn);

    expect(maySend(roleArn)).toBe(false);
    expect(() => iam.authorize({ kind: 'role', roleArn }, 'sqs:SendMessage', QUEUE)).toThrow(
      'because no permissions boundary allows the sqs:SendMessage action',
    );
  });
});

describe('a policy that comes after its role', () => {
  test.each([
    ['AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: SEND, Roles: ['Worker'] }],
    ['AWS::IAM::RolePolicy', { PolicyName: 'p', PolicyDocument: SEND, RoleName: 'Worker' }],
    ['AWS::IAM::ManagedPolicy', { PolicyDocument: SEND, Roles: ['Worker'] }],
  ])('counts from then on: %s', async (type, properties) => {
    const { create, createRole, maySend } = setUp();
    const roleArn = await createRole('Worker');
    expect(maySend(roleArn)).toBe(false);

    await create(type, properties);

    expect(maySend(roleArn)).toBe(true);
  });

  test('may come from a resource', async () => {
    const { createRole, iam, maySend } = setUp();
    const roleArn = await createRole('Worker');
    expect(maySend(roleArn)).toBe(false);

    iam.attachResourcePolicy(QUEUE, {
      Statement: { Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'sqs:SendMessage', Resource: QUEUE },
    });

    expect(maySend(roleArn)).toBe(true);
  });

  test('is refused for a role that is not there', async () => {
    const policy = setUp().create('AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: SEND, Roles: ['Nobody'] });

    await expect(policy).rejects.toMatchObject({
      code: 'NoSuchEntity',
      message: 'The role with name Nobody cannot be found.',
    });
  });
});

describe('credentials of a role', () => {
  test('lead back to the role', async () => {
    const { createRole, iam } = setUp();
    const roleArn = await createRole('Worker');

    const { accessKeyId } = iam.credentialsFor(roleArn);

    expect(accessKeyId).toMatch(/^ASIA[A-F0-9]{16}$/);
    expect(iam.roleOf(accessKeyId)).toBe(roleArn);
    expect(iam.callerOf(accessKeyId)).toEqual({ kind: 'role', roleArn });
    expect(iam.callerOf('AKIAIOSFODNN7EXAMPLE')).toEqual({ kind: 'operator' });
    expect(iam.credentialsFor(roleArn)).toEqual(iam.credentialsFor(roleArn));
  });

  test('are for services that the trust policy names', async () => {
    const { createRole, iam } = setUp();
    const roleArn = await createRole('Worker');

    expect(() => iam.credentialsFor(roleArn, 'lambda.amazonaws.com')).not.toThrow();
    expect(() => iam.credentialsFor(roleArn, 'states.amazonaws.com')).toThrow(
      expect.objectContaining({
        code: 'AccessDenied',
        message: `User: states.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      }),
    );
  });

  test('are only for the source that the trust policy names', async () => {
    const { create, iam } = setUp();
    const source = 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/default';
    const { attributes } = await create('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '000000000000', 'aws:SourceArn': source } },
        },
      },
    });
    const assume = (sourceArn?: string) =>
      iam.credentialsFor(String(attributes?.Arn), 'scheduler.amazonaws.com', sourceArn);

    expect(() => assume(source)).not.toThrow();
    expect(() => assume(`${source}2`)).toThrow('sts:AssumeRole');
    expect(() => assume()).toThrow('sts:AssumeRole');
  });

  test.each([
    'arn:aws:iam::000000000000:role/Nobody',
    'arn:aws:iam::000000000000:role/elsewhere/Worker',
    'arn:aws:iam::111111111111:role/Worker',
  ])('are refused for %s', async (roleArn) => {
    const { createRole, iam } = setUp();
    await createRole('Worker');

    expect(() => iam.credentialsFor(roleArn)).toThrow(expect.objectContaining({ code: 'NoSuchEntity' }));
  });
});

describe('what the operator asks IAM and STS', () => {
  const submit = async (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    (await fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers })).text();

  test('is answered about roles', async () => {
    const cloud = setUp();
    const roleArn = await cloud.createRole('Worker');
    const endpoint = await cloud.listen();

    const one = await submit(endpoint.url, { Action: 'GetRole', Version: '2010-05-08', RoleName: 'Worker' });
    const all = await submit(endpoint.url, { Action: 'ListRoles', Version: '2010-05-08' });
    const none = await submit(endpoint.url, { Action: 'GetRole', Version: '2010-05-08', RoleName: 'Nobody' });
    await endpoint.stop();

    expect(one).toContain(`<Arn>${roleArn}</Arn>`);
    expect(all).toContain('<RoleName>Worker</RoleName>');
    expect(none).toContain('<Code>NoSuchEntity</Code>');
  });

  test('is answered about the caller', async () => {
    const cloud = setUp();
    cloud.register(createSts(cloud.context));
    const { accessKeyId } = cloud.iam.credentialsFor(await cloud.createRole('Worker'));
    const endpoint = await cloud.listen();
    const question = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/sts/aws4_request`;

    const operator = await submit(endpoint.url, question);
    const role = await submit(endpoint.url, question, { authorization });
    await endpoint.stop();

    expect(operator).toContain('<Arn>arn:aws:iam::000000000000:root</Arn><Account>000000000000</Account>');
    expect(role).toContain('<Arn>arn:aws:sts::000000000000:assumed-role/Worker/session</Arn>');
    expect(role).toMatch(/<UserId>AROA[A-Z2-7]{17}:session<\/UserId>/);
  });
});
