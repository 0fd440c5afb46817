import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

/**
 * What an SDK needs to speak to the embedded cloud of the end-to-end tests as its operator; put into `process.env` it
 * also lets code of functions run in the test's own process.
 */
export function operatorEnvironment(): Record<string, string> {
  const credentials = { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'any' };
  return { ...credentials, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: process.env.BAZAAR_AWS_URL ?? '' };
}

/** An id that a stack has left for others, such as `('platform', 'bus-name')`. */
export async function parameter(service: string, id: string): Promise<string> {
  const { Parameter } = await new SSMClient({}).send(new GetParameterCommand({ Name: `/bazaar/dev/${service}/${id}` }));
  return Parameter?.Value ?? '';
}

/** The variables that its stack gives a function. */
export async function variablesOf(FunctionName: string): Promise<Record<string, string>> {
  const { Environment } = await new LambdaClient({}).send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment?.Variables ?? {};
}

/** @param description such as `registry: check-instances` */
export async function functionNamed(description: string): Promise<string> {
  for await (const { Functions = [] } of paginateListFunctions({ client: new LambdaClient({}) }, {})) {
    const found = Functions.find(({ Description }) => Description === description);
    if (found?.FunctionName) return found.FunctionName;
  }
  throw new Error(`There is no function "${description}".`);
}

/** Calls a function and resolves to what it answers. */
export async function invoke(description: string, event: unknown): Promise<unknown> {
  const FunctionName = `${await functionNamed(description)}:live`;
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) });
  const { FunctionError, Payload } = await new LambdaClient({}).send(command);
  const answer = Buffer.from(Payload ?? []).toString();
  if (FunctionError) throw new Error(`${description} failed: ${answer}`);
  return JSON.parse(answer);
}
