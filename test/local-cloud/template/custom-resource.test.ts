import { describe, expect, test } from '@jest/globals';
import { aStack, FakeCloud } from './stacks.ts';

const SERVICE_TOKEN = 'arn:aws:lambda:us-east-1:000000000000:function:provider';

/** A cloud whose only Lambda function answers every request with `response`. */
function aCloud(response: object): FakeCloud {
  return new FakeCloud({
    'lambda:Invoke': async ({ Payload }) => {
      const { ResponseURL } = JSON.parse(String(Payload));
      await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(response) });
      return { StatusCode: 200, Payload: 'null' };
    },
  }).with('AWS::Test::Thing', { Text: true });
}

function aCustomResource(properties: object = {}) {
  return aStack('Shop', {
    Resources: {
      Seed: { Type: 'Custom::Seed', Properties: { ServiceToken: SERVICE_TOKEN, ...properties } },
      Thing: { Type: 'AWS::Test::Thing', Properties: { Text: [{ Ref: 'Seed' }, { 'Fn::GetAtt': ['Seed', 'Rows'] }] } },
    },
  });
}

describe('a custom resource', () => {
  test('is created by its function', async () => {
    const cloud = aCloud({ Status: 'SUCCESS', PhysicalResourceId: 'seed-1', Data: { Rows: 3 } });
    await cloud.deploy(aCustomResource({ Count: 3, Deep: { On: true } }));

    expect(cloud.propertiesOf('Thing')).toEqual({ Text: ['seed-1', 3] });
    const { input } = cloud.calls[0] ?? {};
    expect(input?.FunctionName).toBe(SERVICE_TOKEN);
    expect(JSON.parse(String(input?.Payload))).toEqual({
      RequestType: 'Create',
      ServiceToken: SERVICE_TOKEN,
      ResponseURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/Shop\//),
      RequestId: expect.any(String),
      ResourceType: 'Custom::Seed',
      LogicalResourceId: 'Seed',
      ResourceProperties: { ServiceToken: SERVICE_TOKEN, Count: '3', Deep: { On: 'true' } },
    });
  });

  test('fails with the reason that its function gives', async () => {
    const deployed = aCloud({ Status: 'FAILED', Reason: 'no table' }).deploy(aCustomResource());

    await expect(deployed).rejects.toThrow('Shop/Seed (Custom::Seed) could not be created: no table');
  });

  test('fails at once when its function does', async () => {
    const cloud = new FakeCloud({
      'lambda:Invoke': () => ({ FunctionError: 'Unhandled', Payload: '{"errorMessage":"boom"}' }),
    }).with('AWS::Test::Thing', { Text: true });

    await expect(cloud.deploy(aCustomResource())).rejects.toThrow(/its provider failed .*: {"errorMessage":"boom"}/);
  });

  test('fails when its function does not answer in time', async () => {
    const cloud: FakeCloud = new FakeCloud({
      'lambda:Invoke': () => {
        setImmediate(() => cloud.context.clock.advance(30_000));
        return { StatusCode: 200 };
      },
    }).with('AWS::Test::Thing', { Text: true });

    await expect(cloud.deploy(aCustomResource({ ServiceTimeout: '30' }))).rejects.toThrow(
      'its provider did not answer within 30 s',
    );
  });

  test('is refused when no function provides it', async () => {
    const stack = aCustomResource({ ServiceToken: 'arn:aws:sns:us-east-1:000000000000:topic' });

    await expect(aCloud({}).deploy(stack)).rejects.toThrow('only Lambda functions can provide custom resources here');
  });
});
