import { randomUUID } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, CallContext, Operation } from '../core/service.ts';
import { invalidExecutionInput, invalidName, stateMachineTypeNotSupported, validationError } from './api-errors.ts';
import { isValidName, requireKind } from './arns.ts';
import type { Execution, ExecutionStart, ExecutionStatus } from './execution.ts';
import { describeExecution, type HistoryInput, historyPage, listItem } from './execution-views.ts';
import type { Executions } from './executions.ts';
import { type Data, isTooLarge, MAX_DATA_BYTES } from './json-data.ts';
import type { Startable } from './machine-versions.ts';
import type { StateMachine } from './state-machine.ts';

interface StartInput {
  stateMachineArn: string;
  name?: string;
  input?: string;
  traceHeader?: string;
}

interface ExecutionRef {
  executionArn: string;
}

interface Dependencies {
  account: Account;
  executions: Executions;
  resolve(stateMachineArn: string): Startable;
}

const START_FIELDS = { stateMachineArn: true, name: true, input: true, traceHeader: true } as const;
const onMachine = ({ stateMachineArn }: StartInput) => [stateMachineArn];
const onExecution = ({ executionArn }: ExecutionRef) => [executionArn];

/** The actions on executions. */
export function executionOperations({ account, executions, resolve }: Dependencies): Record<string, AnyOperation> {
  const begin = (input: StartInput, context: CallContext, isWanted: (machine: StateMachine) => boolean): Execution => {
    const startable = resolve(input.stateMachineArn);
    if (!isWanted(startable.machine)) throw stateMachineTypeNotSupported();
    return executions.start(toStart(input, startable, { account, context }));
  };

  const startExecution: Operation<StartInput> = {
    resources: onMachine,
    accepts: START_FIELDS,
    run(input, context) {
      const { arn, startedAtMs } = begin(input, context, () => true);
      return { executionArn: arn, startDate: startedAtMs / 1000 };
    },
  };

  const startSyncExecution: Operation<StartInput> = {
    resources: onMachine,
    accepts: { ...START_FIELDS, includedData: 'answered in full' },
    async run(input, context) {
      const execution = begin(input, context, (machine) => machine.type === 'EXPRESS');
      await executions.ended(execution.arn);
      return { ...describeExecution(execution), billingDetails: billing(execution) };
    },
  };

  const stopExecution: Operation<ExecutionRef & { error?: string; cause?: string }> = {
    resources: onExecution,
    run({ executionArn, error, cause }) {
      requireKind(executionArn, 'execution');
      const execution = executions.find(executionArn);
      executions.stop(execution, error, cause);
      return { stopDate: (execution.stoppedAtMs ?? 0) / 1000 };
    },
  };

  return {
    StartExecution: startExecution,
    StartSyncExecution: startSyncExecution,
    StopExecution: stopExecution,
    ...readOperations({ executions, resolve }),
  };
}

function readOperations({
  executions,
  resolve,
}: Pick<Dependencies, 'executions' | 'resolve'>): Record<string, AnyOperation> {
  const describe: Operation<ExecutionRef> = {
    resources: onExecution,
    run({ executionArn }) {
      requireKind(executionArn, 'execution');
      return describeExecution(executions.find(executionArn));
    },
  };

  const list: Operation<StartInput & { statusFilter?: ExecutionStatus; maxResults?: number; nextToken?: string }> = {
    resources: onMachine,
    accepts: { stateMachineArn: true, statusFilter: true, maxResults: true, nextToken: true },
    run({ stateMachineArn, statusFilter, maxResults, nextToken }) {
      const { machine } = resolve(stateMachineArn);
      if (machine.type === 'EXPRESS') throw stateMachineTypeNotSupported();
      const own = executions.all().filter((execution) => execution.machine.arn === machine.arn);
      const wanted = own.filter((execution) => !statusFilter || execution.status === statusFilter);
      const { items, nextToken: next } = page(wanted, checkedLimit(maxResults), nextToken);
      return { executions: items.map(listItem), nextToken: next };
    },
  };

  const history: Operation<ExecutionRef & HistoryInput> = {
    resources: onExecution,
    run({ executionArn, ...input }) {
      requireKind(executionArn, 'execution');
      return historyPage(executions.find(executionArn).history.events, {
        ...input,
        maxResults: checkedLimit(input.maxResults),
      });
    },
  };

  return { DescribeExecution: describe, ListExecutions: list, GetExecutionHistory: history };
}

function toStart(
  { name = randomUUID(), input = '{}', traceHeader }: StartInput,
  { machine, versionArn, aliasArn }: Startable,
  { account, context }: { account: Account; context: CallContext },
): ExecutionStart {
  if (!isValidName(name)) throw invalidName(name);
  const resource =
    machine.type === 'EXPRESS'
      ? `express:${machine.name}:${name}:${randomUUID()}`
      : `execution:${machine.name}:${name}`;
  return {
    arn: account.arn('states', resource),
    name,
    machine,
    input: parseInput(input),
    // AWS prefers that of the request.
    traceHeader: context.trace ?? traceHeader,
    versionArn,
    aliasArn,
  };
}

function parseInput(json: string): Data {
  if (isTooLarge(json)) {
    throw validationError('input', '(too long)', `Member must have length less than or equal to ${MAX_DATA_BYTES}`);
  }
  try {
    return { value: JSON.parse(json), json };
  } catch (error) {
    throw invalidExecutionInput((error as Error).message);
  }
}

/** Step Functions lists 100 at a time unless told otherwise, and never more than 1000. */
function checkedLimit(maxResults = 0): number {
  if (maxResults <= 1000) return maxResults || 100;
  throw validationError('maxResults', String(maxResults), 'Member must have value less than or equal to 1000');
}

/** Express executions are billed by 100 ms and 64 MB. */
function billing({ startedAtMs, stoppedAtMs = startedAtMs }: Execution) {
  const hundreds = Math.max(1, Math.ceil((stoppedAtMs - startedAtMs) / 100));
  return { billedDurationInMilliseconds: hundreds * 100, billedMemoryUsedInMB: 64 };
}
