import { Duration } from 'aws-cdk-lib';
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  Code,
  type IAlias,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
  Version,
} from 'aws-cdk-lib/aws-lambda';
import { FieldIndexPolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { Canary } from './canary.ts';
import { pascalCase } from './names.ts';
import { settingsOf } from './stage.ts';

export interface ServiceFunctionProps {
  service: string;
  /** File in `functions/<service>/` without its ending, such as `place-order`. */
  name: string;
  /** Folder of the bundle in `dist/`; that of the service unless the function is shared. */
  bundle?: string;
  environment: Record<string, string>;
  timeout?: Duration;
}

/** How long a function may run unless it says otherwise. */
export const DEFAULT_TIMEOUT = Duration.seconds(10);

/** What every function is called by: the alias moves to a new version when that has proved itself. */
const LIVE = 'live';

/** One function with one role and one log group, on the newest runtime. */
export class ServiceFunction extends LambdaFunction {
  /** What callers, queues and streams are connected to, never the function itself. */
  readonly live: Alias;
  readonly service: string;
  readonly #canary: Canary | undefined;

  constructor(scope: Construct, props: ServiceFunctionProps) {
    const id = pascalCase(props.name);
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(`dist/${props.bundle ?? props.service}/${props.name}`),
      description: `${props.service}: ${props.name}`,
      // Twice the memory is twice the processor: with less, token checks and the SDK make cold starts slow.
      memorySize: 512,
      timeout: props.timeout ?? DEFAULT_TIMEOUT,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      ...logLevels(scope),
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: settingsOf(scope).logRetention,
        // A query for a value of one of these does not have to read all of the log.
        fieldIndexPolicies: [new FieldIndexPolicy({ fields: ['correlation_id', 'order_id'] })],
      }),
      environment: {
        SERVICE_NAME: props.service,
        FUNCTION_NAME: props.name,
        ...props.environment,
        ...otlpEnvironment(scope),
      },
    });
    this.service = props.service;
    this.live = new Alias(this, 'Live', { aliasName: LIVE, version: this.currentVersion });
    if (settingsOf(scope).canary) this.#canary = new Canary(this, 'Canary', { fn: this });
  }

  /** The live version of another service's function. */
  static liveOf(scope: Construct, id: string, functionArn: string): IAlias {
    const lambda = LambdaFunction.fromFunctionAttributes(scope, id, { functionArn, sameEnvironment: true });
    // Which version that is changes without us, and is in no name.
    const aliasVersion = Version.fromVersionAttributes(scope, `${id}-version`, { lambda, version: '$LATEST' });
    return Alias.fromAliasAttributes(scope, `${id}-live`, { aliasName: LIVE, aliasVersion });
  }

  /** A deployment of this function is rolled back when the alarm of this name goes off, beside its own. */
  rollBackOn(alarmName: string): void {
    this.#canary?.rollBackOn(alarmName);
  }
}

/**
 * `-c logLevel=DEBUG` shows more of what the functions say. Lambda itself tells of failures only, such as a timeout:
 * the function's own line has the rest.
 */
function logLevels(scope: Construct) {
  const level = scope.node.tryGetContext('logLevel') ?? ApplicationLogLevel.INFO;
  const levels: string[] = Object.values(ApplicationLogLevel);
  if (!levels.includes(level)) throw new Error(`logLevel is "${level}": choose one of ${levels.join(', ')}.`);
  return { applicationLogLevelV2: level as ApplicationLogLevel, systemLogLevelV2: SystemLogLevel.WARN };
}

/** `-c otlpEndpoint=https://.../v1/traces` sends what is recorded to a collector of OpenTelemetry, beside X-Ray. */
function otlpEnvironment(scope: Construct): Record<string, string> {
  const endpoint: string | undefined = scope.node.tryGetContext('otlpEndpoint');
  return endpoint ? { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint } : {};
}
