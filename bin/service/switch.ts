import {
  DeleteFunctionConcurrencyCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
  paginateListEventSourceMappings,
  paginateListFunctions,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { pascalCase } from '#lib/infra/names.ts';

/** A service of a stage that is deployed, or hosted by the embedded cloud. */
export interface DeployedService {
  stage: string;
  service: string;
}

/**
 * Takes the service out: its functions have no concurrency left, so its routes answer 503, and what is in its queues and
 * streams waits. Resolves to how many functions it has, 0 where there is no such service.
 */
export async function stopService(client: LambdaClient, service: DeployedService): Promise<number> {
  const functions = await functionsOf(client, service);
  // Readers first: a message that meets a function without concurrency comes nearer to the dead letters.
  await letRead(client, functions, false);
  for (const FunctionName of functions)
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  return functions.length;
}

/** Undoes {@link stopService}. */
export async function startService(client: LambdaClient, service: DeployedService): Promise<number> {
  const functions = await functionsOf(client, service);
  for (const FunctionName of functions) await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  await letRead(client, functions, true);
  return functions.length;
}

async function functionsOf(client: LambdaClient, { stage, service }: DeployedService): Promise<string[]> {
  const names: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    names.push(...Functions.map(({ FunctionName = '' }) => FunctionName));
  }
  return names.filter((name) => name.startsWith(`Bazaar-${stage}-${pascalCase(service)}-`));
}

/** Whether the functions are to read their queues and streams. */
async function letRead(client: LambdaClient, functions: string[], Enabled: boolean): Promise<void> {
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client }, {})) {
    for (const { UUID, FunctionArn = '' } of EventSourceMappings) {
      // A mapping is of the alias: arn:aws:lambda:<region>:<account>:function:<name>:live
      if (!functions.includes(FunctionArn.split(':')[6] ?? '')) continue;
      await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    }
  }
}
