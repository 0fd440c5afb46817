/** Everything that says how a function runs; a published version keeps the one of its day. */
export interface FunctionConfiguration {
  functionName: string;
  functionArn: string;
  description: string;
  runtime: string;
  handler: string;
  roleArn: string;
  codeDirectory: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
  ephemeralStorageMb: number;
  architectures: string[];
  tracing: 'Active' | 'PassThrough';
  logging: Logging;
  deadLetterArn?: string;
  tags: Record<string, string>;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
}

export interface Logging {
  format: 'Text' | 'JSON';
  group: string;
  /** The lowest level that is kept; only the JSON format filters. */
  applicationLevel: string;
  systemLevel: string;
}

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_EPHEMERAL_STORAGE_MB = 512;

interface Origin {
  functionName: string;
  functionArn: string;
  codeDirectory: string;
  now: number;
}

/** Reads the properties of an AWS::Lambda::Function, with the defaults of Lambda. */
export function readConfiguration(
  // biome-ignore lint/suspicious/noExplicitAny: checked against the resource type's shape before it gets here
  properties: Record<string, any>,
  { functionName, functionArn, codeDirectory, now }: Origin,
): FunctionConfiguration {
  return {
    functionName,
    functionArn,
    codeDirectory,
    description: properties.Description ?? '',
    runtime: properties.Runtime,
    handler: properties.Handler,
    roleArn: properties.Role,
    environment: stringValues(properties.Environment?.Variables),
    timeoutSeconds: Number(properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS),
    memoryMb: Number(properties.MemorySize ?? DEFAULT_MEMORY_MB),
    ephemeralStorageMb: Number(properties.EphemeralStorage?.Size ?? DEFAULT_EPHEMERAL_STORAGE_MB),
    architectures: properties.Architectures ?? ['x86_64'],
    tracing: properties.TracingConfig?.Mode ?? 'PassThrough',
    logging: readLogging(properties.LoggingConfig, functionName),
    deadLetterArn: properties.DeadLetterConfig?.TargetArn,
    tags: Object.fromEntries(
      (properties.Tags ?? []).map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]),
    ),
    modifiedAt: now,
  };
}

function readLogging(config: Record<string, string> | undefined, functionName: string): Logging {
  return {
    format: config?.LogFormat === 'JSON' ? 'JSON' : 'Text',
    group: config?.LogGroup ?? `/aws/lambda/${functionName}`,
    applicationLevel: config?.ApplicationLogLevel ?? 'INFO',
    systemLevel: config?.SystemLogLevel ?? 'INFO',
  };
}

// Templates carry numbers and booleans where the environment has text.
function stringValues(variables: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
