import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Found, type Resource, resourcesIn, root } from './templates.ts';

const resources = resourcesIn(join(root, 'cdk.out'));
const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
const nameOf = ({ stack, id }: Pick<Found, 'stack' | 'id'>) => `${stack} ${id}`;

/** Dead-letter queues and alarms of all asynchronous edges: test/recovery/edges.test.ts. */
const functions = ofType('AWS::Lambda::Function');
const sources = ofType('AWS::Lambda::EventSourceMapping');

/** What is wrong, as one name each: an empty list is what tests want to see. */
function breaking(found: Found[], holds: (properties: Resource['Properties'], resource: Found) => boolean): string[] {
  return found.filter((resource) => !holds(resource.Properties, resource)).map(nameOf);
}

/** The resource of the same stack that a reference names. */
function target(stack: string, reference: { Ref?: string; 'Fn::GetAtt'?: string[] } | undefined): Found | undefined {
  const id = reference?.Ref ?? reference?.['Fn::GetAtt']?.[0];
  return resources.find((resource) => resource.stack === stack && resource.id === id);
}

/** The function that a mapping names by its alias. */
function functionOf(stack: string, name: object): Found | undefined {
  const [, id] = /"Ref":"(\w+)"/.exec(JSON.stringify(name)) ?? [];
  const alias = target(stack, { Ref: id });
  return alias?.Type === 'AWS::Lambda::Alias' ? target(stack, alias.Properties.FunctionName) : undefined;
}

const queueOf = ({ stack, Properties }: Found) => {
  const found = target(stack, Properties.EventSourceArn);
  return found?.Type === 'AWS::SQS::Queue' ? found : undefined;
};

describe('a function', () => {
  test('has a role that is its own', () => {
    const roles = functions.map(({ stack, Properties }) => nameOf(target(stack, Properties.Role) as Found));

    expect(new Set(roles).size).toBe(functions.length);
    // The other one is that of the saga.
    const sagas = ofType('AWS::StepFunctions::StateMachine').length;
    expect(ofType('AWS::IAM::Role').length).toBe(functions.length + sagas);
  });

  test('is traced', () => {
    expect(breaking(functions, ({ TracingConfig }) => TracingConfig?.Mode === 'Active')).toEqual([]);
    const sagas = ofType('AWS::StepFunctions::StateMachine');
    expect(breaking(sagas, ({ TracingConfiguration }) => TracingConfiguration?.Enabled)).toEqual([]);
  });

  test('writes JSON into a log group of its own, that forgets', () => {
    const groups = functions.map(({ stack, Properties }) => target(stack, Properties.LoggingConfig?.LogGroup));

    expect(new Set(groups).size).toBe(functions.length);
    expect(breaking(functions, ({ LoggingConfig }) => LoggingConfig?.LogFormat === 'JSON')).toEqual([]);
    expect(breaking(ofType('AWS::Logs::LogGroup'), ({ RetentionInDays }) => RetentionInDays > 0)).toEqual([]);
  });
});

describe('whatever calls a function', () => {
  test('calls the version that is live', () => {
    const places = [
      ...sources.map(({ stack, id, Properties }) => ({ stack, id, calls: Properties.FunctionName })),
      ...ofType('AWS::Lambda::Permission').map(({ stack, id, Properties }) => ({
        stack,
        id,
        calls: Properties.FunctionName,
      })),
      ...ofType('AWS::ApiGatewayV2::Integration').map(({ stack, id, Properties }) => ({
        stack,
        id,
        calls: Properties.IntegrationUri,
      })),
    ];

    expect(places.filter(({ stack, calls }) => !functionOf(stack, calls)).map(nameOf)).toEqual([]);
    const invoked = allowed.filter(({ action }) => action === 'lambda:InvokeFunction');
    expect(invoked.filter(({ resource }) => !/Live|:live/.test(resource))).toEqual([]);
    expect(invoked.length).toBe(7);
  });

  test('finds one alias for each function', () => {
    expect(ofType('AWS::Lambda::Alias').map(({ Properties }) => Properties.Name)).toEqual(functions.map(() => 'live'));
  });
});

describe('what a function is given in batches', () => {
  test('fails one by one', () => {
    const reports = breaking(sources, ({ FunctionResponseTypes = [] }) =>
      FunctionResponseTypes.includes('ReportBatchItemFailures'),
    );

    expect(reports).toEqual([]);
    expect(sources.length).toBeGreaterThan(30);
  });

  test('is hidden in its queue for six times as long as the function may take', () => {
    const tooShort = breaking(sources.filter(queueOf), ({ FunctionName }, source) => {
      const timeout = functionOf(source.stack, FunctionName)?.Properties.Timeout;
      return (queueOf(source)?.Properties.VisibilityTimeout ?? 30) >= 6 * timeout;
    });

    expect(tooShort).toEqual([]);
  });

  test('is tried a limited number of times from a stream, then put aside', () => {
    const streams = sources.filter((source) => !queueOf(source));

    const endless = breaking(
      streams,
      ({ MaximumRetryAttempts = -1, MaximumRecordAgeInSeconds = -1, DestinationConfig }) =>
        MaximumRetryAttempts >= 0 && MaximumRecordAgeInSeconds > 0 && DestinationConfig?.OnFailure?.Destination,
    );

    expect(streams.length).toBeGreaterThan(8);
    expect(endless).toEqual([]);
  });
});

describe('what is kept', () => {
  test('is encrypted', () => {
    const tables = breaking(ofType('AWS::DynamoDB::Table'), ({ SSESpecification }) => SSESpecification?.SSEEnabled);
    const queues = breaking(ofType('AWS::SQS::Queue'), ({ SqsManagedSseEnabled }) => SqsManagedSseEnabled === true);

    expect([...tables, ...queues]).toEqual([]);
  });

  test('is sent over TLS only', () => {
    const policies = [...ofType('AWS::SQS::QueuePolicy'), ...ofType('AWS::SNS::TopicPolicy')];

    const open = breaking(policies, ({ PolicyDocument }) =>
      JSON.stringify(PolicyDocument).includes('"aws:SecureTransport":"false"'),
    );

    expect(open).toEqual([]);
    expect(ofType('AWS::SQS::QueuePolicy').length).toBe(ofType('AWS::SQS::Queue').length);
  });
});

/** These have no tags in CloudFormation, or what carries their tags is another resource. */
const UNTAGGED = [
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::CDK::Metadata',
  'AWS::Events::Archive',
  'AWS::IAM::Policy',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::QueryDefinition',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

test('all that can be tagged says whose it is', () => {
  const untagged = breaking(
    resources.filter(({ Type }) => !UNTAGGED.includes(Type)),
    ({ Tags = [] }, { stack }) => {
      const tags = Array.isArray(Tags) ? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) : Tags;
      const service = stack.split('-')[1]?.toLowerCase();
      return tags.Project === 'Bazaar' && tags.Stage === 'dev' && tags.Service === service;
    },
  );

  expect(untagged).toEqual([]);
});

/** Statements that name more than one thing by `*`, why they have to, and how many resources they are. */
const WILDCARDS = [
  {
    why: 'X-Ray knows no resources: what is sent belongs to no trace that is there yet',
    actions: /^xray:Put(TraceSegments|TelemetryRecords)$|^xray:GetSampling(Rules|Targets)$/,
    resource: /^"\*"$/,
    number: ofType('AWS::Lambda::Function').length + 1,
  },
  {
    why: 'listing streams names none; reading them is allowed for that of the own table alone',
    actions: /^dynamodb:ListStreams$/,
    resource: /^"\*"$/,
    number: sources.filter((source) => !queueOf(source)).length,
  },
  {
    why: 'the delivery of logs by a state machine is set up by actions that know no resources',
    actions: /^logs:\w+(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|LogGroups)$/,
    resource: /^"\*"$/,
    number: 1,
  },
  {
    why: 'an internal route has the id of a user in its path',
    actions: /^execute-api:Invoke$/,
    resource: /\/GET\/internal\/v1\/orders\/user\/\*"\]\]\}$/,
    number: 1,
  },
];

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/** Each action that a policy allows, with each resource that it allows it on. */
const allowed = ofType('AWS::IAM::Policy').flatMap((policy) =>
  policy.Properties.PolicyDocument.Statement.flatMap(({ Action, Resource }: Statement) =>
    [Action]
      .flat()
      .flatMap((action) =>
        [Resource].flat().map((resource) => ({ policy: nameOf(policy), action, resource: JSON.stringify(resource) })),
      ),
  ),
) as { policy: string; action: string; resource: string }[];

describe('a policy', () => {
  test('allows actions by their names', () => {
    expect(allowed.filter(({ action }) => action.includes('*'))).toEqual([]);
    expect(breaking(ofType('AWS::IAM::Role'), ({ Policies = [] }) => Policies.length === 0)).toEqual([]);
  });

  test('names more than one thing only where that is known, and as often', () => {
    const named = allowed.filter(({ resource }) => resource.includes('*'));
    const reasonFor = ({ action, resource }: (typeof named)[number]) =>
      WILDCARDS.find((known) => known.resource.test(resource) && known.actions.test(action));
    const numberOf = (reason: (typeof WILDCARDS)[number]) => {
      const found = named.filter((one) => reasonFor(one) === reason);
      return new Set(found.map(({ policy, resource }) => `${policy} ${resource}`)).size;
    };

    expect(named.filter((one) => !reasonFor(one))).toEqual([]);
    expect(WILDCARDS.map((reason) => [reason.why, numberOf(reason)])).toEqual(
      WILDCARDS.map(({ why, number }) => [why, number]),
    );
  });
});
