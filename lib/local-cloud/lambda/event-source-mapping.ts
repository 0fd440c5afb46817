/** A mapping from a queue or a stream to a function, with Lambda's defaults filled in. */
export interface EventSourceMapping {
  uuid: string;
  eventSourceArn: string;
  /** As the template names it: a name or an ARN, perhaps with a qualifier. */
  functionName: string;
  enabled: boolean;
  batchSize: number;
  batchWindowMs: number;
  reportsItemFailures: boolean;
  /** A record that fits none of these patterns is skipped. Empty: all records pass. */
  filters: Record<string, unknown>[];
  /** Of a queue: the most batches that are processed at once. */
  maximumConcurrency?: number;
  stream?: StreamSettings;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
}

export interface StreamSettings {
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  bisectOnError: boolean;
  /** Infinity: until the record is too old. */
  maximumRetryAttempts: number;
  maximumRecordAgeMs: number;
  onFailureArn?: string;
}

export type SourceKind = 'sqs' | 'dynamodb';

export function sourceKind(eventSourceArn: string): SourceKind | undefined {
  const service = eventSourceArn.split(':')[2];
  return service === 'sqs' || service === 'dynamodb' ? service : undefined;
}

const DEFAULT_BATCH_SIZE: Record<SourceKind, number> = { sqs: 10, dynamodb: 100 };
// A stream keeps its records for a day.
const STREAM_RETENTION_MS = 24 * 60 * 60 * 1000;

/** Reads the properties of an AWS::Lambda::EventSourceMapping. */
export function readMapping(
  // biome-ignore lint/suspicious/noExplicitAny: checked against the resource type's shape before it gets here
  properties: Record<string, any>,
  { uuid, kind, now }: { uuid: string; kind: SourceKind; now: number },
): EventSourceMapping {
  return {
    uuid,
    eventSourceArn: properties.EventSourceArn,
    functionName: properties.FunctionName,
    enabled: String(properties.Enabled ?? true) === 'true',
    batchSize: Number(properties.BatchSize ?? DEFAULT_BATCH_SIZE[kind]),
    batchWindowMs: Number(properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    reportsItemFailures: (properties.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
    filters: readFilters(properties.FilterCriteria),
    maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
    stream: kind === 'dynamodb' ? readStream(properties) : undefined,
    modifiedAt: now,
  };
}

function readFilters(criteria: { Filters?: { Pattern: unknown }[] } | undefined): Record<string, unknown>[] {
  return (criteria?.Filters ?? []).map(({ Pattern }) => (typeof Pattern === 'string' ? JSON.parse(Pattern) : Pattern));
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function readStream(properties: Record<string, any>): StreamSettings {
  const attempts = Number(properties.MaximumRetryAttempts ?? -1);
  const ageSeconds = Number(properties.MaximumRecordAgeInSeconds ?? -1);
  return {
    startingPosition: properties.StartingPosition ?? 'TRIM_HORIZON',
    bisectOnError: String(properties.BisectBatchOnFunctionError ?? false) === 'true',
    maximumRetryAttempts: attempts < 0 ? Number.POSITIVE_INFINITY : attempts,
    maximumRecordAgeMs: ageSeconds < 0 ? STREAM_RETENTION_MS : ageSeconds * 1000,
    onFailureArn: properties.DestinationConfig?.OnFailure?.Destination,
  };
}
