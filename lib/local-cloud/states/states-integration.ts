import type { OptimizedService, TaskCall } from './integration.ts';
import { isObject, type Json } from './json-data.ts';
import { asText, sdkMetadata, withLowerCamelKeys, withPascalKeys } from './sdk-shapes.ts';
import { StateError } from './state-error.ts';

interface Started {
  executionArn: string;
  startDate: number;
}

/** `arn:aws:states:::states:startExecution`: another state machine, awaited with `.sync` and `.sync:2`. */
export const STATES: OptimizedService = {
  errors: { prefix: 'StepFunctions', generic: 'AWSStepFunctionsException', label: 'AWSStepFunctions' },
  actions: { startExecution: { patterns: ['request', 'sync', 'token'], request: start, complete, cancel } },
};

async function start(args: Record<string, Json>, { runtime, context }: TaskCall): Promise<Json> {
  const { Input, ...rest } = args;
  const input = { ...(withLowerCamelKeys(rest) as object), input: asText(Input), traceHeader: context.trace };
  const output = await runtime.api.call<Started>('states', 'StartExecution', input, context);
  return { ExecutionArn: output.executionArn, ...sdkMetadata(), StartDate: toMillis(output.startDate) };
}

/** Waits for the end of the execution; version 2 answers its input and output as JSON, version 1 as text. */
async function complete(submitted: Json, { runtime, context }: TaskCall, version: 1 | 2): Promise<Json> {
  const { ExecutionArn: executionArn } = submitted as { ExecutionArn: string };
  await runtime.ended(executionArn);
  const description = describe(await runtime.api.call('states', 'DescribeExecution', { executionArn }, context));
  if (description.Status !== 'SUCCEEDED') throw new StateError('States.TaskFailed', JSON.stringify(description));
  if (version === 1) return description;
  return { ...description, Input: parse(description.Input), Output: parse(description.Output) };
}

async function cancel(submitted: Json, { runtime, context }: TaskCall): Promise<unknown> {
  const { ExecutionArn: executionArn } = submitted as { ExecutionArn: string };
  return runtime.api.call('states', 'StopExecution', { executionArn }, context);
}

/** DescribeExecution as a task answers it: without what is said of redrives and of tracing. */
function describe(output: unknown): Record<string, Json> {
  const fields = withPascalKeys(output);
  if (!isObject(fields)) return {};
  const kept = Object.entries(fields as Record<string, Json>).filter(([key]) => !/^(Redrive|TraceHeader)/.test(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, key.endsWith('Date') ? toMillis(Number(value)) : value]));
}

const toMillis = (seconds: number): number => Math.round(seconds * 1000);

const parse = (text: Json | undefined): Json => (typeof text === 'string' ? JSON.parse(text) : null);
