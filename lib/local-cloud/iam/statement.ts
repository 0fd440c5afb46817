import type { Account } from '../core/account.ts';
import { UnsupportedError } from '../core/aws-error.ts';
import type { Caller, PolicyDocument, PolicyStatement } from '../core/service.ts';
import { compileCondition, type Outcome } from './condition.ts';
import { compilePrincipal, type PrincipalTest } from './principal.ts';
import { expandVariables, type RequestKeys } from './request-keys.ts';
import { compileWildcard } from './wildcard.ts';

/** What a caller wants to do, with everything that policies may ask about it. */
export interface AccessRequest {
  caller: Caller;
  action: string;
  resourceArn: string;
  keys: RequestKeys;
}

/** A statement of a policy, ready to be asked many times. */
export interface Statement {
  effect: 'Allow' | 'Deny';
  principal: PrincipalTest;
  /** Whether the statement speaks about the request, its principal aside. */
  applies(request: AccessRequest): boolean;
}

const ELEMENTS = new Set(['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

/** Compiles a policy document; `owner` names it in the error about an element that is not modelled. */
export function compilePolicy(document: PolicyDocument, owner: string, account: Account): Statement[] {
  return [document.Statement].flat().map((statement) => compileStatement(statement, owner, account));
}

function compileStatement(statement: PolicyStatement, owner: string, account: Account): Statement {
  checkElements(statement, owner);
  const matchesAction = compileAction(statement);
  const matchesResource = compileResource(statement);
  const conditionOutcome = compileCondition(statement.Condition);
  const effectiveOn: Outcome[] = statement.Effect === 'Deny' ? ['met', 'unknown'] : ['met'];
  return {
    effect: statement.Effect,
    principal: compilePrincipal(statement.Principal, account),
    applies: (request) =>
      matchesAction(request.action) &&
      matchesResource(request.resourceArn, request.keys) &&
      effectiveOn.includes(conditionOutcome(request.keys)),
  };
}

function checkElements(statement: PolicyStatement, owner: string): void {
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.has(element));
  if (unknown) throw new UnsupportedError(`${owner}: the policy element ${unknown} is not modelled.`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new UnsupportedError(`${owner}: the Effect of a policy statement has to be Allow or Deny.`);
  }
}

function compileAction({ Action, NotAction }: PolicyStatement): (action: string) => boolean {
  const tests = [NotAction ?? Action ?? []].flat().map((pattern) => compileWildcard(pattern, true));
  const excluded = NotAction !== undefined;
  return (action) => tests.some((test) => test(action)) !== excluded;
}

/** Statements of trust policies and Lambda permissions have no Resource: they speak of what they are attached to. */
function compileResource({ Resource, NotResource }: PolicyStatement): (arn: string, keys: RequestKeys) => boolean {
  const patterns = NotResource ?? Resource;
  if (patterns === undefined) return () => true;
  const tests = [patterns].flat().map(compileResourcePattern);
  const excluded = NotResource !== undefined;
  return (arn, keys) => tests.some((test) => test(arn, keys)) !== excluded;
}

function compileResourcePattern(pattern: string): (arn: string, keys: RequestKeys) => boolean {
  if (!pattern.includes('${')) return compileWildcard(pattern);
  return (arn, keys) => {
    const expanded = expandVariables(pattern, keys);
    return expanded !== undefined && compileWildcard(expanded)(arn);
  };
}
