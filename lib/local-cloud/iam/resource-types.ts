import type { Account } from '../core/account.ts';
import type { Clock } from '../core/clock.ts';
import type { Physical, PropertyShape, Resource, ResourceType } from '../core/service.ts';
import { roleId, stableId } from '../core/stable-id.ts';
import type { Directory, Role } from './directory.ts';
import { compilePolicy } from './statement.ts';

const NO_TAGS = 'tags of roles and policies are not used by any policy here';

const ROLE_PROPERTIES: PropertyShape = {
  AssumeRolePolicyDocument: true,
  Description: 'only read by people',
  ManagedPolicyArns: true,
  MaxSessionDuration: 'the sessions of a local role do not expire',
  Path: true,
  PermissionsBoundary: true,
  Policies: { PolicyName: true, PolicyDocument: true },
  RoleName: true,
  Tags: NO_TAGS,
};

/** The resource types of IAM that templates of serverless services use. There are no users and no groups here. */
export function iamResourceTypes(account: Account, clock: Clock, directory: Directory): ResourceType[] {
  return [
    {
      type: 'AWS::IAM::Role',
      properties: ROLE_PROPERTIES,
      create: (resource) => createRole(resource, { account, directory, nowMs: clock.now() }),
    },
    {
      type: 'AWS::IAM::Policy',
      properties: { PolicyName: true, PolicyDocument: true, Roles: true },
      create: (resource) => createPolicy(resource, directory),
    },
    {
      type: 'AWS::IAM::RolePolicy',
      properties: { PolicyName: true, PolicyDocument: true, RoleName: true },
      create: ({ properties }) => {
        directory.putInlinePolicy(properties.RoleName, properties.PolicyName, properties.PolicyDocument);
        return { ref: properties.PolicyName };
      },
    },
    {
      type: 'AWS::IAM::ManagedPolicy',
      properties: {
        Description: 'only read by people',
        ManagedPolicyName: true,
        Path: true,
        PolicyDocument: true,
        Roles: true,
        Tags: NO_TAGS,
      },
      create: (resource) => createManagedPolicy(resource, account, directory),
    },
  ];
}

function createRole(
  resource: Resource,
  { account, directory, nowMs }: { account: Account; directory: Directory; nowMs: number },
): Physical {
  const { properties } = resource;
  const name: string = properties.RoleName ?? resource.generatedName(64);
  const path: string = properties.Path ?? '/';
  const role: Role = {
    name,
    path,
    arn: account.arn('iam', `role${path}${name}`),
    trustPolicy: properties.AssumeRolePolicyDocument,
    trust: compilePolicy(properties.AssumeRolePolicyDocument, `Trust policy of role ${name}`, account),
    inline: new Map(),
    attached: new Set(properties.ManagedPolicyArns ?? []),
    boundaryArn: properties.PermissionsBoundary,
    createdAtMs: nowMs,
  };
  directory.addRole(role);
  for (const { PolicyName, PolicyDocument } of properties.Policies ?? []) {
    directory.putInlinePolicy(name, PolicyName, PolicyDocument);
  }
  return { ref: name, attributes: { Arn: role.arn, RoleId: roleId(name) } };
}

/** Two policies of one name on one role would replace each other in AWS as well. */
function createPolicy({ properties, logicalId }: Resource, directory: Directory): Physical {
  for (const roleName of properties.Roles ?? []) {
    directory.putInlinePolicy(roleName, properties.PolicyName, properties.PolicyDocument);
  }
  return { ref: properties.PolicyName, attributes: { Id: logicalId } };
}

function createManagedPolicy(resource: Resource, account: Account, directory: Directory): Physical {
  const { properties } = resource;
  const name: string = properties.ManagedPolicyName ?? resource.generatedName(128);
  const arn = account.arn('iam', `policy${properties.Path ?? '/'}${name}`);
  directory.addManagedPolicy(arn, properties.PolicyDocument, properties.Roles ?? []);
  return { ref: arn, attributes: { PolicyArn: arn, PolicyId: `ANPA${stableId(`policy ${name}`, 17)}` } };
}
