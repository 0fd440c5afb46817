import { describe, expect, test } from '@jest/globals';
import { stub, type Template } from '#bin/deploy-local/stub.ts';

const LACKS = [
  { type: 'AWS::Events::Archive', why: 'nothing is archived' },
  { type: 'AWS::CloudWatch::Alarm', property: 'Metrics', why: 'it does not ring' },
];

const BUS = { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } };
const ARCHIVE = {
  Type: 'AWS::Events::Archive',
  Properties: { SourceArn: { 'Fn::GetAtt': ['Bus', 'Arn'] } },
  DependsOn: ['Bus'],
  Metadata: { 'aws:cdk:path': 'Platform/History' },
};

function resourcesOf(template: Template) {
  return stub(template, LACKS).template.Resources;
}

/** A parameter whose value is the expression. */
function parameter(Value: unknown) {
  return { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } };
}

/** As CloudFormation writes the place of a value in text. */
const place = (name: string) => `\${${name}}`;

describe('a template for an emulator', () => {
  test('is left alone when nothing in it is lacking', () => {
    const template = { Resources: { Bus: BUS, Name: parameter({ Ref: 'Bus' }) } };

    expect(stub(template, LACKS)).toEqual({ template, stubbed: [] });
  });

  test('has nothing in the place of a type that is lacking, and says so', () => {
    const { template, stubbed } = stub({ Resources: { Bus: BUS, History: ARCHIVE } }, LACKS);

    expect(template.Resources).toEqual({
      Bus: BUS,
      History: {
        Type: 'AWS::CloudFormation::WaitConditionHandle',
        DependsOn: ['Bus'],
        Metadata: { 'aws:cdk:path': 'Platform/History', Stubbed: 'AWS::Events::Archive: nothing is archived' },
      },
    });
    expect(stubbed).toEqual([
      { type: 'AWS::Events::Archive', resource: 'Platform/History', why: 'nothing is archived' },
    ]);
  });

  test('keeps resources without the property that is lacking', () => {
    const simple = { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } };
    const math = { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [] } };

    const { template, stubbed } = stub({ Resources: { Simple: simple, Math: math } }, LACKS);

    expect(template.Resources.Simple).toEqual(simple);
    expect(stubbed.map(({ resource }) => resource)).toEqual(['Math']);
  });

  test.each([
    [{ Ref: 'History' }, 'stub-History'],
    [{ 'Fn::GetAtt': ['History', 'Arn'] }, 'stub-History-Arn'],
    [{ 'Fn::GetAtt': 'History.Arn' }, 'stub-History-Arn'],
    [
      { 'Fn::Sub': `${place('Bus')}/${place('History')}/${place('History.Arn')}` },
      { 'Fn::Sub': `${place('Bus')}/stub-History/stub-History-Arn` },
    ],
    [
      { 'Fn::Sub': [`${place('Bus')}/${place('Name')}`, { Name: { Ref: 'History' } }] },
      { 'Fn::Sub': [`${place('Bus')}/${place('Name')}`, { Name: 'stub-History' }] },
    ],
    [
      { 'Fn::Join': ['', ['a', { Ref: 'History' }, { Ref: 'Bus' }]] },
      { 'Fn::Join': ['', ['a', 'stub-History', { Ref: 'Bus' }]] },
    ],
  ])('refers by text to what is not there: %j', (said, expected) => {
    const { Name } = resourcesOf({ Resources: { Bus: BUS, History: ARCHIVE, Name: parameter(said) } });

    expect(Name).toEqual(parameter(expected));
  });

  test('keeps its other sections, whose references are replaced too', () => {
    const template = { Outputs: { Name: { Value: { Ref: 'History' } } }, Resources: { Bus: BUS, History: ARCHIVE } };

    expect(stub(template, LACKS).template.Outputs).toEqual({ Name: { Value: 'stub-History' } });
  });
});
