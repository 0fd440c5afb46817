import type { Found, Resources } from './templates.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** A statement that lets a function do something. */
export interface Grant {
  fn: Found;
  actions: string[];
  /** One ARN each, with its intrinsic functions. */
  arns: unknown[];
}

/** What the policies of the functions' roles let them do. */
export function grantsOf(resources: Resources): Grant[] {
  const functions = resources.ofType('AWS::Lambda::Function');
  const roleOf = new Map(functions.map((fn) => [resources.referredTo(fn.stack, fn.properties.Role)[0], fn]));
  return resources.ofType('AWS::IAM::Policy').flatMap(({ stack, properties }) => {
    const allowed = (properties.PolicyDocument.Statement as Statement[]).filter(({ Effect }) => Effect === 'Allow');
    return resources.referredTo(stack, properties.Roles).flatMap((role) => {
      const fn = roleOf.get(role);
      if (!fn) return [];
      return allowed.map(({ Action, Resource }) => ({ fn, actions: [Action].flat(), arns: [Resource].flat() }));
    });
  });
}

/** Those that may do what is asked for. */
export function mayDo(grants: Grant[], ...wanted: string[]): Grant[] {
  return grants.filter(({ actions }) => actions.some((action) => wanted.includes(action)));
}
