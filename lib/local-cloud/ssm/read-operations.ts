import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation, PropertyShape } from '../core/service.ts';
import { applyFilters, isUnder, type ParameterFilter } from './parameter-filter.ts';
import type { ParameterStore, ParameterVersion } from './parameter-store.ts';

interface ByPathInput {
  Path: string;
  Recursive?: boolean;
  ParameterFilters?: ParameterFilter[];
  MaxResults?: number;
  NextToken?: string;
}

interface DescribeInput {
  ParameterFilters?: ParameterFilter[];
  MaxResults?: number;
  NextToken?: string;
}

interface HistoryInput {
  Name: string;
  MaxResults?: number;
  NextToken?: string;
}

const NOTHING_ENCRYPTED = 'no local parameter is encrypted';
const PAGED: PropertyShape = { MaxResults: true, NextToken: true };
const FILTERS: PropertyShape = { Key: true, Option: true, Values: true };

// AWS's page sizes when the caller asks for none.
const BY_PATH_PAGE = 10;
const DESCRIBE_PAGE = 50;

/** The actions that read parameters. */
export function readOperations(store: ParameterStore): Record<string, AnyOperation> {
  const getParameter: Operation<{ Name: string }> = {
    requires: ['Name'],
    accepts: { Name: true, WithDecryption: NOTHING_ENCRYPTED },
    resources: ({ Name }) => [store.arn(Name)],
    run: ({ Name }) => ({ Parameter: describe(store.get(Name), Name) }),
  };

  const getParameters: Operation<{ Names: string[] }> = {
    requires: ['Names'],
    accepts: { Names: true, WithDecryption: NOTHING_ENCRYPTED },
    resources: ({ Names }) => Names.map((name) => store.arn(name)),
    run: ({ Names }) => {
      const found = Names.map((name) => find(store, name));
      const parameters = found.flatMap((parameter, index) => (parameter ? [describe(parameter, Names[index])] : []));
      return { Parameters: parameters, InvalidParameters: Names.filter((_, index) => !found[index]) };
    },
  };

  const getParametersByPath: Operation<ByPathInput> = {
    requires: ['Path'],
    accepts: { Path: true, Recursive: true, WithDecryption: NOTHING_ENCRYPTED, ParameterFilters: FILTERS, ...PAGED },
    resources: ({ Path }) => [store.arn(Path)],
    run: ({ Path, Recursive = false, ParameterFilters, MaxResults = BY_PATH_PAGE, NextToken }) => {
      const under = store.latest().filter(({ name }) => isUnder(name, Path, Recursive));
      const { items, nextToken } = page(applyFilters(under, ParameterFilters), MaxResults, NextToken);
      return { Parameters: items.map((parameter) => describe(parameter)), NextToken: nextToken };
    },
  };

  const describeParameters: Operation<DescribeInput> = {
    accepts: { ParameterFilters: FILTERS, ...PAGED },
    resources: () => ['*'],
    run: ({ ParameterFilters, MaxResults = DESCRIBE_PAGE, NextToken }) => {
      const { items, nextToken } = page(applyFilters(store.latest(), ParameterFilters), MaxResults, NextToken);
      return { Parameters: items.map(describeMetadata), NextToken: nextToken };
    },
  };

  const getParameterHistory: Operation<HistoryInput> = {
    requires: ['Name'],
    accepts: { Name: true, WithDecryption: NOTHING_ENCRYPTED, ...PAGED },
    resources: ({ Name }) => [store.arn(Name)],
    run: ({ Name, MaxResults = DESCRIBE_PAGE, NextToken }) => {
      const { items, nextToken } = page(store.history(Name), MaxResults, NextToken);
      const parameters = items.map((version) => ({ ...describeMetadata(version), Value: version.value }));
      return { Parameters: parameters, NextToken: nextToken };
    },
  };

  return {
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    DescribeParameters: describeParameters,
    GetParameterHistory: getParameterHistory,
  };
}

function find(store: ParameterStore, name: string): ParameterVersion | undefined {
  try {
    return store.get(name);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** `asked` is the name in the request: a version in it is answered as `Selector`. */
function describe(parameter: ParameterVersion, asked = ''): Record<string, unknown> {
  const version = asked.startsWith('arn:') ? undefined : asked.split(':')[1];
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: parameter.value,
    Version: parameter.version,
    ...(version && { Selector: `:${version}` }),
    LastModifiedDate: new Date(parameter.modifiedAtMs),
    ARN: parameter.arn,
    DataType: 'text',
  };
}

function describeMetadata(parameter: ParameterVersion): Record<string, unknown> {
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: parameter.type,
    LastModifiedDate: new Date(parameter.modifiedAtMs),
    Description: parameter.description,
    AllowedPattern: parameter.allowedPattern,
    Version: parameter.version,
    Tier: 'Standard',
    Policies: [],
    DataType: 'text',
  };
}
