import type { AnyOperation, Operation } from '../core/service.ts';
import { roleId } from '../core/stable-id.ts';
import type { Directory, Role } from './directory.ts';

interface GetRoleInput {
  RoleName: string;
}

/** What the operator may ask about the roles of the templates. */
export function roleOperations(directory: Directory): Record<string, AnyOperation> {
  const getRole: Operation<GetRoleInput> = {
    requires: ['RoleName'],
    accepts: { RoleName: true },
    resources: ({ RoleName }) => [directory.role(RoleName).arn],
    run: ({ RoleName }) => ({ Role: describe(directory.role(RoleName)) }),
  };
  const listRoles: Operation<object> = {
    accepts: { MaxItems: 'all roles are answered at once' },
    resources: () => ['*'],
    run: () => ({ Roles: directory.roles().map(describe), IsTruncated: false }),
  };
  return { GetRole: getRole, ListRoles: listRoles };
}

function describe(role: Role): Record<string, unknown> {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: roleId(role.name),
    Arn: role.arn,
    CreateDate: new Date(role.createdAtMs),
    // IAM answers policy documents URL-encoded.
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trustPolicy)),
  };
}
