import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineCommand,
  type DescribeStateMachineCommandOutput,
  ExecutionDoesNotExist,
  paginateGetExecutionHistory,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { executionName } from '#functions/order/execution-name.ts';
import { LAST_ATTEMPT } from '#functions/order/order-saga.ts';
import { whereToCall } from '../where-to-call.ts';
import type { OrderRows, Row } from './rows.ts';
import { idOf } from './stage.ts';
import type { Entry } from './timeline.ts';

/** Events that start a saga, of the order and of its reservation. */
const STARTING = ['order.created', 'order.cancelling', 'order.repair_requested', 'inventory.reservation.expired'];

const ATTEMPTS = Array.from({ length: LAST_ATTEMPT }, (_, index) => index + 1);

/**
 * What the order's sagas did. A Standard workflow keeps a history of each execution, which is found by its name; an
 * Express one keeps none, so the logs of the steps and of the workflow (its failures) are asked instead.
 */
export async function executionEntries(stage: string, rows: OrderRows): Promise<Entry[]> {
  const stateMachineArn = await idOf(stage, 'order', 'saga-arn');
  const states = new SFNClient(whereToCall());
  const machine = await states.send(new DescribeStateMachineCommand({ stateMachineArn }));
  if (machine.type === 'STANDARD') return standardEntries(states, stateMachineArn, rows);
  return expressEntries(machine, rows);
}

async function standardEntries(states: SFNClient, machineArn: string, rows: OrderRows): Promise<Entry[]> {
  const { order, reservation } = rows;
  const causes = [order, reservation].flatMap(startingEvents);
  const names = causes.flatMap((causation_id) =>
    ATTEMPTS.map((attempt) => executionName(order.order_id, attempt, { causation_id })),
  );
  const prefix = machineArn.replace(':stateMachine:', ':execution:');
  const found = await Promise.all(names.map((name) => findExecution(states, `${prefix}:${name}`)));
  return (await Promise.all(found.map((execution) => (execution ? told(states, execution) : [])))).flat();
}

function startingEvents(row: Row | undefined): string[] {
  return (row?.events ?? []).flatMap(({ event_type }, index) =>
    STARTING.includes(event_type) ? [`${row?.pk}#${index + 1}`] : [],
  );
}

async function findExecution(states: SFNClient, executionArn: string) {
  try {
    return await states.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

async function told(states: SFNClient, execution: DescribeExecutionCommandOutput): Promise<Entry[]> {
  const { executionArn, name, startDate, stopDate, status, error } = execution;
  const entry = (at: Date | undefined, what: string, about: Record<string, unknown> = {}): Entry => ({
    at: (at ?? new Date()).toISOString(),
    service: 'saga',
    what,
    about: { ...about, execution: name },
  });
  const entries = [entry(startDate, 'execution started')];
  for await (const { events = [] } of paginateGetExecutionHistory({ client: states }, { executionArn })) {
    for (const { type = '', timestamp, stateEnteredEventDetails, taskFailedEventDetails } of events) {
      if (type === 'TaskStateEntered') entries.push(entry(timestamp, `${stateEnteredEventDetails?.name} entered`));
      if (/^Task(Failed|TimedOut)$/.test(type))
        entries.push(entry(timestamp, type, { error: taskFailedEventDetails?.error ?? 'States.Timeout' }));
    }
  }
  if (stopDate) entries.push(entry(stopDate, `execution ${status?.toLowerCase()}`, error ? { error } : {}));
  return entries;
}

async function expressEntries(machine: DescribeStateMachineCommandOutput, rows: OrderRows): Promise<Entry[]> {
  const steps = new Set((machine.definition ?? '').match(/arn:[^"]*?:function:[\w-]+/g));
  const found = await Promise.all([failures(machine, rows), ...[...steps].map((arn) => stepEntries(arn, rows))]);
  return found.flat();
}

/** Each step logs what came of it. */
async function stepEntries(functionArn: string, rows: OrderRows): Promise<Entry[]> {
  const FunctionName = functionArn;
  const fn = await new LambdaClient(whereToCall()).send(new GetFunctionConfigurationCommand({ FunctionName }));
  const [service = '', step = ''] = fn.Description?.split(': ') ?? [];
  const lines = await logged(fn.LoggingConfig?.LogGroup, `{ $.order_id = "${rows.order.order_id}" }`, rows);
  return lines.flatMap(({ at, line }) => {
    const { message, outcome, error } = line as { message?: string; outcome?: string; error?: { name?: string } };
    if (message !== 'step done' && message !== 'step failed') return [];
    const about = { ...(outcome && { outcome }), ...(error?.name && { error: error.name }) };
    return [{ at, service, what: `${step}: ${message}`, about }];
  });
}

/** The workflow logs what failed; the name of an execution begins with its order. */
async function failures(machine: DescribeStateMachineCommandOutput, rows: OrderRows): Promise<Entry[]> {
  const destination = machine.loggingConfiguration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  const group = destination?.split(':log-group:')[1]?.replace(/:\*$/, '');
  const lines = await logged(group, `"${rows.order.order_id}"`, rows);
  return lines.map(({ at, line }) => {
    const {
      type,
      execution_arn = '',
      details,
    } = line as Record<'type' | 'execution_arn', string> & {
      details?: { error?: string };
    };
    const execution = execution_arn.split(':').find((part) => part.startsWith(rows.order.order_id));
    return { at, service: 'saga', what: type, about: { error: details?.error, execution } };
  });
}

async function logged(logGroupName: string | undefined, filterPattern: string, { order }: OrderRows) {
  const lines: { at: string; line: object }[] = [];
  if (!logGroupName) return lines;
  const client = new CloudWatchLogsClient(whereToCall());
  const input = { logGroupName, filterPattern, startTime: Date.parse(order.created_at) };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) {
    for (const { timestamp = 0, message = '{}' } of events)
      lines.push({ at: new Date(timestamp).toISOString(), line: JSON.parse(message) });
  }
  return lines;
}
