import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LambdaCloud } from './lambda-cloud.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:fn';

let cloud: LambdaCloud;

beforeEach(() => {
  cloud = new LambdaCloud();
});

afterEach(() => cloud.stop());

describe('AWS::Lambda::Function', () => {
  test('is known by its name and its ARN', () => {
    expect(cloud.deploy('')).toEqual({ ref: 'fn', attributes: { Arn: ARN } });
  });

  test('without a name gets one', () => {
    expect(cloud.deploy('', { FunctionName: undefined })).toMatchObject({ ref: 'Stack-Function-ABC' });
  });

  test.each([
    ['another runtime', { Runtime: 'python3.13' }, 'python3.13'],
    ['a container image', { PackageType: 'Image', Runtime: undefined }, 'container image'],
    ['no code', { Code: {} }, 'Code has neither'],
    ['layers', { Layers: ['arn'] }, 'Layers'],
    ['a file system', { FileSystemConfigs: [] }, 'FileSystemConfigs'],
  ])('is refused with %s', (_what, properties, message) => {
    expect(() => cloud.deploy('', properties)).toThrow(message);
  });

  test('is described by the API', async () => {
    cloud.deploy('', { Timeout: 7, Tags: [{ Key: 'team', Value: 'orders' }], ReservedConcurrentExecutions: 2 });

    const description = await cloud.call('GetFunction', { FunctionName: ARN });
    const list = await cloud.call('ListFunctions', {});

    expect(description).toMatchObject({
      Configuration: { FunctionName: 'fn', FunctionArn: ARN, Timeout: 7, MemorySize: 128, Version: '$LATEST' },
      Tags: { team: 'orders' },
      Concurrency: { ReservedConcurrentExecutions: 2 },
    });
    expect(list).toEqual({ Functions: [description.Configuration] });
  });
});

describe('AWS::Lambda::Permission', () => {
  test.each([
    [
      'a service, for one source',
      { Principal: 'apigateway.amazonaws.com', SourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api/*' },
      {
        Principal: { Service: 'apigateway.amazonaws.com' },
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:execute-api:us-east-1:000000000000:api/*' } },
      },
    ],
    [
      'a service, for one account',
      { Principal: 'sns.amazonaws.com', SourceAccount: '000000000000' },
      {
        Principal: { Service: 'sns.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
      },
    ],
    ['an account', { Principal: '000000000000' }, { Principal: { AWS: 'arn:aws:iam::000000000000:root' } }],
    ['anybody', { Principal: '*' }, { Principal: '*' }],
  ])('lets %s call the function', (_who, properties, expected) => {
    cloud.create('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', FunctionName: ARN, ...properties });

    expect(cloud.policies.get(ARN)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Stack-Permission-ABC', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: ARN, ...expected },
      ],
    });
  });

  test('belongs to the alias that it names', () => {
    cloud.create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: `${ARN}:live`,
      Principal: 'events.amazonaws.com',
    });

    expect([...cloud.policies.keys()]).toEqual([`${ARN}:live`]);
  });
});

describe('AWS::Lambda::EventSourceMapping', () => {
  test('of another kind of source is refused', () => {
    cloud.deploy('');

    expect(() =>
      cloud.create('AWS::Lambda::EventSourceMapping', {
        FunctionName: 'fn',
        EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
      }),
    ).toThrow('neither a queue nor a table');
  });
});

describe('the REST routes of Lambda', () => {
  test('carry an invocation', () => {
    const protocol = cloud.lambda.protocol;
    const route = protocol?.kind === 'rest-json' && protocol.routes.find(({ action }) => action === 'Invoke');
    if (!route) throw new Error('no route');

    const input = route.input({
      params: { FunctionName: 'fn' },
      query: new URLSearchParams('Qualifier=live'),
      headers: { 'x-amz-invocation-type': 'Event', 'x-amz-log-type': 'Tail' },
      body: Buffer.from('{}'),
    });
    const reply = route.reply?.({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '3',
      LogResult: 'bG9n',
      Payload: Buffer.from('{"errorType":"Error"}'),
    });

    expect(input).toMatchObject({
      FunctionName: 'fn',
      Qualifier: 'live',
      InvocationType: 'Event',
      LogType: 'Tail',
      Payload: Buffer.from('{}'),
    });
    expect(reply).toEqual({
      status: 200,
      headers: { 'x-amz-function-error': 'Unhandled', 'x-amz-log-result': 'bG9n', 'x-amz-executed-version': '3' },
      body: Buffer.from('{"errorType":"Error"}'),
    });
  });
});
