import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { parameterName } from '#lib/infra/names.ts';
import { whereToCall } from '../where-to-call.ts';

/** An id that a stack has left. Throws where there is none: no such stage, or not deployed since this was written. */
export async function idOf(stage: string, service: string, id: string): Promise<string> {
  const Name = parameterName(stage, service, id);
  try {
    const { Parameter } = await new SSMClient(whereToCall()).send(new GetParameterCommand({ Name }));
    return Parameter?.Value ?? '';
  } catch (cause) {
    if (!(cause instanceof ParameterNotFound)) throw cause;
    throw new Error(`${Name} is not set: check --stage, account and region, and deploy the stack.`, { cause });
  }
}
