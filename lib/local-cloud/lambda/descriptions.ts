import type { EventSourceMapping } from './event-source-mapping.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { type Alias, type FunctionVersion, LATEST, type LambdaFunction } from './lambda-function.ts';

/** The answers of the Get and List actions, in the shapes of the API. */

export function describeVersion(fn: LambdaFunction, { version, configuration }: FunctionVersion) {
  return {
    FunctionName: fn.name,
    FunctionArn: version === LATEST ? fn.arn : `${fn.arn}:${version}`,
    Runtime: configuration.runtime,
    Role: configuration.roleArn,
    Handler: configuration.handler,
    Description: configuration.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMb,
    LastModified: new Date(configuration.modifiedAt).toISOString().replace('Z', '+0000'),
    Version: version,
    Environment: { Variables: configuration.environment },
    TracingConfig: { Mode: configuration.tracing },
    ...(configuration.deadLetterArn && { DeadLetterConfig: { TargetArn: configuration.deadLetterArn } }),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: configuration.architectures,
    EphemeralStorage: { Size: configuration.ephemeralStorageMb },
    LoggingConfig: {
      LogFormat: configuration.logging.format,
      LogGroup: configuration.logging.group,
      ...(configuration.logging.format === 'JSON' && {
        ApplicationLogLevel: configuration.logging.applicationLevel,
        SystemLogLevel: configuration.logging.systemLevel,
      }),
    },
  };
}

export function describeAlias(fn: LambdaFunction, alias: Alias) {
  return {
    AliasArn: `${fn.arn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(Object.keys(alias.weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: alias.weights } }),
  };
}

export function describeMapping(mapping: EventSourceMapping, functions: FunctionRegistry) {
  const { stream } = mapping;
  return {
    UUID: mapping.uuid,
    EventSourceArn: mapping.eventSourceArn,
    FunctionArn: functions.resolve(mapping.functionName).invokedArn,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
    LastModified: mapping.modifiedAt / 1000,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchWindowMs / 1000,
    FunctionResponseTypes: mapping.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(mapping.filters.length > 0 && {
      FilterCriteria: { Filters: mapping.filters.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
    }),
    ...(mapping.maximumConcurrency && { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } }),
    ...(stream && {
      StartingPosition: stream.startingPosition,
      BisectBatchOnFunctionError: stream.bisectOnError,
      MaximumRetryAttempts: Number.isFinite(stream.maximumRetryAttempts) ? stream.maximumRetryAttempts : -1,
      MaximumRecordAgeInSeconds: stream.maximumRecordAgeMs / 1000,
      DestinationConfig: stream.onFailureArn ? { OnFailure: { Destination: stream.onFailureArn } } : {},
    }),
  };
}
