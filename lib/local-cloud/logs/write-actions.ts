import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { AnyOperation } from '../core/service.ts';
import type { LogArns } from './log-arns.ts';
import type { LogEvent, LogStore } from './log-store.ts';

interface StreamInput {
  logGroupName: string;
  logStreamName: string;
}

interface RetentionInput {
  logGroupName: string;
  retentionInDays: number;
}

const HOUR_MS = 3_600_000;
/** PutLogEvents rejects what is older or newer than this. */
const OLDEST_MS = 14 * 24 * HOUR_MS;
const NEWEST_MS = 2 * HOUR_MS;
const RETENTIONS_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export type WriteEvents = (group: string, stream: string, events: LogEvent[]) => void;

/** The actions that write logs. */
export function writeOperations(
  { store, clock, write }: { store: LogStore; clock: Clock; write: WriteEvents },
  arns: LogArns,
): Record<string, AnyOperation> {
  const group = ({ logGroupName }: { logGroupName: string }) => [arns.stream(logGroupName, '')];
  return {
    CreateLogGroup: {
      requires: ['logGroupName'],
      resources: group,
      run: ({ logGroupName }: StreamInput) => {
        store.createGroup(logGroupName);
        return {};
      },
    },
    DeleteLogGroup: {
      requires: ['logGroupName'],
      resources: group,
      run: ({ logGroupName }: StreamInput) => {
        store.deleteGroup(logGroupName);
        return {};
      },
    },
    CreateLogStream: {
      requires: ['logGroupName', 'logStreamName'],
      resources: group,
      run: ({ logGroupName, logStreamName }: StreamInput) => {
        store.createStream(logGroupName, logStreamName);
        return {};
      },
    },
    DeleteLogStream: {
      requires: ['logGroupName', 'logStreamName'],
      resources: ({ logGroupName, logStreamName }: StreamInput) => [arns.stream(logGroupName, logStreamName)],
      run: ({ logGroupName, logStreamName }: StreamInput) => {
        store.deleteStream(logGroupName, logStreamName);
        return {};
      },
    },
    PutRetentionPolicy: {
      requires: ['logGroupName', 'retentionInDays'],
      resources: group,
      run: (input: RetentionInput) => putRetention(store, input),
    },
    DeleteRetentionPolicy: {
      requires: ['logGroupName'],
      resources: group,
      run: ({ logGroupName }: StreamInput) => {
        delete store.group(logGroupName).retentionInDays;
        return {};
      },
    },
    PutLogEvents: {
      requires: ['logGroupName', 'logStreamName', 'logEvents'],
      resources: ({ logGroupName, logStreamName }: StreamInput) => [arns.stream(logGroupName, logStreamName)],
      run: (input: StreamInput & { logEvents: LogEvent[] }) => putEvents({ store, clock, write }, input),
    },
  };
}

export function checkRetention(days: number): void {
  if (RETENTIONS_DAYS.includes(days)) return;
  throw new AwsError('InvalidParameterException', `retentionInDays has to be one of ${RETENTIONS_DAYS.join(', ')}`);
}

function putRetention(store: LogStore, { logGroupName, retentionInDays }: RetentionInput) {
  checkRetention(retentionInDays);
  store.group(logGroupName).retentionInDays = retentionInDays;
  return {};
}

function putEvents(
  { store, clock, write }: { store: LogStore; clock: Clock; write: WriteEvents },
  { logGroupName, logStreamName, logEvents }: StreamInput & { logEvents: LogEvent[] },
) {
  store.stream(logGroupName, logStreamName);
  if (logEvents.some((event, i) => event.timestamp < (logEvents[i - 1]?.timestamp ?? 0))) {
    const message = 'Log events in a single PutLogEvents request must be in chronological order.';
    throw new AwsError('InvalidParameterException', message);
  }
  const now = clock.now();
  const tooOld = logEvents.filter(({ timestamp }) => timestamp < now - OLDEST_MS).length;
  const accepted = logEvents.filter(({ timestamp }) => timestamp >= now - OLDEST_MS && timestamp <= now + NEWEST_MS);
  const firstTooNew = logEvents.findIndex(({ timestamp }) => timestamp > now + NEWEST_MS);
  write(logGroupName, logStreamName, accepted);
  const rejectedLogEventsInfo = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(firstTooNew >= 0 && { tooNewLogEventStartIndex: firstTooNew }),
  };
  // Sequence tokens are no longer used; SDKs still find one here.
  const nextSequenceToken = String(now);
  return accepted.length === logEvents.length ? { nextSequenceToken } : { nextSequenceToken, rejectedLogEventsInfo };
}
