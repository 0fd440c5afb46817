import type { TraceHeader } from '../core/service.ts';
import type { EventMatcher } from './event-pattern.ts';

/** An event as rules see it and targets get it. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 in UTC, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
  /** The replay that brought the event back, if one did. */
  'replay-name'?: string;
}

/** An event on its way over a bus. */
export interface AcceptedEvent {
  busName: string;
  event: BusEvent;
  trace?: TraceHeader;
}

export interface RetryPolicy {
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
}

/** A target of a rule, as the API has it. */
export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
  RetryPolicy?: RetryPolicy;
  DeadLetterConfig?: { Arn?: string };
  SqsParameters?: { MessageGroupId?: string };
}

export interface Rule {
  name: string;
  arn: string;
  busName: string;
  eventPattern?: string;
  matches?: EventMatcher;
  scheduleExpression?: string;
  state: string;
  description?: string;
  roleArn?: string;
  targets: Map<string, Target>;
  /** When it was created or enabled; rates count from here. */
  since: number;
}

/** The ISO time of an event: whole seconds, as EventBridge writes it. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds of a time as the wire (seconds), the SDK (Date) or a template (ISO 8601) brings it. */
export function toMs(time: number | string | Date): number {
  return typeof time === 'number' ? time * 1000 : new Date(time).getTime();
}
