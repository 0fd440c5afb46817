import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Flag, LambdaCloud, until } from './lambda-cloud.ts';

let cloud: LambdaCloud;

beforeEach(() => {
  cloud = new LambdaCloud();
});

afterEach(() => cloud.stop());

/** Answers with an id of its environment, once the flag of the call is raised. */
const HELD = `
  import { existsSync } from 'node:fs';
  const environment = Math.random();
  export const handler = async ({ hold }) => {
    console.log('begun');
    while (hold && !existsSync(hold)) await new Promise((resolve) => setTimeout(resolve, 5));
    return environment;
  };`;

function begun(): number {
  return cloud.messages().filter((message) => message.includes('begun')).length;
}

describe('concurrent calls', () => {
  test('get an environment each, up to three, and then wait their turn', async () => {
    cloud.deploy(HELD, { Timeout: 20 });
    const hold = new Flag(cloud);
    const calls = [1, 2, 3, 4, 5].map(() => cloud.ask({ hold: hold.path }));
    await until(() => begun() === 3);

    hold.raise();
    const environments = new Set(await Promise.all(calls));

    expect(environments.size).toBe(3);
    expect(cloud.sum('Throttles')).toBe(0);
  });

  test('beyond the reserved concurrency are throttled', async () => {
    cloud.deploy(HELD, { Timeout: 20, ReservedConcurrentExecutions: 4 });
    const hold = new Flag(cloud);
    const calls = [1, 2, 3, 4].map(() => cloud.ask({ hold: hold.path }));

    await expect(cloud.invoke()).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      message: 'Rate Exceeded.',
      fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    await until(() => begun() === 4);
    hold.raise();

    expect(new Set(await Promise.all(calls)).size).toBe(4);
    expect(cloud.sum('Throttles')).toBe(1);
  });

  test('with no reserved concurrency at all are always throttled', async () => {
    cloud.deploy('export const handler = async () => "ran";');

    await cloud.call('PutFunctionConcurrency', { FunctionName: 'fn', ReservedConcurrentExecutions: 0 });
    await expect(cloud.invoke()).rejects.toMatchObject({ code: 'TooManyRequestsException' });

    await cloud.call('DeleteFunctionConcurrency', { FunctionName: 'fn' });
    expect(await cloud.ask()).toBe('ran');
  });

  test('that come after the cloud has stopped are refused, and start nothing', async () => {
    const stopped = new LambdaCloud();
    stopped.deploy('console.log("started"); export const handler = async () => 1;');
    await stopped.stop();

    await expect(stopped.ask()).rejects.toMatchObject({ code: 'ServiceException' });
    await stopped.lambda.warmUp();

    expect(stopped.messages()).toEqual([]);
  });

  test('that wait when the cloud stops are refused', async () => {
    const stopped = new LambdaCloud({ maxEnvironments: 1 });
    stopped.deploy('export const handler = () => new Promise((resolve) => setTimeout(resolve, 60000));', {
      Timeout: 60,
    });
    const calls = [stopped.ask(), stopped.ask()];
    await until(() => stopped.messages().some((message) => message.startsWith('START')));

    const results = Promise.allSettled(calls);
    await stopped.stop();

    expect(await results).toEqual([
      { status: 'fulfilled', value: expect.objectContaining({ errorType: 'Sandbox.Failure' }) },
      { status: 'rejected', reason: expect.objectContaining({ code: 'ServiceException' }) },
    ]);
  });
});

describe('versions and aliases', () => {
  beforeEach(async () => {
    cloud.deploy(
      'export const handler = async (event, context) => [process.env.STAGE, context.functionVersion, context.invokedFunctionArn];',
      {
        Environment: { Variables: { STAGE: 'one' } },
      },
    );
    cloud.create('AWS::Lambda::Version', { FunctionName: 'fn' });
    await cloud.call('UpdateFunctionConfiguration', {
      FunctionName: 'fn',
      Environment: { Variables: { STAGE: 'two' } },
    });
  });

  test('keep the configuration of their day', async () => {
    expect(await cloud.ask({}, { Qualifier: '1' })).toEqual([
      'one',
      '1',
      'arn:aws:lambda:us-east-1:000000000000:function:fn:1',
    ]);
    expect((await cloud.ask()).slice(0, 2)).toEqual(['two', '$LATEST']);
  });

  test('are known by what CloudFormation expects', () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:fn';

    const version = cloud.create('AWS::Lambda::Version', { FunctionName: arn });
    const alias = cloud.create('AWS::Lambda::Alias', { FunctionName: 'fn', FunctionVersion: '2', Name: 'live' });

    expect(version).toEqual({ ref: `${arn}:2`, attributes: { Version: '2', FunctionArn: `${arn}:2` } });
    expect(alias).toMatchObject({ ref: `${arn}:live` });
  });

  test('shift traffic by weight, and back', async () => {
    cloud.create('AWS::Lambda::Version', { FunctionName: 'fn' });
    cloud.create('AWS::Lambda::Alias', {
      FunctionName: 'fn',
      FunctionVersion: '1',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: [{ FunctionVersion: '2', FunctionWeight: 0.5 }] },
    });
    const seen = new Set<string>();
    for (let call = 0; call < 40; call++)
      seen.add((await cloud.invoke({}, { Qualifier: 'live' })).ExecutedVersion ?? '');
    expect(seen).toEqual(new Set(['1', '2']));

    await cloud.call('UpdateAlias', { FunctionName: 'fn', Name: 'live', FunctionVersion: '2', RoutingConfig: {} });

    expect((await cloud.ask({}, { FunctionName: 'fn:live' }))[1]).toBe('2');
    expect(await cloud.call('GetAlias', { FunctionName: 'fn', Name: 'live' })).toEqual({
      AliasArn: 'arn:aws:lambda:us-east-1:000000000000:function:fn:live',
      Name: 'live',
      FunctionVersion: '2',
      Description: '',
    });
    expect(cloud.sum('Invocations', { FunctionName: 'fn', Resource: 'fn:live' })).toBe(41);
  });
});
