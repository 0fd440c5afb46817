import { AwsError } from '../core/aws-error.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

export const LATEST = '$LATEST';

/** `$LATEST` or a published version, with the environments that run it. */
export interface FunctionVersion {
  version: string;
  configuration: FunctionConfiguration;
  pool: EnvironmentPool;
}

export interface Alias {
  name: string;
  description: string;
  version: string;
  /** Share of the calls (0 to 1) that goes to another version: how a canary gets its traffic. */
  weights: Record<string, number>;
}

/** What becomes of asynchronous events of one version or alias. */
export interface EventInvokeConfig {
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  onSuccessArn?: string;
  onFailureArn?: string;
}

export interface LambdaFunction {
  name: string;
  arn: string;
  versions: Map<string, FunctionVersion>;
  aliases: Map<string, Alias>;
  eventInvokeConfigs: Map<string, EventInvokeConfig>;
  /** Shared by all versions; undefined: not limited. */
  reservedConcurrency?: number;
  /** Invocations under way, of all versions. */
  inFlight: number;
  /** How many versions have been published: numbers are never given twice. */
  published: number;
}

/** The version that answers one call, and what the caller called it. */
export interface Target {
  function: LambdaFunction;
  version: FunctionVersion;
  /** Absent when the caller named the function alone. */
  qualifier?: string;
  invokedArn: string;
}

export function latestOf(fn: LambdaFunction): FunctionVersion {
  const latest = fn.versions.get(LATEST);
  if (!latest) throw new AwsError('ServiceException', `${fn.name} has no code.`, 500);
  return latest;
}

/** Whether one of the function's aliases sends calls to the version, if only some of them. */
export function isServed(fn: LambdaFunction, version: string): boolean {
  return [...fn.aliases.values()].some((alias) => alias.version === version || version in alias.weights);
}

/** Which version serves a call to the qualifier; an alias with weights draws lots. */
export function chooseVersion(fn: LambdaFunction, qualifier: string | undefined): FunctionVersion | undefined {
  const alias = qualifier === undefined ? undefined : fn.aliases.get(qualifier);
  return fn.versions.get(alias ? drawVersion(alias) : (qualifier ?? LATEST));
}

function drawVersion(alias: Alias): string {
  let lot = Math.random();
  for (const [version, weight] of Object.entries(alias.weights)) {
    if (lot < weight) return version;
    lot -= weight;
  }
  return alias.version;
}
