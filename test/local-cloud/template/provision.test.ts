// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of Fn::Sub
import { describe, expect, test } from '@jest/globals';
import { UnsupportedError } from '#lib/local-cloud/core/aws-error.ts';
import { aStack, FakeCloud, parameterStore } from './stacks.ts';

const THING = 'AWS::Test::Thing';
const THING_SHAPE = {
  Name: true,
  Text: true,
  Labels: { Key: true, Value: 'only shown in the console' },
  Settings: { Depth: true },
} as const;

function aCloud(store: Record<string, string> = {}): FakeCloud {
  return new FakeCloud(parameterStore(store))
    .with(THING, THING_SHAPE)
    .with('AWS::SSM::Parameter', { Name: true, Value: true, Type: true });
}

describe('resources', () => {
  test('are created after those they refer to', async () => {
    const cloud = aCloud();
    await cloud.deploy(
      aStack('Shop', {
        Resources: {
          A: { Type: THING, Properties: { Text: { 'Fn::Sub': 'see ${B.Arn}' } } },
          B: { Type: THING, DependsOn: ['D'] },
          C: { Type: THING, Properties: { Text: { 'Fn::Join': ['', [{ Ref: 'A' }]] } } },
          D: { Type: THING, DependsOn: 'E' },
          E: { Type: THING },
        },
      }),
    );

    expect(cloud.created.map((resource) => resource.logicalId)).toEqual(['E', 'D', 'B', 'A', 'C']);
  });

  test('get their properties with every function resolved', async () => {
    const cloud = aCloud();
    await cloud.deploy(
      aStack('Shop', {
        Parameters: {
          Stage: { Type: 'String', Default: 'dev' },
          List: { Type: 'CommaDelimitedList', Default: 'a, b' },
        },
        Resources: {
          A: {
            Type: THING,
            Metadata: { owner: 'me' },
            Properties: {
              Name: { 'Fn::Sub': '${AWS::StackName}-${Stage}' },
              Text: [{ Ref: 'B' }, { 'Fn::GetAtt': ['B', 'Nested.Value'] }, { Ref: 'List' }, { Ref: 'AWS::AccountId' }],
            },
          },
          B: { Type: THING },
        },
      }),
    );

    const [b, a] = cloud.created;
    expect(a).toMatchObject({
      stackName: 'Shop',
      type: THING,
      metadata: { owner: 'me' },
      properties: { Name: 'Shop-dev', Text: [b?.generatedName(), 7, ['a', 'b'], '000000000000'] },
    });
  });

  test('are left out when their condition is false', async () => {
    const cloud = aCloud();
    await cloud.deploy(
      aStack('Shop', {
        Parameters: { Stage: { Type: 'String', Default: 'dev' } },
        Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
        Resources: {
          Guard: { Type: THING, Condition: 'IsProd', Properties: { Unknown: 1 } },
          A: {
            Type: THING,
            DependsOn: 'Guard',
            Properties: { Text: { 'Fn::If': ['IsProd', { Ref: 'Guard' }, 'none'] } },
          },
        },
      }),
    );

    expect(cloud.created.map((resource) => resource.logicalId)).toEqual(['A']);
    expect(cloud.propertiesOf('A')).toEqual({ Text: 'none' });
  });

  test('are named by stack, logical id and a suffix that stays the same', async () => {
    const names = async (stack: string) => {
      const cloud = aCloud();
      await cloud.deploy(aStack(stack, { Resources: { OrderTable: { Type: THING } } }));
      return [undefined, 64, 32].map((maxLength) => cloud.created[0]?.generatedName(maxLength));
    };

    const [whole, fits, short] = await names('Shop');
    expect(whole).toMatch(/^Shop-OrderTable-[A-Z0-9]{12}$/);
    expect(fits).toBe(whole);
    expect(short).toMatch(/^Shop-OrderTable-[A-Z0-9]{12}$/);
    expect(await names('Shop')).toEqual([whole, fits, short]);

    const [, long] = await names(`Bazaar${'Stack'.repeat(20)}`);
    expect(long).toMatch(/^BazaarStackStackStackStackStackStackStac-OrderTable-[A-Z0-9]{12}$/);
    expect(long).toHaveLength(64);
  });

  test('that depend on each other are named', async () => {
    const stack = aStack('Shop', {
      Resources: {
        A: { Type: THING, Properties: { Text: { Ref: 'B' } } },
        B: { Type: THING, Properties: { Text: { 'Fn::GetAtt': ['C', 'Arn'] } } },
        C: { Type: THING, DependsOn: 'A' },
      },
    });

    await expect(aCloud().deploy(stack)).rejects.toThrow('Shop: the resources depend on each other: A -> B -> C -> A.');
  });

  test.each([
    ['Ref', { Ref: 'Missing' }],
    ['GetAtt', { 'Fn::GetAtt': ['Missing', 'Arn'] }],
    ['Sub', { 'Fn::Sub': '${Missing.Arn}' }],
  ])('that refer by %s to what does not exist are named', async (_, Text) => {
    const stack = aStack('Shop', { Resources: { A: { Type: THING, Properties: { Text } } } });

    await expect(aCloud().deploy(stack)).rejects.toThrow(
      'Shop/A (AWS::Test::Thing): refers to Missing, which the template does not define.',
    );
  });

  test('without the attribute that is asked for are named', async () => {
    const Resources = { A: { Type: THING }, B: { Type: THING, Properties: { Text: { 'Fn::GetAtt': ['A', 'Url'] } } } };

    await expect(aCloud().deploy(aStack('Shop', { Resources }))).rejects.toThrow(
      'Shop/B (AWS::Test::Thing) could not be created: Shop/A (AWS::Test::Thing) has no attribute Url.',
    );
  });

  test('without effect on one machine are accepted', async () => {
    const cloud = aCloud();
    const deployment = await cloud.deploy(
      aStack('Shop', {
        Resources: {
          CDKMetadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:x' } },
          Group: { Type: 'AWS::ResourceGroups::Group', Properties: { Name: 'shop' } },
        },
      }),
    );

    expect(deployment.find('Shop')?.resources.get('Group')?.physical.ref).toBe('shop');
  });
});

describe('what the embedded cloud does not run', () => {
  test('is named with the construct path and the property', async () => {
    const stack = aStack(
      'BazaarOrder',
      { Resources: { Table416: { Type: THING, Properties: { ImportSourceSpecification: {} } } } },
      { paths: new Map([['Table416', 'BazaarOrder/OrderTable/Resource']]) },
    );

    const deployed = aCloud().deploy(stack);

    await expect(deployed).rejects.toThrow(UnsupportedError);
    await expect(deployed).rejects.toThrow(
      'BazaarOrder/OrderTable (AWS::Test::Thing): the property ImportSourceSpecification is not run by the embedded cloud.',
    );
  });

  test('is reported together for all stacks, before anything is created', async () => {
    const cloud = aCloud();
    const first = aStack('A', {
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: {
        Good: { Type: THING },
        Vpc: { Type: 'AWS::EC2::VPC' },
        Bad: { Type: THING, CreationPolicy: {}, Properties: { Settings: { Depth: 1, Width: 2 } } },
      },
    });
    const second = aStack('B', {
      Resources: {
        Bad: {
          Type: THING,
          Properties: { Labels: [{ Key: 'a', Value: 'b' }, { Colour: 'red' }], Text: { 'Fn::Cidr': [] } },
        },
      },
    });

    const error = await cloud.deploy(first, second).catch((cause: Error) => cause);

    expect((error as Error).message.split('\n')).toEqual([
      'The templates cannot be run:',
      '- A: the template section Transform is not run by the embedded cloud.',
      '- A/Vpc (AWS::EC2::VPC): the resource type is not run by the embedded cloud.',
      '- A/Bad (AWS::Test::Thing): the attribute CreationPolicy is not run by the embedded cloud.',
      '- A/Bad (AWS::Test::Thing): the property Settings.Width is not run by the embedded cloud.',
      '- B: the function Fn::Cidr is not run by the embedded cloud.',
      '- B/Bad (AWS::Test::Thing): the property Labels[1].Colour is not run by the embedded cloud.',
    ]);
    expect(cloud.created).toEqual([]);
  });

  test('is looked for in the branch of a condition that holds', async () => {
    const stackFor = (stage: string) =>
      aStack('Shop', {
        Parameters: { Stage: { Type: 'String', Default: stage } },
        Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
        Resources: {
          A: { Type: THING, Properties: { VpcConfig: { 'Fn::If': ['IsProd', {}, { Ref: 'AWS::NoValue' }] } } },
        },
      });

    await expect(aCloud().deploy(stackFor('dev'))).resolves.toBeDefined();
    await expect(aCloud().deploy(stackFor('prod'))).rejects.toThrow('the property VpcConfig is not run');
  });

  test('is found at creation when only then it can be seen', async () => {
    const stack = aStack('Shop', {
      Parameters: { Mode: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/mode' } },
      Conditions: { IsDeep: { 'Fn::Equals': [{ Ref: 'Mode' }, 'deep'] } },
      Resources: { A: { Type: THING, Properties: { Settings: { 'Fn::If': ['IsDeep', { Width: 1 }, { Depth: 1 }] } } } },
    });

    await expect(aCloud({ '/mode': 'flat' }).deploy(stack)).resolves.toBeDefined();
    await expect(aCloud({ '/mode': 'deep' }).deploy(stack)).rejects.toThrow(
      'Shop/A (AWS::Test::Thing): the property Settings.Width is not run by the embedded cloud.',
    );
  });
});

describe('a stack', () => {
  test('publishes its outputs', async () => {
    const cloud = aCloud();
    const deployment = await cloud.deploy(
      aStack('Shop', {
        Conditions: { Never: { 'Fn::Equals': [1, 2] } },
        Resources: { A: { Type: THING } },
        Outputs: {
          Arn: {
            Value: { 'Fn::GetAtt': ['A', 'Arn'] },
            Description: 'of A',
            Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Arn' } },
          },
          Absent: { Value: { Ref: 'AWS::NoValue' } },
          Hidden: { Value: 'x', Condition: 'Never' },
        },
      }),
    );

    expect([...(deployment.find('Shop')?.outputs ?? [])]).toEqual([
      ['Arn', { value: 'arn:of:A', description: 'of A', exportName: 'Shop:Arn' }],
    ]);
  });

  test('gets past the rule of CDK about its bootstrap version', async () => {
    const stack = aStack('Shop', {
      Parameters: {
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
      },
      Rules: {
        CheckBootstrapVersion: {
          Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3'], { Ref: 'BootstrapVersion' }] }] } }],
        },
      },
    });

    await expect(aCloud().deploy(stack)).resolves.toBeDefined();
  });

  test('is refused when a rule is not met', async () => {
    const stack = aStack('Shop', {
      Parameters: { Stage: { Type: 'String', Default: 'test' } },
      Rules: {
        Ignored: { RuleCondition: { 'Fn::Equals': [1, 2] }, Assertions: [{ Assert: { 'Fn::Equals': [1, 2] } }] },
        KnownStage: {
          Assertions: [
            { Assert: { 'Fn::Contains': [['dev'], { Ref: 'Stage' }] }, AssertDescription: 'only dev exists' },
          ],
        },
      },
    });

    await expect(aCloud().deploy(stack)).rejects.toThrow('Shop: the rule KnownStage is not met: only dev exists');
  });

  test.each([
    [{ Type: 'String' }, 'Shop: the parameter Stage has no value.'],
    [
      { Type: 'String', Default: 'x', AllowedValues: ['dev', 'prod'] },
      'the parameter Stage has to be one of dev, prod.',
    ],
    [{ Type: 'String', Default: 'x', AllowedPattern: '[0-9]+' }, 'the parameter Stage does not match [0-9]+.'],
  ])('with the parameter %j is refused', async (Stage, message) => {
    await expect(aCloud().deploy(aStack('Shop', { Parameters: { Stage } }))).rejects.toThrow(message);
  });

  test('takes the values that the app gives its parameters', async () => {
    const cloud = aCloud();
    await cloud.deploy(
      aStack(
        'Shop',
        {
          Parameters: { Stage: { Type: 'String' } },
          Resources: { A: { Type: THING, Properties: { Text: { Ref: 'Stage' } } } },
        },
        { parameters: { Stage: 'prod' } },
      ),
    );

    expect(cloud.propertiesOf('A')).toEqual({ Text: 'prod' });
  });
});
