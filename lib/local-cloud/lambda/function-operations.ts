import { AwsError, UnsupportedError } from '../core/aws-error.ts';
import { type Page, page } from '../core/page.ts';
import type { AnyOperation, PropertyShape } from '../core/service.ts';
import { describeAlias, describeVersion } from './descriptions.ts';
import { functionArn, parseFunctionName } from './function-name.ts';
import { type Alias, type FunctionVersion, LATEST, type LambdaFunction, latestOf } from './lambda-function.ts';
import type { LambdaState } from './state.ts';
import { deleteVersion, publishVersion, retireUnserved } from './versions.ts';

interface FunctionInput {
  FunctionName: string;
  Qualifier?: string;
}

interface ListInput {
  FunctionName: string;
  Marker?: string;
  MaxItems?: number;
}

interface AliasInput extends FunctionInput {
  Name: string;
  FunctionVersion?: string;
  Description?: string;
  RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
}

const ALIAS_FIELDS = {
  FunctionName: true,
  Name: true,
  FunctionVersion: true,
  Description: true,
  RoutingConfig: { AdditionalVersionWeights: true },
} satisfies PropertyShape;

/** The ARN without a qualifier: what IAM checks for actions on the function itself. */
export function functionResource({ context }: LambdaState): (input: FunctionInput) => string[] {
  return ({ FunctionName }) => [functionArn(context.account, { name: parseFunctionName(FunctionName).name })];
}

/** GetFunction, GetFunctionConfiguration and the lists of functions, versions and aliases. */
export function functionOperations(state: LambdaState): Record<string, AnyOperation> {
  const { functions } = state;
  const resources = functionResource(state);
  const describe = ({ FunctionName, Qualifier }: FunctionInput) => {
    const { function: fn, version } = functions.resolve(FunctionName, Qualifier);
    return { fn, configuration: describeVersion(fn, version) };
  };
  return {
    GetFunction: {
      resources,
      run(input: FunctionInput) {
        const { fn, configuration } = describe(input);
        const { tags, codeDirectory } = latestOf(fn).configuration;
        const reserved = fn.reservedConcurrency;
        return {
          Configuration: configuration,
          Code: { RepositoryType: 'S3', Location: `file://${codeDirectory}` },
          Tags: tags,
          ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
        };
      },
    },
    GetFunctionConfiguration: { resources, run: (input: FunctionInput) => describe(input).configuration },
    ListFunctions: {
      resources: () => ['*'],
      run: (input: Omit<ListInput, 'FunctionName'>) =>
        markedPage('Functions', page(functions.all().map(describeLatest), input.MaxItems, input.Marker)),
    },
    ListVersionsByFunction: {
      resources,
      run(input: ListInput) {
        const fn = functions.find(input.FunctionName);
        const versions = [...fn.versions.values()].map((version) => describeVersion(fn, version));
        return markedPage('Versions', page(versions, input.MaxItems, input.Marker));
      },
    },
  };
}

/** PublishVersion, and DeleteFunction for versions: functions come and go with their stack. */
export function versionOperations(state: LambdaState): Record<string, AnyOperation> {
  const resources = functionResource(state);
  return {
    PublishVersion: {
      resources,
      accepts: { FunctionName: true, Description: true },
      run({ FunctionName, Description }: FunctionInput & { Description?: string }) {
        const fn = state.functions.find(FunctionName);
        const { version } = publishVersion(state, fn, Description);
        return describeVersion(fn, fn.versions.get(version) as FunctionVersion);
      },
    },
    DeleteFunction: {
      resources,
      accepts: { FunctionName: true, Qualifier: true },
      async run({ FunctionName, Qualifier }: FunctionInput) {
        const { function: fn, qualifier } = state.functions.resolve(FunctionName, Qualifier);
        if (!qualifier) throw new UnsupportedError('The embedded cloud deletes versions of functions only.');
        await deleteVersion(fn, qualifier);
        return {};
      },
    },
  };
}

/** CreateAlias, GetAlias, ListAliases and UpdateAlias, which shifts traffic between versions. */
export function aliasOperations(state: LambdaState): Record<string, AnyOperation> {
  const resources = functionResource(state);
  const find = ({ FunctionName, Name }: AliasInput) => {
    const fn = state.functions.find(FunctionName);
    return { fn, alias: fn.aliases.get(Name) ?? aliasNotFound(fn, Name) };
  };
  return {
    GetAlias: {
      resources,
      run(input: AliasInput) {
        const { fn, alias } = find(input);
        return describeAlias(fn, alias);
      },
    },
    ListAliases: {
      resources,
      run(input: ListInput) {
        const fn = state.functions.find(input.FunctionName);
        const aliases = [...fn.aliases.values()].map((alias) => describeAlias(fn, alias));
        return markedPage('Aliases', page(aliases, input.MaxItems, input.Marker));
      },
    },
    CreateAlias: {
      resources,
      accepts: ALIAS_FIELDS,
      run(input: AliasInput) {
        const fn = state.functions.find(input.FunctionName);
        const { Name: name } = input;
        if (fn.aliases.has(name)) {
          const message = `Alias already exists: ${fn.arn}:${name}`;
          throw new AwsError('ResourceConflictException', message, 409, { Type: 'User' });
        }
        const alias = updated(fn, { name, description: '', version: '', weights: {} }, input);
        fn.aliases.set(name, alias);
        return describeAlias(fn, alias);
      },
    },
    UpdateAlias: {
      resources,
      accepts: ALIAS_FIELDS,
      async run(input: AliasInput) {
        const { fn, alias } = find(input);
        fn.aliases.set(alias.name, updated(fn, alias, input));
        await retireUnserved(fn);
        return describeAlias(fn, fn.aliases.get(alias.name) as Alias);
      },
    },
  };
}

function updated(fn: LambdaFunction, alias: Alias, input: AliasInput): Alias {
  const weights = input.RoutingConfig ? (input.RoutingConfig.AdditionalVersionWeights ?? {}) : alias.weights;
  const next = {
    ...alias,
    weights,
    version: input.FunctionVersion ?? alias.version,
    description: input.Description ?? alias.description,
  };
  for (const version of [next.version, ...Object.keys(weights)]) {
    if (fn.versions.has(version) && (version !== LATEST || Object.keys(weights).length === 0)) continue;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${fn.arn}:${version}`, 404, { Type: 'User' });
  }
  return next;
}

function aliasNotFound(fn: LambdaFunction, name: string): never {
  throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${fn.arn}:${name}`, 404, { Type: 'User' });
}

function describeLatest(fn: LambdaFunction) {
  return describeVersion(fn, latestOf(fn));
}

/** Lambda calls the token of the next page a marker. */
export function markedPage(name: string, { items, nextToken }: Page<unknown>) {
  return { [name]: items, ...(nextToken && { NextMarker: nextToken }) };
}
