import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation } from '../core/service.ts';
import { describeMapping, describeVersion } from './descriptions.ts';
import { functionResource, markedPage } from './function-operations.ts';
import { LATEST, latestOf } from './lambda-function.ts';
import type { LambdaState } from './state.ts';

interface ConcurrencyInput {
  FunctionName: string;
  ReservedConcurrentExecutions: number;
}

interface ConfigurationInput {
  FunctionName: string;
  Environment?: { Variables?: Record<string, string> };
  Timeout?: number;
  MemorySize?: number;
  Handler?: string;
  Description?: string;
}

interface MappingInput {
  UUID: string;
  Enabled?: boolean;
  BatchSize?: number;
}

interface ListMappingsInput {
  FunctionName?: string;
  EventSourceArn?: string;
  Marker?: string;
  MaxItems?: number;
}

/** Reserved concurrency (0 stops a function) and the settings that change how a function runs. */
export function controlOperations(state: LambdaState): Record<string, AnyOperation> {
  const resources = functionResource(state);
  return {
    PutFunctionConcurrency: {
      resources,
      run({ FunctionName, ReservedConcurrentExecutions }: ConcurrencyInput) {
        if (!Number.isInteger(ReservedConcurrentExecutions) || ReservedConcurrentExecutions < 0) {
          throw new AwsError('InvalidParameterValueException', 'ReservedConcurrentExecutions must be 0 or more.');
        }
        state.functions.find(FunctionName).reservedConcurrency = ReservedConcurrentExecutions;
        return { ReservedConcurrentExecutions };
      },
    },
    GetFunctionConcurrency: {
      resources,
      run({ FunctionName }: ConcurrencyInput) {
        const reserved = state.functions.find(FunctionName).reservedConcurrency;
        return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
      },
    },
    DeleteFunctionConcurrency: {
      resources,
      run({ FunctionName }: ConcurrencyInput) {
        state.functions.find(FunctionName).reservedConcurrency = undefined;
        return {};
      },
    },
    UpdateFunctionConfiguration: {
      resources,
      accepts: {
        FunctionName: true,
        Environment: { Variables: true },
        Timeout: true,
        MemorySize: true,
        Handler: true,
        Description: true,
      },
      run: (input: ConfigurationInput) => updateConfiguration(state, input),
    },
  };
}

async function updateConfiguration({ functions, context }: LambdaState, input: ConfigurationInput) {
  const fn = functions.find(input.FunctionName);
  const latest = latestOf(fn);
  const { configuration } = latest;
  latest.configuration = {
    ...configuration,
    environment: input.Environment ? (input.Environment.Variables ?? {}) : configuration.environment,
    timeoutSeconds: input.Timeout ?? configuration.timeoutSeconds,
    memoryMb: input.MemorySize ?? configuration.memoryMb,
    handler: input.Handler ?? configuration.handler,
    description: input.Description ?? configuration.description,
    modifiedAt: context.clock.now(),
  };
  await latest.pool.renew();
  return describeVersion(fn, latest);
}

/** Event source mappings: what there is, and switching them on and off. */
export function mappingOperations(state: LambdaState): Record<string, AnyOperation> {
  const { mappings, functions, context } = state;
  const resources = ({ UUID }: MappingInput) => [context.account.arn('lambda', `event-source-mapping:${UUID}`)];
  return {
    ListEventSourceMappings: {
      resources: () => ['*'],
      run({ FunctionName, EventSourceArn, MaxItems, Marker }: ListMappingsInput) {
        const wanted = FunctionName && functions.resolve(FunctionName).function.arn;
        const found = mappings
          .all()
          .filter((mapping) => !wanted || functions.resolve(mapping.functionName).function.arn === wanted)
          .filter((mapping) => !EventSourceArn || mapping.eventSourceArn === EventSourceArn)
          .map((mapping) => describeMapping(mapping, functions));
        return markedPage('EventSourceMappings', page(found, MaxItems, Marker));
      },
    },
    GetEventSourceMapping: {
      resources,
      run: ({ UUID }: MappingInput) => describeMapping(mappings.get(UUID), functions),
    },
    UpdateEventSourceMapping: {
      resources,
      accepts: { UUID: true, Enabled: true, BatchSize: true },
      async run({ UUID, Enabled, BatchSize }: MappingInput) {
        const mapping = mappings.get(UUID);
        if (BatchSize !== undefined) mapping.batchSize = BatchSize;
        if (Enabled !== undefined) await mappings.enable(UUID, Enabled);
        return describeMapping(mapping, functions);
      },
    },
  };
}

/** Which versions calls go to: those behind the aliases, or else `$LATEST`. */
export function servedVersions({ functions }: LambdaState) {
  return functions.all().flatMap((fn) => {
    const aliased = [...fn.aliases.values()].flatMap(({ version, weights }) => [version, ...Object.keys(weights)]);
    const names = aliased.length > 0 ? [...new Set(aliased)] : [LATEST];
    return names.flatMap((name) => fn.versions.get(name) ?? []);
  });
}
