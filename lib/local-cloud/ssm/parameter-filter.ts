import { AwsError } from '../core/aws-error.ts';
import type { ParameterVersion } from './parameter-store.ts';

/** As in `ParameterFilters` of DescribeParameters and GetParametersByPath. */
export interface ParameterFilter {
  Key: string;
  Option?: string;
  Values?: string[];
}

type Test = (parameter: ParameterVersion, value: string) => boolean;

const TESTS: Record<string, Record<string, Test>> = {
  Name: {
    Equals: ({ name }, value) => name === value,
    BeginsWith: ({ name }, value) => name.startsWith(value),
    Contains: ({ name }, value) => name.includes(value),
  },
  Type: {
    Equals: ({ type }, value) => type === value,
    BeginsWith: ({ type }, value) => type.startsWith(value),
  },
  Path: {
    OneLevel: ({ name }, value) => isUnder(name, value, false),
    Recursive: ({ name }, value) => isUnder(name, value, true),
  },
};

/** Keeps the parameters that meet every filter; a filter is met by any of its values. */
export function applyFilters(parameters: ParameterVersion[], filters: ParameterFilter[] = []): ParameterVersion[] {
  const tests = filters.map((filter) => ({ test: findTest(filter), values: filter.Values ?? [] }));
  return parameters.filter((parameter) =>
    tests.every(({ test, values }) => values.some((value) => test(parameter, value))),
  );
}

function findTest({ Key, Option }: ParameterFilter): Test {
  const options = Object.hasOwn(TESTS, Key) ? TESTS[Key] : undefined;
  if (!options) throw new AwsError('InvalidFilterKey', `The embedded cloud does not model the filter key ${Key}.`);
  const option = Option ?? (Key === 'Path' ? 'OneLevel' : 'Equals');
  const test = Object.hasOwn(options, option) ? options[option] : undefined;
  if (!test) {
    throw new AwsError(
      'InvalidFilterOption',
      `The following filter option is not valid: ${option}. Filter key: ${Key}.`,
    );
  }
  return test;
}

/** Whether the name lies in the hierarchy below the path, directly or (recursive) at any depth. */
export function isUnder(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(prefix)) return false;
  return recursive || !name.slice(prefix.length).includes('/');
}
