import { describe, expect, test } from '@jest/globals';
import type { Caller, ConditionKeys, PolicyDocument } from '#lib/local-cloud/core/service.ts';
import { createTestCloud } from '../core/test-cloud.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';
const OTHER_QUEUE = 'arn:aws:sqs:us-east-1:000000000000:payments';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1234';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/bus/placed';
const ROLE = 'arn:aws:iam::000000000000:role/Worker';
const ROOT = { AWS: 'arn:aws:iam::000000000000:root' };

type Statement = Record<string, unknown>;

interface Case {
  is: string;
  identity?: Statement[];
  /** The policy of the resource that is asked for. */
  resource?: Statement[];
  caller?: Caller;
  action?: string;
  on?: string;
  keys?: ConditionKeys;
  /** What the refusal says; undefined when the call is allowed. */
  refusal?: string;
}

const NO_IDENTITY = 'because no identity-based policy allows';
const NO_RESOURCE = 'because no resource-based policy allows';
const DENIED_IDENTITY = 'with an explicit deny in an identity-based policy';
const DENIED_RESOURCE = 'with an explicit deny in a resource-based policy';

const send = (more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
  ...more,
});
const when = (operator: string, key: string, value: unknown) => send({ Condition: { [operator]: { [key]: value } } });

/** A policy variable. */
const variable = (name: string) => `\${${name}}`;

const events: Caller = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: RULE };
const fromEvents = (more: Statement = {}) => send({ Principal: { Service: 'events.amazonaws.com' }, ...more });

async function refusalOf({ identity, resource, caller, action, on, keys }: Case): Promise<string | undefined> {
  const { iam, createRole } = createTestCloud();
  await createRole('Worker', ...(identity ?? []));
  const arn = on ?? QUEUE;
  if (resource) iam.attachResourcePolicy(arn, { Statement: resource } as unknown as PolicyDocument);
  try {
    iam.authorize(caller ?? { kind: 'role', roleArn: ROLE }, action ?? 'sqs:SendMessage', arn, keys);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function check(each: Case): Promise<void> {
  const refusal = await refusalOf(each);

  if (each.refusal === undefined) expect(refusal).toBeUndefined();
  else expect(refusal).toContain(each.refusal);
}

describe('a role', () => {
  test.each<Case>([
    { is: 'without policies', refusal: NO_IDENTITY },
    { is: 'with exactly this action and resource', identity: [send()] },
    { is: 'with another action', identity: [send({ Action: 'sqs:ReceiveMessage' })], refusal: NO_IDENTITY },
    { is: 'with another resource', identity: [send({ Resource: OTHER_QUEUE })], refusal: NO_IDENTITY },
    { is: 'with the action in a list', identity: [send({ Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'] })] },
    { is: 'with the resource in a list', identity: [send({ Resource: [OTHER_QUEUE, QUEUE] })] },
    { is: 'with the action in another case', identity: [send({ Action: 'SQS:sendmessage' })] },
    { is: 'with all actions', identity: [send({ Action: '*' })] },
    { is: 'with all actions of the service', identity: [send({ Action: 'sqs:*' })] },
    { is: 'with all actions of another service', identity: [send({ Action: 'sns:*' })], refusal: NO_IDENTITY },
    { is: 'with a prefix of the action', identity: [send({ Action: 'sqs:Send*' })] },
    { is: 'with a ? in the action', identity: [send({ Action: 'sqs:Send?essage' })] },
    { is: 'with a ? for nothing', identity: [send({ Action: 'sqs:SendMessage?' })], refusal: NO_IDENTITY },
    { is: 'with all resources', identity: [send({ Resource: '*' })] },
    { is: 'with a wildcard in the resource', identity: [send({ Resource: 'arn:aws:sqs:*:*:ord*' })] },
    {
      is: 'with the resource in another case',
      identity: [send({ Resource: QUEUE.toUpperCase() })],
      refusal: NO_IDENTITY,
    },
    {
      is: 'with a dot in the resource, which is no wildcard',
      identity: [send({ Resource: QUEUE.replace('orders', 'order.') })],
      refusal: NO_IDENTITY,
    },
    {
      is: 'with an index of the table, by wildcard',
      identity: [{ Effect: 'Allow', Action: 'dynamodb:Query', Resource: [TABLE, `${TABLE}/index/*`] }],
      action: 'dynamodb:Query',
      on: `${TABLE}/index/byCustomer`,
    },
    {
      is: 'with one resource, for an action on all',
      identity: [send({ Action: 'sqs:ListQueues' })],
      action: 'sqs:ListQueues',
      on: '*',
      refusal: NO_IDENTITY,
    },
    {
      is: 'with everything but another action',
      identity: [{ Effect: 'Allow', NotAction: 'sqs:DeleteQueue', Resource: '*' }],
    },
    {
      is: 'with everything but this action',
      identity: [{ Effect: 'Allow', NotAction: ['sqs:Send*'], Resource: '*' }],
      refusal: NO_IDENTITY,
    },
    {
      is: 'with every resource but another',
      identity: [{ Effect: 'Allow', Action: 'sqs:*', NotResource: OTHER_QUEUE }],
    },
    {
      is: 'with every resource but this',
      identity: [{ Effect: 'Allow', Action: 'sqs:*', NotResource: 'arn:aws:sqs:*:*:orders' }],
      refusal: NO_IDENTITY,
    },
    { is: 'allowed and denied', identity: [send(), send({ Effect: 'Deny' })], refusal: DENIED_IDENTITY },
    { is: 'denied something else', identity: [send(), send({ Effect: 'Deny', Resource: OTHER_QUEUE })] },
    {
      is: 'with its own ARN in a variable',
      identity: [send({ Resource: `${QUEUE}${variable('aws:PrincipalAccount')}` })],
      on: `${QUEUE}000000000000`,
    },
    {
      is: 'with a variable that the request does not fill',
      identity: [send({ Resource: `arn:aws:sqs:*:*:${variable('aws:username')}*` })],
      refusal: NO_IDENTITY,
    },
    {
      is: 'with a literal star in the resource',
      identity: [send({ Resource: `arn:aws:sqs:us-east-1:000000000000:${variable('*')}` })],
      refusal: NO_IDENTITY,
    },
  ])('$is', check);
});

describe('a condition', () => {
  test.each<Case>([
    { is: 'StringEquals that is met', identity: [when('StringEquals', 'aws:PrincipalAccount', '000000000000')] },
    {
      is: 'StringEquals that is not met',
      identity: [when('StringEquals', 'aws:PrincipalAccount', '111111111111')],
      refusal: NO_IDENTITY,
    },
    {
      is: 'one of several values',
      identity: [when('StringEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-east-1'])],
    },
    { is: 'a key in another case', identity: [when('StringEquals', 'AWS:principalACCOUNT', '000000000000')] },
    {
      is: 'StringEquals without wildcards',
      identity: [when('StringEquals', 'aws:PrincipalArn', '*')],
      refusal: NO_IDENTITY,
    },
    { is: 'StringEqualsIgnoreCase', identity: [when('StringEqualsIgnoreCase', 'aws:RequestedRegion', 'US-EAST-1')] },
    { is: 'StringLike', identity: [when('StringLike', 'aws:PrincipalArn', '*role/Work?r')] },
    { is: 'StringNotEquals of another', identity: [when('StringNotEquals', 'aws:RequestedRegion', 'eu-west-1')] },
    {
      is: 'StringNotLike of this',
      identity: [when('StringNotLike', 'aws:RequestedRegion', 'us-*')],
      refusal: NO_IDENTITY,
    },
    { is: 'ArnEquals with a wildcard', identity: [when('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*')] },
    {
      is: 'ArnLike whose star would have to reach over a colon',
      identity: [when('ArnLike', 'aws:PrincipalArn', 'arn:*:role/Worker')],
      refusal: NO_IDENTITY,
    },
    { is: 'ArnNotLike of another', identity: [when('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Boss')] },
    { is: 'Bool as text', identity: [when('Bool', 'aws:SecureTransport', 'true')] },
    { is: 'Bool as a boolean', identity: [when('Bool', 'aws:PrincipalIsAWSService', false)] },
    { is: 'an absent key', identity: [when('StringEquals', 'aws:SourceVpc', 'vpc-1')], refusal: NO_IDENTITY },
    { is: 'an absent key, negated', identity: [when('StringNotEquals', 'aws:SourceVpc', 'vpc-1')] },
    { is: 'an absent key, if it exists', identity: [when('StringEqualsIfExists', 'aws:SourceVpc', 'vpc-1')] },
    {
      is: 'a present key, if it exists',
      identity: [when('StringEqualsIfExists', 'aws:RequestedRegion', 'eu-west-1')],
      refusal: NO_IDENTITY,
    },
    { is: 'Null for an absent key', identity: [when('Null', 'aws:SourceVpc', 'true')] },
    { is: 'Null for a present key', identity: [when('Null', 'aws:PrincipalArn', true)], refusal: NO_IDENTITY },
    {
      is: 'ForAllValues with values that are all listed',
      identity: [when('ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a', 'b'])],
      keys: { 'dynamodb:LeadingKeys': ['a', 'b', 'a'] },
    },
    {
      is: 'ForAllValues with one value that is not listed',
      identity: [when('ForAllValues:StringLike', 'dynamodb:LeadingKeys', ['a*'])],
      keys: { 'dynamodb:LeadingKeys': ['a1', 'b1'] },
      refusal: NO_IDENTITY,
    },
    {
      is: 'ForAllValues without values',
      identity: [when('ForAllValues:StringEquals', 'dynamodb:LeadingKeys', 'a')],
    },
    {
      is: 'ForAnyValue with one value that is listed',
      identity: [when('ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/b')],
      keys: { 'kms:ResourceAliases': ['alias/a', 'alias/b'] },
    },
    {
      is: 'ForAnyValue without values',
      identity: [when('ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/b')],
      refusal: NO_IDENTITY,
    },
    {
      is: 'a number below a limit',
      identity: [when('NumericLessThanEquals', 'sqs:Size', '10')],
      keys: { 'sqs:Size': '9' },
    },
    {
      is: 'a variable in the value',
      identity: [when('StringEquals', 'dynamodb:LeadingKeys', variable('aws:PrincipalAccount'))],
      keys: { 'dynamodb:LeadingKeys': '000000000000' },
    },
    {
      is: 'two operators of which one is not met',
      identity: [
        send({
          Condition: {
            StringEquals: { 'aws:RequestedRegion': 'us-east-1' },
            Bool: { 'aws:SecureTransport': 'false' },
          },
        }),
      ],
      refusal: NO_IDENTITY,
    },
    {
      is: 'an operator that is not modelled, on an Allow',
      identity: [when('DateLessThan', 'aws:CurrentTime', '2099-01-01')],
      refusal: NO_IDENTITY,
    },
    {
      is: 'an operator that is not modelled, on a Deny',
      identity: [send(), send({ Effect: 'Deny', Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })],
      refusal: DENIED_IDENTITY,
    },
    {
      is: "CDK's enforceSSL, which a local call meets",
      identity: [send()],
      resource: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Resource: QUEUE,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  ])('$is', check);
});

describe('a resource policy', () => {
  test.each<Case>([
    { is: 'that names the role', resource: [send({ Principal: { AWS: ROLE } })] },
    { is: 'that names another role', resource: [send({ Principal: { AWS: `${ROLE}2` } })], refusal: NO_IDENTITY },
    {
      is: 'that names the session of the role',
      resource: [send({ Principal: { AWS: 'arn:aws:sts::000000000000:assumed-role/Worker/session' } })],
    },
    { is: 'that names everybody', resource: [send({ Principal: '*' })] },
    { is: 'that names everybody in AWS', resource: [send({ Principal: { AWS: ['*'] } })] },
    {
      is: 'that names the account, which alone grants nothing',
      resource: [send({ Principal: ROOT })],
      refusal: NO_IDENTITY,
    },
    {
      is: 'that names the account by its number, and the role has a policy',
      identity: [send()],
      resource: [send({ Principal: { AWS: '000000000000' } })],
    },
    {
      is: 'that denies what the identity policy allows',
      identity: [send()],
      resource: [send({ Effect: 'Deny', Principal: ROOT })],
      refusal: DENIED_RESOURCE,
    },
    {
      is: 'that allows what the identity policy denies',
      identity: [send({ Effect: 'Deny' })],
      resource: [send({ Principal: { AWS: ROLE } })],
      refusal: DENIED_IDENTITY,
    },
    {
      is: 'that denies somebody else',
      identity: [send()],
      resource: [send({ Effect: 'Deny', Principal: { AWS: `${ROLE}2` } })],
    },
    { is: 'that names the service', caller: events, resource: [fromEvents()] },
    { is: 'without a resource of its own', caller: events, resource: [fromEvents({ Resource: undefined })] },
    {
      is: 'that names another service',
      caller: events,
      resource: [fromEvents({ Principal: { Service: 'sns.amazonaws.com' } })],
      refusal: NO_RESOURCE,
    },
    { is: 'that is missing', caller: events, refusal: NO_RESOURCE },
    {
      is: 'that names the service and this rule',
      caller: events,
      resource: [fromEvents({ Condition: { ArnEquals: { 'aws:SourceArn': RULE } } })],
    },
    {
      is: 'that names the service and another rule',
      caller: events,
      resource: [fromEvents({ Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}2` } } })],
      refusal: NO_RESOURCE,
    },
    {
      is: 'that names the service and this account',
      caller: events,
      resource: [fromEvents({ Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } } })],
    },
    {
      is: 'that names the service and another account',
      caller: events,
      resource: [fromEvents({ Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } })],
      refusal: NO_RESOURCE,
    },
    {
      is: 'that names the service by its regional name',
      caller: { ...events, principal: 'states.amazonaws.com' },
      resource: [fromEvents({ Principal: { Service: 'states.us-east-1.amazonaws.com' } })],
    },
    {
      is: 'of a key that trusts the account, for a role with a policy',
      identity: [{ Effect: 'Allow', Action: 'kms:Sign', Resource: KEY }],
      resource: [{ Effect: 'Allow', Principal: ROOT, Action: 'kms:*', Resource: '*' }],
      action: 'kms:Sign',
      on: KEY,
    },
    {
      is: 'of a key that trusts the account, for a role without a policy',
      resource: [{ Effect: 'Allow', Principal: ROOT, Action: 'kms:*', Resource: '*' }],
      action: 'kms:Sign',
      on: KEY,
      refusal: NO_IDENTITY,
    },
    {
      is: 'of a key that trusts somebody else, for a role with a policy',
      identity: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
      resource: [{ Effect: 'Allow', Principal: { AWS: `${ROLE}2` }, Action: 'kms:*', Resource: '*' }],
      action: 'kms:Sign',
      on: KEY,
      refusal: NO_RESOURCE,
    },
    {
      is: 'of a key that names the role',
      resource: [{ Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:Sign', Resource: '*' }],
      action: 'kms:Sign',
      on: KEY,
    },
  ])('$is', check);

  test('counts for every resource that its pattern covers', () => {
    const { iam } = createTestCloud();
    const logs = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/all';
    const statement = { Effect: 'Allow' as const, Principal: { Service: 'events.amazonaws.com' }, Action: 'logs:*' };

    iam.attachResourcePolicy('arn:aws:logs:us-east-1:000000000000:*', { Statement: statement });

    expect(() => iam.authorize(events, 'logs:PutLogEvents', logs)).not.toThrow();
  });
});

describe('the operator', () => {
  test('may do everything', async () => {
    await check({
      is: 'the operator',
      caller: { kind: 'operator' },
      resource: [send({ Effect: 'Deny', Principal: '*' })],
    });
  });
});

describe('a refusal', () => {
  test("speaks in AWS's words", async () => {
    const message = await refusalOf({ is: 'a role without policies' });

    expect(message).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/Worker/session is not authorized to perform: sqs:SendMessage ' +
        `on resource: ${QUEUE} because no identity-based policy allows the sqs:SendMessage action`,
    );
  });
});
