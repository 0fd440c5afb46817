import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '#lib/local-cloud/cloud.ts';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';
import type { Template } from '#lib/local-cloud/template/template.ts';
import { eventually } from '../../setup/eventually.ts';
import type { Json } from '../../setup/shop.ts';
import { aFunction, CloudApp } from '../cloud-app.ts';

const MINUTE_MS = 60_000;
const codeThatSays = (word: string) => `export const handler = async () => '${word}';`;

const DEPLOYER: Template['Resources'] = {
  Deployer: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'codedeploy.amazonaws.com' } }],
      },
      Policies: [
        {
          PolicyName: 'Deploy',
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: ['lambda:UpdateAlias', 'cloudwatch:DescribeAlarms'], Resource: '*' },
            ],
          },
        },
      ],
    },
  },
  Application: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
};

/** A function with an alias, as the CDK writes it: the id of the version follows from the code. */
function aVersioned(id: string, asset: string, alias: Json = {}): Template['Resources'] {
  const FunctionName = { Ref: id };
  const FunctionVersion = { 'Fn::GetAtt': [`${id}Version${asset}`, 'Version'] };
  return {
    ...aFunction(id, asset),
    [`${id}Version${asset}`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName } },
    [`${id}Live`]: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName, FunctionVersion, Name: 'live' },
      ...alias,
    },
  };
}

/** As {@link aVersioned}, with a canary and an alarm. */
function aCanary(id: string, asset: string): Template['Resources'] {
  const names = { ApplicationName: { Ref: 'Application' }, DeploymentGroupName: { Ref: `${id}Group` } };
  return {
    ...aVersioned(id, asset, { UpdatePolicy: { CodeDeployLambdaAliasUpdate: names } }),
    [`${id}Group`]: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        ApplicationName: { Ref: 'Application' },
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        ServiceRoleArn: { 'Fn::GetAtt': ['Deployer', 'Arn'] },
        AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: `${id}Alarm` } }] },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
      },
    },
    [`${id}Alarm`]: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        Namespace: id,
        MetricName: 'Errors',
        Dimensions: [{ Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': [`${id}Version${asset}`, 'Version'] } }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      },
    },
  };
}

/** Stacks of their own, so that the deployments of one test are none of another's business. */
const IDS = ['Good', 'Bad', 'Called'];
/** What has been deployed stays so: an assembly says all that is to be. */
const changed = new Set<string>();
const stacksWith = () => ({
  Plain: { Resources: aVersioned('Plain', changed.has('Plain') ? 'new' : 'old') },
  ...Object.fromEntries(
    IDS.map((id) => [id, { Resources: { ...DEPLOYER, ...aCanary(id, changed.has(id) ? 'new' : 'old') } }]),
  ),
});

const app = new CloudApp();
let cloud: Cloud;

beforeAll(async () => {
  app.addAssets({ old: codeThatSays('old'), new: codeThatSays('new') });
  app.synthesize(stacksWith());
  cloud = await startCloud({ assemblyDir: app.directory, apiPort: 0, awsPort: 0 });
});

afterAll(async () => {
  await cloud.stop();
  rmSync(app.directory, { recursive: true });
});

const call = (service: string, action: string, input: object) =>
  cloud.api.call<Json>(service, action, input, { caller: OPERATOR });

async function reloadWith(id: string) {
  changed.add(id);
  app.synthesize(stacksWith());
  return cloud.reload();
}

async function says(id: string): Promise<string> {
  const { Payload } = await call('lambda', 'Invoke', { FunctionName: `${cloud.physicalId(id, id)}:live` });
  return JSON.parse(String(Payload));
}

async function routing(id: string): Promise<Json> {
  const { FunctionVersion, RoutingConfig } = await call('lambda', 'GetAlias', {
    FunctionName: cloud.physicalId(id, id),
    Name: 'live',
  });
  return [FunctionVersion, RoutingConfig?.AdditionalVersionWeights];
}

async function versions(id: string): Promise<string[]> {
  const { Versions } = await call('lambda', 'ListVersionsByFunction', { FunctionName: cloud.physicalId(id, id) });
  return Versions.map(({ Version }: Json) => Version);
}

/** The newest deployment of the group, over the wire. */
async function deployment(id: string): Promise<Json> {
  const deploymentGroupName = cloud.physicalId(id, `${id}Group`);
  const { deployments } = await wire('ListDeployments', { deploymentGroupName });
  return (await wire('GetDeployment', { deploymentId: deployments[0] })).deploymentInfo;
}

async function wire(action: string, input: object): Promise<Json> {
  const headers = { 'x-amz-target': `CodeDeploy_20141006.${action}`, 'content-type': 'application/x-amz-json-1.1' };
  return (await fetch(cloud.awsUrl, { method: 'POST', headers, body: JSON.stringify(input) })).json();
}

async function stackStatus(StackName: string): Promise<string> {
  return (await call('cloudformation', 'DescribeStacks', { StackName })).Stacks[0].StackStatus;
}

test('an alias without an update policy moves at once, and the old version goes', async () => {
  expect(await says('Plain')).toBe('old');

  expect(await reloadWith('Plain')).toEqual({ swapped: ['Plain/Plain (AWS::Lambda::Function)'], needRestart: [] });

  expect(await says('Plain')).toBe('new');
  expect(await routing('Plain')).toEqual(['2', undefined]);
  expect(await versions('Plain')).toEqual(['$LATEST', '2']);
});

describe('an alias with a canary', () => {
  test('has all calls on the new version when no alarm goes off in time', async () => {
    expect((await reloadWith('Good')).needRestart).toEqual([]);
    expect(await routing('Good')).toEqual(['1', { 2: 0.1 }]);
    expect(await stackStatus('Good')).toBe('UPDATE_IN_PROGRESS');

    cloud.clock.advance(5 * MINUTE_MS);

    await eventually(async () => (await stackStatus('Good')) === 'UPDATE_COMPLETE');
    expect(await deployment('Good')).toMatchObject({ status: 'Succeeded' });
    expect(await routing('Good')).toEqual(['2', undefined]);
    expect(await versions('Good')).toEqual(['$LATEST', '2']);
  });

  test('has none there when an alarm goes off, and the stack is as it was', async () => {
    expect((await reloadWith('Bad')).needRestart).toEqual([]);
    changed.delete('Bad');
    const Dimensions = [{ Name: 'ExecutedVersion', Value: '2' }];
    const MetricData = [{ MetricName: 'Errors', Dimensions, Value: 1 }];
    await call('cloudwatch', 'PutMetricData', { Namespace: 'Bad', MetricData });

    cloud.clock.advance(MINUTE_MS);

    await eventually(async () => (await stackStatus('Bad')) === 'UPDATE_ROLLBACK_COMPLETE');
    expect(await deployment('Bad')).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
    expect(await routing('Bad')).toEqual(['1', undefined]);
    expect(await versions('Bad')).toEqual(['$LATEST', '1']);
    const { Payload } = await call('lambda', 'Invoke', { FunctionName: cloud.physicalId('Bad', 'Bad') });
    expect(JSON.parse(String(Payload))).toBe('old');
  });

  test('is given back when somebody stops the deployment', async () => {
    const FunctionName = cloud.physicalId('Called', 'Called');
    await call('lambda', 'UpdateFunctionConfiguration', { FunctionName, Environment: { Variables: { A: 'b' } } });
    expect(await call('lambda', 'PublishVersion', { FunctionName })).toMatchObject({ Version: '2' });
    expect(await call('lambda', 'PublishVersion', { FunctionName })).toMatchObject({ Version: '2' });
    const Properties = { Name: FunctionName, Alias: 'live', CurrentVersion: '1', TargetVersion: '2' };
    const content = JSON.stringify({ Resources: [{ fn: { Type: 'AWS::Lambda::Function', Properties } }] });
    const { deploymentId } = await wire('CreateDeployment', {
      applicationName: cloud.physicalId('Called', 'Application'),
      deploymentGroupName: cloud.physicalId('Called', 'CalledGroup'),
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
    });
    await eventually(async () => expect(await routing('Called')).toEqual(['1', { 2: 0.1 }]) === undefined);

    expect(await wire('StopDeployment', { deploymentId })).toMatchObject({ status: 'Pending' });

    await eventually(async () => (await deployment('Called')).status === 'Stopped');
    expect(await routing('Called')).toEqual(['1', undefined]);
    expect(await wire('StopDeployment', { deploymentId })).toMatchObject({
      __type: 'DeploymentAlreadyCompletedException',
    });
    await expect(call('lambda', 'DeleteFunction', { FunctionName, Qualifier: '1' })).rejects.toMatchObject({
      code: 'ResourceConflictException',
    });
  });
});
