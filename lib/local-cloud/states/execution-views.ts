import { page } from '../core/page.ts';
import type { Execution } from './execution.ts';
import { detailsName, type EventDetails, type HistoryEvent, withoutData } from './history.ts';

export interface HistoryInput {
  maxResults?: number;
  nextToken?: string;
  reverseOrder?: boolean;
  includeExecutionData?: boolean;
}

/** An execution as ListExecutions has it. */
export function listItem(execution: Execution) {
  const { arn, machine, name, status, startedAtMs, stoppedAtMs } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: startedAtMs / 1000,
    ...(stoppedAtMs !== undefined && { stopDate: stoppedAtMs / 1000 }),
    redriveCount: 0,
    ...(execution.versionArn && { stateMachineVersionArn: execution.versionArn }),
    ...(execution.aliasArn && { stateMachineAliasArn: execution.aliasArn }),
  };
}

/** An execution as DescribeExecution and StartSyncExecution answer it. */
export function describeExecution(execution: Execution) {
  const { machine, input, output, traceHeader, error, cause, status } = execution;
  const { redriveCount, ...item } = listItem(execution);
  return {
    ...item,
    input: input.json,
    inputDetails: { included: true },
    ...(output !== undefined && { output }),
    ...((output !== undefined || machine.type === 'EXPRESS') && { outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(traceHeader && { traceHeader }),
    ...(machine.type === 'STANDARD' && { redriveCount, ...redrive(status) }),
  };
}

/** A redrive itself is not modelled; what may be redriven is told as AWS tells it. */
function redrive(status: Execution['status']) {
  if (status !== 'RUNNING' && status !== 'SUCCEEDED') return { redriveStatus: 'REDRIVABLE' };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${status} and cannot be redriven` };
}

export function historyPage(events: HistoryEvent[], input: HistoryInput) {
  const ordered = input.reverseOrder ? [...events].reverse() : events;
  const { items, nextToken } = page(ordered, input.maxResults, input.nextToken);
  return { events: input.includeExecutionData === false ? items.map(bare) : items, nextToken };
}

function bare(event: HistoryEvent): HistoryEvent {
  const name = detailsName(event.type);
  const details = event[name] as EventDetails | undefined;
  return details ? { ...event, [name]: withoutData(details) } : event;
}
