import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import type { Directory, Role } from './directory.ts';

interface RoleInput {
  RoleName: string;
}

interface ListInput extends RoleInput {
  MaxItems?: string;
  Marker?: string;
}

interface PolicyInput {
  PolicyArn: string;
  VersionId?: string;
}

// IAM's page size when the caller asks for none.
const PAGE_SIZE = 100;
/** Policies of templates are replaced as a whole, so that there is only ever the first version. */
const VERSION = 'v1';

/** What the operator may ask about the policies of roles. */
export function policyOperations(directory: Directory): Record<string, AnyOperation> {
  const ofRole = ({ RoleName }: RoleInput) => [directory.role(RoleName).arn];
  const ofPolicy = ({ PolicyArn }: PolicyInput) => [PolicyArn];
  const listOfRole = (name: string, list: (role: Role) => unknown[]): Operation<ListInput> => ({
    requires: ['RoleName'],
    accepts: { RoleName: true, MaxItems: true, Marker: true },
    resources: ofRole,
    run({ RoleName, MaxItems, Marker }) {
      const { items, nextToken } = page(list(directory.role(RoleName)), Number(MaxItems ?? PAGE_SIZE), Marker);
      return { [name]: items, IsTruncated: nextToken !== undefined, Marker: nextToken };
    },
  });

  const getRolePolicy: Operation<RoleInput & { PolicyName: string }> = {
    requires: ['RoleName', 'PolicyName'],
    accepts: { RoleName: true, PolicyName: true },
    resources: ofRole,
    run({ RoleName, PolicyName }) {
      const policy = directory.role(RoleName).inline.get(PolicyName);
      if (!policy) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(JSON.stringify(policy.document)) };
    },
  };

  const getPolicy: Operation<PolicyInput> = {
    requires: ['PolicyArn'],
    accepts: { PolicyArn: true },
    resources: ofPolicy,
    run({ PolicyArn }) {
      find(directory, PolicyArn);
      const AttachmentCount = directory.roles().filter(({ attached }) => attached.has(PolicyArn)).length;
      const { name, path } = partsOf(PolicyArn);
      const Policy = { PolicyName: name, Arn: PolicyArn, Path: path, DefaultVersionId: VERSION, AttachmentCount };
      return { Policy: { ...Policy, IsAttachable: true } };
    },
  };

  const getPolicyVersion: Operation<PolicyInput> = {
    requires: ['PolicyArn', 'VersionId'],
    accepts: { PolicyArn: true, VersionId: true },
    resources: ofPolicy,
    run({ PolicyArn, VersionId }) {
      const { document } = find(directory, PolicyArn);
      if (VersionId !== VERSION) {
        throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
      }
      const Document = encodeURIComponent(JSON.stringify(document));
      return { PolicyVersion: { Document, VersionId, IsDefaultVersion: true } };
    },
  };

  return {
    ListRolePolicies: listOfRole('PolicyNames', (role) => [...role.inline.keys()]),
    ListAttachedRolePolicies: listOfRole('AttachedPolicies', (role) =>
      [...role.attached].map((arn) => ({ PolicyName: partsOf(arn).name, PolicyArn: arn })),
    ),
    GetRolePolicy: getRolePolicy,
    GetPolicy: getPolicy,
    GetPolicyVersion: getPolicyVersion,
  };
}

function find(directory: Directory, arn: string) {
  const policy = directory.findManagedPolicy(arn);
  if (policy) return policy;
  throw noSuchEntity(`Policy ${arn} was not found.`);
}

/** The name and path of `arn:aws:iam::123456789012:policy/service-role/Name`. */
function partsOf(arn: string): { name: string; path: string } {
  const resource = arn.replace(/^[^/]*/, '');
  const end = resource.lastIndexOf('/') + 1;
  return { name: resource.slice(end), path: resource.slice(0, end) };
}

function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, 404);
}
