import { describe, expect, test } from '@jest/globals';
import type { Template } from '#lib/local-cloud/template/template.ts';
import { aStack, FakeCloud, parameterStore } from './stacks.ts';

const THING = 'AWS::Test::Thing';

function aCloud(values: Record<string, string> = {}): FakeCloud {
  return new FakeCloud({
    ...parameterStore(values),
    'secretsmanager:GetSecretValue': ({ SecretId, VersionStage = 'AWSCURRENT' }) => {
      if (SecretId === 'Plain') return { SecretString: 'hush' };
      return { SecretString: JSON.stringify({ id: SecretId, stage: VersionStage, port: 5432 }) };
    },
  })
    .with(THING, { Text: true })
    .with('AWS::SSM::Parameter', { Name: true, Value: true, Type: true });
}

function aThing(Text: unknown): Partial<Template> {
  return { Resources: { Thing: { Type: THING, Properties: { Text } } } };
}

function writing(Name: unknown): Partial<Template> {
  return {
    Resources: { Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name, Type: 'String', Value: 'x' } } },
  };
}

function reading(Default: string, Type = 'AWS::SSM::Parameter::Value<String>'): Partial<Template> {
  return { Parameters: { Input: { Type, Default } }, ...aThing({ Ref: 'Input' }) };
}

describe('stacks', () => {
  test('that read an SSM parameter come after the stack that writes it', async () => {
    const cloud = aCloud({ '/bazaar/bus': 'arn:bus' });
    const deployment = await cloud.deploy(
      aStack('Order', reading('/bazaar/bus')),
      aStack('Platform', writing('/bazaar/bus')),
    );

    expect(deployment.stacks.map((stack) => stack.name)).toEqual(['Platform', 'Order']);
    expect(cloud.propertiesOf('Thing')).toEqual({ Text: 'arn:bus' });
  });

  test.each<[string, Partial<Template>, Partial<Template>]>([
    [
      'a name that is put together',
      reading('/Platform/bus'),
      writing({ 'Fn::Join': ['/', ['', { Ref: 'AWS::StackName' }, 'bus']] }),
    ],
    ['a dynamic reference', aThing('{{resolve:ssm:/Platform/bus:1}}'), writing('/Platform/bus')],
    [
      'an import',
      aThing({ 'Fn::ImportValue': 'Bus' }),
      { ...writing('x'), Outputs: { Bus: { Value: 'arn', Export: { Name: 'Bus' } } } },
    ],
    [
      'an output',
      aThing({ 'Fn::GetStackOutput': { StackName: 'Platform', OutputName: 'Bus' } }),
      { ...writing('x'), Outputs: { Bus: { Value: 'arn' } } },
    ],
  ])('that need another by %s come after it', async (_, consumer, producer) => {
    const cloud = aCloud({ '/Platform/bus': 'arn', '/Platform/bus:1': 'arn' });
    const deployment = await cloud.deploy(aStack('Order', consumer), aStack('Platform', producer));

    expect(deployment.stacks.map((stack) => stack.name)).toEqual(['Platform', 'Order']);
    expect(cloud.propertiesOf('Thing')).toEqual({ Text: 'arn' });
  });

  test('come in the order of the manifest otherwise', async () => {
    const deployment = await aCloud().deploy(
      aStack('B', {}),
      aStack('C', {}, { dependencies: ['A'] }),
      aStack('A', {}),
    );

    expect(deployment.stacks.map((stack) => stack.name)).toEqual(['B', 'A', 'C']);
  });

  test('that need each other are named', async () => {
    const both = (reads: string, writes: string) => ({
      Parameters: { Input: { Type: 'AWS::SSM::Parameter::Value<String>', Default: reads } },
      ...writing(writes),
    });

    await expect(aCloud().deploy(aStack('A', both('/b', '/a')), aStack('B', both('/a', '/b')))).rejects.toThrow(
      'The stacks depend on each other: A -> B -> A.',
    );
  });

  test.each<[string, Partial<Template>, string]>([
    [
      'parameter',
      reading('/nobody'),
      'Order: Input reads the SSM parameter /nobody, which no stack has created before.',
    ],
    ['export', aThing({ 'Fn::ImportValue': 'Nobody' }), 'No export named Nobody found.'],
    [
      'output',
      aThing({ 'Fn::GetStackOutput': { StackName: 'No', OutputName: 'Body' } }),
      'The stack No has no output Body.',
    ],
  ])('that read a missing %s are named', async (_, template, message) => {
    await expect(aCloud().deploy(aStack('Order', template))).rejects.toThrow(message);
  });

  test('cannot have the same name', async () => {
    await expect(aCloud().deploy(aStack('A', {}), aStack('A', {}, { id: 'A2' }))).rejects.toThrow(
      'Two stacks are named A.',
    );
  });
});

describe('an SSM parameter type', () => {
  test('of a list is split', async () => {
    const cloud = aCloud({ '/zones': 'a, b' });
    await cloud.deploy(aStack('Order', reading('/zones', 'AWS::SSM::Parameter::Value<List<String>>')));

    expect(cloud.propertiesOf('Thing')).toEqual({ Text: ['a', 'b'] });
  });
});

describe('a dynamic reference', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Db-AbCdEf';

  test.each([
    ['{{resolve:ssm:/db/host}}', 'localhost'],
    ['{{resolve:ssm:/db/host:2}}', 'remote'],
    ['{{resolve:ssm-secure:/db/host}}', 'localhost'],
    ['{{resolve:ssm:/db/host}}:{{resolve:secretsmanager:Db:SecretString:port}}', 'localhost:5432'],
    ['{{resolve:secretsmanager:Db:SecretString:id}}', 'Db'],
    ['{{resolve:secretsmanager:Db:SecretString:stage:AWSPREVIOUS}}', 'AWSPREVIOUS'],
    ['{{resolve:secretsmanager:Plain}}', 'hush'],
    [`{{resolve:secretsmanager:${arn}:SecretString:id::}}`, arn],
    [`{{resolve:secretsmanager:${arn}}}`, `{"id":"${arn}","stage":"AWSCURRENT","port":5432}`],
  ])('%s is %s', async (Text, expected) => {
    const cloud = aCloud({ '/db/host': 'localhost', '/db/host:2': 'remote' });
    await cloud.deploy(aStack('Order', aThing(Text)));

    expect(cloud.propertiesOf('Thing')).toEqual({ Text: expected });
  });

  test.each([
    ['{{resolve:ssm:/nobody}}', '{{resolve:ssm:/nobody}} cannot be resolved: ParameterNotFound'],
    ['{{resolve:secretsmanager:Db:SecretString:user}}', 'the secret has no key user'],
    ['{{resolve:secretsmanager:Plain:SecretString:user}}', 'the secret is not JSON'],
    ['{{resolve:vault:x}}', 'the service vault has no dynamic references'],
  ])('%s is refused', async (Text, message) => {
    await expect(aCloud().deploy(aStack('Order', aThing(Text)))).rejects.toThrow(message);
  });
});
