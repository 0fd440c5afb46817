import { randomBytes } from 'node:crypto';
import type { CloudContext } from '../core/service.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { environmentVariables } from './environment-variables.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Invoker } from './invoker.ts';
import type { FunctionVersion, LambdaFunction } from './lambda-function.ts';
import { DEFAULT_MAX_ENVIRONMENTS, type LambdaOptions } from './options.ts';

/** An environment that lives, as somebody sees it who looks at a call that it has made. */
export interface RunningEnvironment {
  functionName: string;
  /** The event that it is handling, JSON; none between two. */
  event: string | undefined;
  /** Ends its process, whatever it is doing. */
  kill(): void;
}

/** Makes versions of functions and the environments that run them. */
export class EnvironmentFactory {
  readonly #context: CloudContext;
  readonly #options: LambdaOptions;
  readonly #invoker: Invoker;
  readonly #bySession = new Map<string, { functionName: string; environment: ExecutionEnvironment }>();

  constructor(context: CloudContext, options: LambdaOptions, invoker: Invoker) {
    this.#context = context;
    this.#options = options;
    this.#invoker = invoker;
  }

  /** A version of the function with an empty pool; the first call (or a warm-up) starts its first environment. */
  createVersion(fn: LambdaFunction, name: string, configuration: FunctionConfiguration): FunctionVersion {
    const version: FunctionVersion = {
      version: name,
      configuration,
      pool: new EnvironmentPool({
        start: () => this.#start(version),
        limit: () => fn.reservedConcurrency ?? this.#options.maxEnvironments ?? DEFAULT_MAX_ENVIRONMENTS,
        now: () => this.#context.clock.now(),
      }),
    };
    fn.versions.set(name, version);
    return version;
  }

  /** The environment whose calls carry this session token. */
  environmentOf(sessionToken: string): RunningEnvironment | undefined {
    const found = this.#bySession.get(sessionToken);
    if (!found?.environment.alive) return undefined;
    const { functionName, environment } = found;
    return { functionName, event: environment.event, kill: () => environment.kill() };
  }

  #start(version: FunctionVersion): ExecutionEnvironment {
    const { configuration } = version;
    const { logging, handler, runtime, codeDirectory, memoryMb, timeoutSeconds } = configuration;
    const logStream = this.#logStream(version.version);
    const variables = this.#variables(version, logStream);
    const environment = new ExecutionEnvironment({
      start: {
        taskRoot: codeDirectory,
        handler,
        runtime,
        clockOffsetMs: this.#context.clock.offsetMs,
        logging: { json: logging.format === 'JSON', level: logging.applicationLevel },
      },
      variables,
      logStream,
      memoryMb,
      timeoutSeconds,
      onOutput: (message, requestId) => this.#invoker.output({ version }, logStream, { message, requestId }),
    });
    for (const [token, other] of this.#bySession) if (!other.environment.alive) this.#bySession.delete(token);
    const { functionName } = configuration;
    this.#bySession.set(variables.AWS_SESSION_TOKEN ?? '', { functionName, environment });
    return environment;
  }

  #variables({ configuration, version }: FunctionVersion, logStream: string): Record<string, string> {
    const credentials = this.#context.iam.credentialsFor(configuration.roleArn, 'lambda.amazonaws.com');
    // A session of its own for each environment: so it can be told which of them makes a call.
    const sessionToken = `${credentials.sessionToken}${randomBytes(12).toString('base64url')}`;
    return environmentVariables({
      configuration,
      version,
      logStream,
      region: this.#context.account.region,
      credentials: { ...credentials, sessionToken },
      endpointUrl: this.#options.endpointUrl(),
      xrayDaemonAddress: this.#options.xrayDaemonAddress?.(),
    });
  }

  #logStream(version: string): string {
    const [date = ''] = new Date(this.#context.clock.now()).toISOString().split('T');
    return `${date.replaceAll('-', '/')}/[${version}]${randomBytes(16).toString('hex')}`;
  }
}
