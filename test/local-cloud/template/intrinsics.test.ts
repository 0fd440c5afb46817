// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of Fn::Sub
import { describe, expect, test } from '@jest/globals';
import { evaluateCondition } from '#lib/local-cloud/template/conditions.ts';
import { evaluate, NO_VALUE, type Scope } from '#lib/local-cloud/template/intrinsics.ts';

const REFS: Record<string, unknown> = {
  Queue: 'https://queue',
  Zones: ['eu-a', 'eu-b'],
  Stage: 'dev',
  Count: '3',
  'AWS::Region': 'us-east-1',
  'AWS::Partition': 'aws',
  'AWS::NoValue': NO_VALUE,
};

const CONDITIONS: Record<string, unknown> = {
  IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
  IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
};

const scope: Scope = {
  region: 'us-east-1',
  mappings: { Sizes: { dev: { memory: 128, zones: ['a'] }, 'us-east-1': { memory: 256 } } },
  ref: (name) => REFS[name],
  attribute: (logicalId, attribute) => `${logicalId}.${attribute}`,
  condition: (name) => evaluateCondition(CONDITIONS[name], scope),
  exported: (name) => `export of ${name}`,
  stackOutput: (stack, output) => `${output} of ${stack}`,
};

describe('intrinsic functions', () => {
  test.each<[unknown, unknown]>([
    ['plain', 'plain'],
    [42, 42],
    [null, null],
    [{ a: [true, { b: 'c' }] }, { a: [true, { b: 'c' }] }],
    [{ Ref: 'Queue' }, 'https://queue'],
    [{ Ref: 'Zones' }, ['eu-a', 'eu-b']],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'AWS::NoValue' }, undefined],
    [{ a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    [
      [1, { Ref: 'AWS::NoValue' }, 2],
      [1, 2],
    ],
    [
      { Ref: 'Queue', Other: 1 },
      { Ref: 'Queue', Other: 1 },
    ],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue.Arn'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'Queue.Arn'],
    [{ 'Fn::GetAtt': 'Db.Endpoint.Address' }, 'Db.Endpoint.Address'],
    [{ 'Fn::GetAtt': ['Queue', { Ref: 'Stage' }] }, 'Queue.dev'],
    [{ 'Fn::Sub': 'in ${AWS::Region}' }, 'in us-east-1'],
    [{ 'Fn::Sub': '${Queue} and ${Queue.Arn}' }, 'https://queue and Queue.Arn'],
    [{ 'Fn::Sub': '${ Queue }' }, 'https://queue'],
    [{ 'Fn::Sub': '${!Literal}' }, '${Literal}'],
    [{ 'Fn::Sub': ['${A}-${Stage}', { A: { Ref: 'Count' } }] }, '3-dev'],
    [{ 'Fn::Sub': ['${Stage}', { Stage: 'shadowed' }] }, 'shadowed'],
    [{ 'Fn::Sub': 'cost: $5 {} $' }, 'cost: $5 {} $'],
    [{ 'Fn::Sub': ['${A}', { A: '$&${Stage}' }] }, '$&${Stage}'],
    [{ 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 'sqs']] }, 'arn:aws:sqs'],
    [{ 'Fn::Join': [',', { Ref: 'Zones' }] }, 'eu-a,eu-b'],
    [{ 'Fn::Join': ['', [1, true, 'x']] }, '1truex'],
    [{ 'Fn::Join': [',', ['a', { 'Fn::If': ['IsProd', 'b', { Ref: 'AWS::NoValue' }] }]] }, 'a'],
    [{ 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': ['0', { Ref: 'Zones' }] }, 'eu-a'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'event-bus/shop'] }] }, 'shop'],
    [{ 'Fn::Split': ['|', 'a||b'] }, ['a', '', 'b']],
    [{ 'Fn::Split': [',', { Ref: 'Stage' }] }, ['dev']],
    [{ 'Fn::If': ['IsDev', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['IsProd', 'yes', { Ref: 'Stage' }] }, 'dev'],
    [{ a: { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] } }, {}],
    [{ 'Fn::If': ['IsDev', 'safe', { 'Fn::Select': [9, []] }] }, 'safe'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] }, 256],
    [{ 'Fn::FindInMap': ['Sizes', 'dev', 'zones'] }, ['a']],
    [{ 'Fn::FindInMap': ['Sizes', 'test', 'memory', { DefaultValue: 64 }] }, 64],
    [{ 'Fn::ImportValue': 'Bus' }, 'export of Bus'],
    [{ 'Fn::ImportValue': { 'Fn::Sub': '${Stage}-bus' } }, 'export of dev-bus'],
    [{ 'Fn::GetStackOutput': { StackName: 'A', OutputName: 'Url' } }, 'Url of A'],
    [{ 'Fn::GetStackOutput': { StackName: 'A', OutputName: 'U', Region: { Ref: 'AWS::Region' } } }, 'U of A'],
    [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    [{ 'Fn::Base64': { Ref: 'Stage' } }, 'ZGV2'],
    [{ 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    [{ 'Fn::GetAZs': 'eu-west-1' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    [{ 'Fn::Length': { Ref: 'Zones' } }, 2],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"dev"}'],
  ])('%j is %j', (value, expected) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });

  test.each<[unknown, RegExp]>([
    [{ 'Fn::Select': [2, ['a']] }, /nonexistent value at index 2/],
    [{ 'Fn::FindInMap': ['Sizes', 'prod', 'memory'] }, /mapping Sizes has no value for prod, memory/],
    [{ 'Fn::Join': [',', 'not a list'] }, /Fn::Join needs a list/],
    [{ 'Fn::Join': [',', [{ a: 1 }]] }, /Fn::Join needs a string/],
    [{ 'Fn::Sub': ['${A}'] }, /Fn::Sub needs a list of 2/],
    [{ 'Fn::Sub': '${Zones}' }, /Fn::Sub \$\{Zones\} needs a string/],
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, /Fn::Cidr is not run/],
    [{ 'Fn::GetStackOutput': { StackName: 'A', OutputName: 'U', Region: 'eu-west-1' } }, /one region, us-east-1/],
  ])('%j is refused', (value, message) => {
    expect(() => evaluate(value, scope)).toThrow(message);
  });
});

describe('condition functions', () => {
  test.each<[unknown, boolean]>([
    [{ 'Fn::Equals': ['a', 'a'] }, true],
    [{ 'Fn::Equals': [{ Ref: 'Count' }, 3] }, true],
    [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'Dev'] }, false],
    [{ 'Fn::Equals': [{ Ref: 'Zones' }, ['eu-a', 'eu-b']] }, true],
    [{ 'Fn::Not': [{ Condition: 'IsDev' }] }, false],
    [{ 'Fn::And': [{ Condition: 'IsDev' }, { 'Fn::Not': [{ Condition: 'IsProd' }] }] }, true],
    [{ 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] }, true],
    [{ 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsProd' }] }, false],
    [{ Condition: 'IsDev' }, true],
    [{ 'Fn::Contains': [['1', '2'], { Ref: 'Count' }] }, false],
    [{ 'Fn::Contains': [['dev', 'prod'], { Ref: 'Stage' }] }, true],
    [{ 'Fn::EachMemberEquals': [['x', 'x'], 'x'] }, true],
    [{ 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['eu-a', 'eu-b', 'eu-c']] }, true],
    [{ 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['eu-a']] }, false],
  ])('%j is %j', (expression, expected) => {
    expect(evaluateCondition(expression, scope)).toBe(expected);
  });

  test('refuse what is no condition function', () => {
    expect(() => evaluateCondition({ 'Fn::Join': ['', []] }, scope)).toThrow(/Fn::Join is not run/);
  });
});
