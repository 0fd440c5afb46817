import { AwsError } from '../core/aws-error.ts';
import type { CloudContext, ServiceModule } from '../core/service.ts';
import { controlOperations, mappingOperations, servedVersions } from './control-operations.ts';
import type { RunningEnvironment } from './environment-factory.ts';
import { aliasOperations, functionOperations, versionOperations } from './function-operations.ts';
import { aliasType, functionType, versionType } from './function-resources.ts';
import { eventInvokeConfigType, mappingType, permissionType } from './invocation-resources.ts';
import { invokeOperation } from './invoke-operation.ts';
import type { InvocationInterceptor } from './invoker.ts';
import { latestOf } from './lambda-function.ts';
import type { LambdaOptions } from './options.ts';
import { policyOperations } from './policy-operations.ts';
import { ROUTES } from './routes.ts';
import { createState, type LambdaState } from './state.ts';

export interface Lambda extends ServiceModule {
  /** Says that a queue, a stream or the table of a stream (by ARN) has something new, so that readers look at once. */
  nudge(sourceArn: string): void;
  /**
   * Runs `$LATEST` of the function from another directory from now on, and with other variables if there are any: for
   * reloading changed code. Calls under way end on the old code; published versions stay as they are.
   */
  swapCode(functionName: string, directory: string, environment?: Record<string, string>): Promise<void>;
  /** Starts one environment of each function that has none, one after the other, whenever no function is busy. */
  warmUp(): Promise<void>;
  /** The environment whose calls carry this session token, while it lives. */
  environmentOf(sessionToken: string): RunningEnvironment | undefined;
  /** Puts an interceptor around all later invocations; the returned function removes it. */
  use(interceptor: InvocationInterceptor): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const TRIM_EVERY_MS = 60_000;
const IDLE_LIMIT_MS = 5 * 60_000;
const WARM_UP_PAUSE_MS = 50;

/** AWS Lambda: Node.js functions in worker threads, their event sources and asynchronous events. */
export function createLambda(context: CloudContext, options: LambdaOptions): Lambda {
  const state = createState(context, options);
  const stopping = new AbortController();
  return {
    name: 'lambda',
    protocol: { kind: 'rest-json', routes: ROUTES },
    operations: {
      Invoke: invokeOperation(state),
      ...functionOperations(state),
      ...versionOperations(state),
      ...aliasOperations(state),
      ...controlOperations(state),
      ...mappingOperations(state),
      ...policyOperations(state),
    },
    resourceTypes: [
      functionType(state),
      versionType(state),
      aliasType(state),
      permissionType(state),
      mappingType(state),
      eventInvokeConfigType(state),
    ],
    nudge: (sourceArn) => state.mappings.nudge(sourceArn),
    swapCode: (functionName, directory, environment) => swapCode(state, functionName, { directory, environment }),
    warmUp: () => warmUp(state, stopping.signal),
    environmentOf: (sessionToken) => state.factory.environmentOf(sessionToken),
    use: (interceptor) => state.invoker.use(interceptor),
    async start() {
      void keepTrim(state, stopping.signal);
      await state.mappings.start();
      if (options.warm) void warmUp(state, stopping.signal);
    },
    async stop() {
      stopping.abort();
      const readers = state.mappings.stop();
      const events = state.asynchronous.stop();
      const reason = new AwsError('ServiceException', 'The embedded cloud is stopping.', 500, { Type: 'Service' });
      await Promise.all(state.functions.versions().map(({ pool }) => pool.stop(reason)));
      await Promise.all([readers, events]);
      state.inlineCode.remove();
    },
  };
}

async function swapCode(
  { functions, context }: LambdaState,
  functionName: string,
  { directory, environment }: { directory: string; environment?: Record<string, string> },
): Promise<void> {
  const latest = latestOf(functions.find(functionName));
  latest.configuration = {
    ...latest.configuration,
    codeDirectory: directory,
    environment: environment ?? latest.configuration.environment,
    modifiedAt: context.clock.now(),
  };
  await latest.pool.renew();
}

async function warmUp(state: LambdaState, signal: AbortSignal): Promise<void> {
  const { clock, log } = state.context;
  for (const { pool, configuration } of servedVersions(state)) {
    while (!signal.aborted && state.functions.all().some((fn) => fn.inFlight > 0)) {
      await clock.sleep(WARM_UP_PAUSE_MS, signal);
    }
    if (signal.aborted) return;
    try {
      await pool.warm();
    } catch (error) {
      log.warn(`Lambda: ${configuration.functionName} could not be started: ${String(error)}`);
    }
  }
}

/** Retires the environments of functions that had more to do a while ago. */
async function keepTrim({ context, functions }: LambdaState, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await context.clock.sleep(TRIM_EVERY_MS, signal);
    const idleSince = context.clock.now() - IDLE_LIMIT_MS;
    await Promise.all(functions.versions().map(({ pool }) => pool.trim(idleSince)));
  }
}
