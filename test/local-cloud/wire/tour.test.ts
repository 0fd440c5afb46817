import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListTargetsByRuleCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { KMSClient, SignCommand, VerifyCommand } from '@aws-sdk/client-kms';
import { GetPolicyCommand, InvokeCommand, LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { ListSecretVersionIdsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListStateMachineVersionsCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '#lib/local-cloud/cloud.ts';
import { eventually } from '../../setup/eventually.ts';
import { sharedDatabase } from '../../setup/shared-database.ts';
import { aFunction, anHttpApi, CloudApp } from '../cloud-app.ts';
import { elements, signedFor } from './endpoint-of.ts';

const GREETER = `export const handler = async ({ name }) => { console.log('greeting ' + name); return 'hello ' + name; };`;
const DEFINITION = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Greet',
  States: { Greet: { Type: 'Pass', Output: '{% $states.input.name %}', End: true } },
});
const TRUST = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' } }],
};

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const machine = (StateMachineType: string) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: { StateMachineType, DefinitionString: DEFINITION, RoleArn: arnOf('Role') },
});

/** One resource of every kind that an engineer looks at. */
const RESOURCES = {
  ...aFunction('Greeter', 'greeter', { statements: [['sqs:SendMessage', arnOf('Queue')]] }),
  ...anHttpApi('Greeter'),
  Queue: { Type: 'AWS::SQS::Queue' },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf('Queue'),
          },
        ],
      },
    },
  },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: { source: ['tour'] }, Targets: [{ Id: 'queue', Arn: arnOf('Queue') }] },
  },
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST } },
  Standard: machine('STANDARD'),
  Express: machine('EXPRESS'),
  Version: {
    Type: 'AWS::StepFunctions::StateMachineVersion',
    Properties: { StateMachineArn: { Ref: 'Standard' } },
  },
  Key: { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'sesame' } },
  Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/tour/queue', Type: 'String', Value: 'x' } },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Tour' } },
};

const app = new CloudApp();
let cloud: Cloud;
const id = (logicalId: string) => cloud.physicalId('Tour', logicalId);

beforeAll(async () => {
  app.addAssets({ greeter: GREETER });
  app.synthesize({ Tour: { Resources: RESOURCES as never } });
  cloud = await startCloud({ assemblyDir: app.directory, apiPort: 0, awsPort: 0, ...sharedDatabase() });
});

afterAll(async () => {
  await cloud.stop();
  rmSync(app.directory, { recursive: true });
});

const settings = () => ({
  endpoint: cloud.awsUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'operator', secretAccessKey: 'any' },
  maxAttempts: 1,
});

describe('the clients of the AWS SDK', () => {
  test('follow an event from its bus to its queue', async () => {
    const events = new EventBridgeClient(settings());
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: id('Rule') }));
    await events.send(new PutEventsCommand({ Entries: [{ Source: 'tour', DetailType: 'Begun', Detail: '{}' }] }));
    const receive = new ReceiveMessageCommand({ QueueUrl: id('Queue'), WaitTimeSeconds: 5 });
    const { Messages } = await new SQSClient(settings()).send(receive);

    expect(Targets).toEqual([expect.objectContaining({ Id: 'queue' })]);
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({ source: 'tour', 'detail-type': 'Begun' });
  });

  test('invoke a function, look at who may, and read its log', async () => {
    const lambda = new LambdaClient(settings());
    const FunctionName = id('Greeter');
    const { Payload, LogResult } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: '{"name":"Ada"}', LogType: 'Tail' }),
    );
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
    const Resource = `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`;
    const { Tags } = await lambda.send(new ListTagsCommand({ Resource }));

    expect(JSON.parse(new TextDecoder().decode(Payload))).toBe('hello Ada');
    expect(Buffer.from(LogResult ?? '', 'base64').toString()).toContain('greeting Ada');
    expect(JSON.parse(Policy ?? '').Statement).toEqual([
      expect.objectContaining({ Principal: { Service: 'apigateway.amazonaws.com' } }),
    ]);
    expect(Tags).toEqual({});
    const logs = new CloudWatchLogsClient(settings());
    const filter = { logGroupName: `/aws/lambda/${FunctionName}`, filterPattern: 'greeting' };
    const message = await eventually(async () => {
      const { events } = await logs.send(new FilterLogEventsCommand(filter));
      return events?.[0]?.message;
    });
    expect(message).toContain('greeting Ada');
  });

  test('start executions and read what became of them', async () => {
    const states = new SFNClient(settings());
    const stateMachineArn = id('Standard');
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, input: '{"name":"Ada"}' }));
    const output = await eventually(async () => {
      const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === 'SUCCEEDED' && execution.output;
    });
    const { events } = await states.send(new GetExecutionHistoryCommand({ executionArn }));
    const { stateMachineVersions } = await states.send(new ListStateMachineVersionsCommand({ stateMachineArn }));

    expect(output).toBe('"Ada"');
    expect(events?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(stateMachineVersions).toEqual([{ stateMachineVersionArn: `${stateMachineArn}:1` }]);
  });

  test('wait for an express execution when they leave the host name alone', async () => {
    const states = new SFNClient({ ...settings(), disableHostPrefix: true });
    const start = new StartSyncExecutionCommand({ stateMachineArn: id('Express'), input: '{"name":"Ada"}' });

    expect(await states.send(start)).toMatchObject({ status: 'SUCCEEDED', output: '"Ada"' });
  });

  test('sign, and read parameters and versions of secrets', async () => {
    const kms = new KMSClient(settings());
    const signed = { KeyId: id('Key'), Message: Buffer.from('tour'), SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature } = await kms.send(new SignCommand(signed));
    const { SignatureValid } = await kms.send(new VerifyCommand({ ...signed, Signature }));
    const { Parameters } = await new SSMClient(settings()).send(new GetParametersByPathCommand({ Path: '/tour' }));
    const secrets = new SecretsManagerClient(settings());
    const { Versions } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: id('Secret') }));

    expect(SignatureValid).toBe(true);
    expect(Parameters).toEqual([expect.objectContaining({ Name: '/tour/queue', Value: 'x' })]);
    expect(Versions).toEqual([expect.objectContaining({ VersionStages: ['AWSCURRENT'] })]);
  });
});

describe('the requests of the AWS CLI', () => {
  const query = async (service: string, Action: string, fields: Record<string, string> = {}) => {
    const body = new URLSearchParams({ Action, ...fields });
    return (await fetch(cloud.awsUrl, { method: 'POST', body, headers: signedFor(service) })).text();
  };

  test('read the policies of a role', async () => {
    const RoleName = id('GreeterRole');
    const [PolicyName = ''] = elements(await query('iam', 'ListRolePolicies', { RoleName }), 'member');
    const policy = await query('iam', 'GetRolePolicy', { RoleName, PolicyName });
    const attached = await query('iam', 'ListAttachedRolePolicies', { RoleName });
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    const managed = await query('iam', 'GetPolicyVersion', { PolicyArn, VersionId: 'v1' });
    const missing = await query('iam', 'GetRolePolicy', { RoleName, PolicyName: 'none' });

    const [document = ''] = elements(policy, 'PolicyDocument');
    expect(JSON.parse(decodeURIComponent(document)).Statement).toMatchObject([{ Action: 'sqs:SendMessage' }]);
    expect(attached).toContain('<AttachedPolicies></AttachedPolicies>');
    expect(decodeURIComponent(elements(managed, 'Document')[0] ?? '')).toContain('logs:PutLogEvents');
    expect(elements(missing, 'Code')).toEqual(['NoSuchEntity']);
  });

  test('read topics and their subscriptions', async () => {
    const attributes = await query('sns', 'GetTopicAttributes', { TopicArn: id('Topic') });
    const subscriptions = await query('sns', 'ListSubscriptions');

    expect(attributes).toContain('<entry><key>DisplayName</key><value>Tour</value></entry>');
    expect(subscriptions).toContain('<Subscriptions></Subscriptions>');
  });

  test('read the events of a stack, the latest first', async () => {
    const xml = await query('cloudformation', 'DescribeStackEvents', { StackName: 'Tour' });

    const created = elements(xml, 'LogicalResourceId');
    expect(created[0]).toBe('Tour');
    expect(created.slice(1).sort()).toEqual(Object.keys(RESOURCES).sort());
  });

  test('read one route of an API', async () => {
    const get = async (path: string) => (await fetch(`${cloud.awsUrl}/v2/apis/${id('Api')}${path}`)).json();
    const { items } = (await get('/routes')) as { items: { routeId: string }[] };

    expect(await get(`/routes/${items[0]?.routeId}`)).toMatchObject({ routeKey: '$default' });
    expect(await get('/stages/%24default')).toMatchObject({ stageName: '$default', autoDeploy: true });
    expect(await get('/routes/none')).toMatchObject({ message: 'Invalid route identifier specified none' });
  });

  // `aws stepfunctions start-sync-execution` puts `sync-` before the host; as a proxy the endpoint answers to any name.
  test('reach hosts that do not exist when the endpoint is their proxy', async () => {
    const { hostname, port } = new URL(cloud.awsUrl);
    const path = `http://sync-${hostname}:${port}/v2/apis`;
    const apis = await new Promise((resolve, reject) => {
      request({ hostname, port, path }, (response) => resolve(json(response)))
        .on('error', reject)
        .end();
    });

    expect(apis).toMatchObject({ items: [{ apiId: id('Api') }] });
  });
});
