import type { AnyOperation, Operation } from '../core/service.ts';
import { invalidOutput } from './api-errors.ts';
import { isTooLarge, type Json, MAX_DATA_BYTES } from './json-data.ts';
import type { TaskTokens } from './task-tokens.ts';

interface TokenRef {
  taskToken: string;
}

/** The actions with which whoever got a task token answers the task. */
export function taskTokenOperations(tokens: TaskTokens): Record<string, AnyOperation> {
  const resources = ({ taskToken }: TokenRef) => [tokens.resourceOf(taskToken)];

  const sendTaskSuccess: Operation<TokenRef & { output: string }> = {
    resources,
    requires: ['taskToken', 'output'],
    accepts: { taskToken: true, output: true },
    run({ taskToken, output }) {
      tokens.succeed(taskToken, parseOutput(output));
      return {};
    },
  };

  const sendTaskFailure: Operation<TokenRef & { error?: string; cause?: string }> = {
    resources,
    requires: ['taskToken'],
    accepts: { taskToken: true, error: true, cause: true },
    run({ taskToken, error, cause }) {
      tokens.fail(taskToken, error, cause);
      return {};
    },
  };

  const sendTaskHeartbeat: Operation<TokenRef> = {
    resources,
    requires: ['taskToken'],
    accepts: { taskToken: true },
    run({ taskToken }) {
      tokens.heartbeat(taskToken);
      return {};
    },
  };

  return {
    SendTaskSuccess: sendTaskSuccess,
    SendTaskFailure: sendTaskFailure,
    SendTaskHeartbeat: sendTaskHeartbeat,
  };
}

function parseOutput(output: string): Json {
  if (isTooLarge(output)) throw invalidOutput(`Output is longer than ${MAX_DATA_BYTES} bytes`);
  try {
    return JSON.parse(output);
  } catch (error) {
    throw invalidOutput((error as Error).message);
  }
}
