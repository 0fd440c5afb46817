import type { ApiCall } from '../core/api.ts';
import type { RunningEnvironment } from '../lambda/environment-factory.ts';
import type { Fault, FaultAction } from './fault.ts';

/** A call, or an invocation, as faults look at it. */
export interface Happening {
  service: string;
  action: string;
  input: object;
  /** The function that makes the call, or is invoked. */
  functionName?: string;
  /** The event that it is handling, JSON. */
  event?: string;
}

/** Where an action can do anything at all; elsewhere a fault waits in vain, however wide it was asked for. */
const ONLY_ON: Partial<Record<FaultAction, Record<string, string[]>>> = {
  'local:transaction-conflict': { dynamodb: ['TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  'local:put-events-partial-failure': { events: ['PutEvents'] },
  'local:event-duplicate': { events: ['PutEvents'] },
  'local:message-duplicate': { sqs: ['SendMessage'] },
  'local:message-delay': { sqs: ['SendMessage'] },
  'local:message-reorder': { sqs: ['SendMessage'] },
  'local:message-poison': { sqs: ['SendMessage'] },
  'local:message-dropped': { sqs: ['ReceiveMessage'] },
};

/**
 * Readers of queues and streams ask all the time, mostly for nothing. What does not name these calls leaves them alone:
 * else most faults would be met by nobody.
 */
const POLLS: Record<string, string[]> = {
  sqs: ['ReceiveMessage'],
  dynamodbstreams: ['GetRecords', 'GetShardIterator', 'DescribeStream'],
};

/** Only a function has a process that can be killed. */
const BY_FUNCTIONS: FaultAction[] = ['local:process-killed', 'local:process-killed-after-effect'];

export function isOfInvocations(action: FaultAction): boolean {
  return action.startsWith('aws:lambda:') || action === 'local:invocation-false-answer';
}

export function fits(fault: Fault, happening: Happening): boolean {
  const { service, action, functionName } = happening;
  const only = ONLY_ON[fault.action];
  if (only && !only[service]?.includes(action)) return false;
  if (!only && !fault.operations && POLLS[service]?.includes(action)) return false;
  if (BY_FUNCTIONS.includes(fault.action) && functionName === undefined) return false;
  if (fault.service !== undefined && fault.service !== service) return false;
  if (fault.operations && !fault.operations.includes(action)) return false;
  if (fault.function !== undefined && !isLike(fault.function, functionName)) return false;
  if (fault.about !== undefined && !happening.event?.includes(fault.about)) return false;
  if (fault.queue !== undefined && !isLike(fault.queue, queueOf(happening))) return false;
  return fault.event === undefined || isAbout(fault.event, happening);
}

/** The line of the lottery that a call draws from. */
export function lineOf({ service, action, functionName, input }: Happening): string {
  return [service, action, functionName ?? '', queueOf({ service, action, input }) ?? ''].join(' ');
}

function queueOf({ service, input }: Happening): string | undefined {
  if (service !== 'sqs') return undefined;
  const { QueueUrl } = input as { QueueUrl?: string };
  return QueueUrl?.split('/').pop();
}

function isLike(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

interface Told {
  Entries?: { DetailType?: string }[];
  MessageBody?: string;
  payload?: string;
}

/** An event goes over the bus as an entry, and in queues and to functions as JSON, there perhaps within a string. */
function isAbout(type: string, { input }: Happening): boolean {
  const { Entries, MessageBody, payload } = input as Told;
  if (Entries?.some(({ DetailType }) => DetailType === type)) return true;
  const text = (MessageBody ?? payload ?? '').replaceAll('\\"', '"');
  return text.includes(`"detail-type":"${type}"`);
}

export function toHappening({ service, action, input }: ApiCall, by: RunningEnvironment | undefined): Happening {
  return { service, action, input, functionName: by?.functionName, event: by?.event };
}
