import type { CloudContext, PolicyStatement } from '../core/service.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { EnvironmentFactory } from './environment-factory.ts';
import { EventSourceMappings } from './event-source-mappings.ts';
import { FunctionLog } from './function-log.ts';
import { FunctionMetrics } from './function-metrics.ts';
import { FunctionRegistry } from './function-registry.ts';
import { InlineCode } from './inline-code.ts';
import { Invoker } from './invoker.ts';
import type { LambdaOptions } from './options.ts';

/** The parts of the service and the functions they all work on. */
export interface LambdaState {
  context: CloudContext;
  options: LambdaOptions;
  functions: FunctionRegistry;
  invoker: Invoker;
  factory: EnvironmentFactory;
  asynchronous: AsyncInvocations;
  mappings: EventSourceMappings;
  inlineCode: InlineCode;
  /** What the templates permit others, by the ARN of the function, version or alias. */
  permissions: Map<string, PolicyStatement[]>;
}

export function createState(context: CloudContext, options: LambdaOptions): LambdaState {
  const functions = new FunctionRegistry(context.account);
  const metrics = new FunctionMetrics(options.onMetric);
  const invoker = new Invoker(context.clock, new FunctionLog(context.clock, options), { metrics, tracing: options });
  const parts = { context, functions, invoker, metrics };
  return {
    context,
    options,
    functions,
    invoker,
    factory: new EnvironmentFactory(context, options, invoker),
    asynchronous: new AsyncInvocations(parts),
    mappings: new EventSourceMappings({ ...parts, compilePattern: options.compilePattern }),
    inlineCode: new InlineCode(),
    permissions: new Map(),
  };
}
