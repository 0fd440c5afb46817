import { randomBytes } from 'node:crypto';
import { detailsName, type EventDetails, type HistoryEvent, withoutData } from './history.ts';
import type { LogLevel, StateMachine } from './state-machine.ts';

/** Where the events of executions are written to: CloudWatch Logs. */
export interface LogSink {
  write(group: string, stream: string, events: { timestamp: number; message: string }[]): void;
}

const FATAL = ['ExecutionAborted', 'ExecutionFailed', 'ExecutionTimedOut'];

/** The types that each level logs; `ALL` logs every type. */
const LOGGED: Record<Exclude<LogLevel, 'ALL'>, Set<string>> = {
  OFF: new Set(),
  FATAL: new Set(FATAL),
  ERROR: new Set([
    ...FATAL,
    'EvaluationFailed',
    'FailStateEntered',
    'LambdaFunctionFailed',
    'LambdaFunctionTimedOut',
    'MapIterationAborted',
    'MapIterationFailed',
    'MapStateAborted',
    'MapStateFailed',
    'ParallelStateAborted',
    'ParallelStateFailed',
    'TaskFailed',
    'TaskStateAborted',
    'TaskTimedOut',
    'WaitStateAborted',
  ]),
};

/** Lines are handed over when the execution is about to wait and when it ends, not one by one. */
const HAND_OVER = /^(TaskScheduled|LambdaFunctionScheduled|WaitStateEntered|Execution\w+)$/;

/** Writes the events of an execution as the logging configuration of its state machine says. */
export function executionLog(
  { logging, name }: StateMachine,
  executionArn: string,
  sink: LogSink | undefined,
): (event: HistoryEvent) => void {
  const group = logGroupOf(logging.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn);
  const { level = 'OFF', includeExecutionData = false } = logging;
  if (!sink || !group || level === 'OFF') return () => {};

  let stream: string | undefined;
  let lines: { timestamp: number; message: string }[] = [];
  return (event) => {
    const timestamp = Math.round(event.timestamp * 1000);
    stream ??= streamName(name, timestamp);
    if (level === 'ALL' || LOGGED[level].has(event.type)) {
      lines.push({ timestamp, message: messageOf(event, executionArn, includeExecutionData) });
    }
    if (lines.length === 0 || !HAND_OVER.test(event.type)) return;
    sink.write(group, stream, lines);
    lines = [];
  };
}

function messageOf(event: HistoryEvent, executionArn: string, includeExecutionData: boolean): string {
  const details = (event[detailsName(event.type)] ?? {}) as EventDetails;
  return JSON.stringify({
    id: String(event.id),
    type: event.type,
    details: includeExecutionData ? details : withoutData(details),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(Math.round(event.timestamp * 1000)),
    execution_arn: executionArn,
    redrive_count: '0',
  });
}

/** `arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/orders:*` is the group `/aws/vendedlogs/orders`. */
function logGroupOf(arn: string | undefined): string | undefined {
  return arn?.split(':log-group:')[1]?.replace(/:\*$/, '');
}

/** `states/<state machine>/<minute>/<8 hex digits>`. */
function streamName(machineName: string, timestampMs: number): string {
  const minute = new Date(timestampMs).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  return `states/${machineName}/${minute}/${randomBytes(4).toString('hex')}`;
}
