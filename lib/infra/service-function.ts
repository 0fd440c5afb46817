import { Duration } from 'aws-cdk-lib';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
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

/** One function with one role and one log group, on the newest runtime. */
export class ServiceFunction extends LambdaFunction {
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
      logGroup: new LogGroup(scope, `${id}Logs`, { retention: settingsOf(scope).logRetention }),
      environment: props.environment,
    });
  }
}
