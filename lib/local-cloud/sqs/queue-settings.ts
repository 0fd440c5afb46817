import { invalidParameter, sqsError } from './errors.ts';

/** The attributes of a queue as the API has them: every value is a string. */
export type QueueAttributes = Record<string, string>;

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  sourceQueueArns?: string[];
}

/** The attributes that decide how a queue behaves, parsed. */
export interface QueueSettings {
  delayMs: number;
  maximumMessageBytes: number;
  retentionMs: number;
  waitMs: number;
  visibilityTimeoutMs: number;
  fifo: boolean;
  contentBasedDeduplication: boolean;
  deduplicateByGroup: boolean;
  redrive?: RedrivePolicy;
  redriveAllow?: RedriveAllowPolicy;
}

/** Least and greatest value of the numeric attributes. */
const RANGES: Record<string, [number, number]> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const CHOICES: Record<string, string[]> = {
  FifoQueue: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  SqsManagedSseEnabled: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

const FIFO_ONLY = ['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];
const JSON_DOCUMENTS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'];
const FREE_TEXT = ['KmsMasterKeyId'];

const DEFAULTS: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
};

const FIFO_DEFAULTS: QueueAttributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/** What a new queue has before its creator says otherwise. */
export function defaultAttributes(fifo: boolean): QueueAttributes {
  return fifo ? { ...DEFAULTS, ...FIFO_DEFAULTS } : { ...DEFAULTS };
}

/** Checks attributes that somebody sets; the value of each comes back in the form in which it is shown later. */
export function checkAttributes(input: Record<string, unknown>, fifo: boolean): QueueAttributes {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, checkAttribute(name, value, fifo)]));
}

function checkAttribute(name: string, value: unknown, fifo: boolean): string {
  const text = String(value);
  if (FIFO_ONLY.includes(name) && !fifo) throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  if (JSON_DOCUMENTS.includes(name)) return checkDocument(name, text);
  if (FREE_TEXT.includes(name)) return text;
  const range = RANGES[name];
  const choices = CHOICES[name];
  if (!range && !choices) throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  const valid = range ? isWithin(text, range) : choices?.includes(text);
  if (!valid) throw sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  return text;
}

function isWithin(text: string, [least, greatest]: [number, number]): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= greatest;
}

// An empty string takes the document away.
function checkDocument(name: string, text: string): string {
  if (text === '') return text;
  const document = parse(text);
  if (typeof document !== 'object' || document === null) {
    throw sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
  if (name === 'RedrivePolicy') checkRedrivePolicy(text, document as Partial<RedrivePolicy>);
  if (name === 'RedriveAllowPolicy') checkRedriveAllowPolicy(text, document as Partial<RedriveAllowPolicy>);
  return text;
}

function checkRedrivePolicy(text: string, policy: Partial<RedrivePolicy>): void {
  const refuse = (reason: string) => {
    throw invalidParameter(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  };
  if (!policy.deadLetterTargetArn) refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (policy.maxReceiveCount === undefined) {
    refuse('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  }
  if (!isWithin(String(policy.maxReceiveCount), [1, 1000])) {
    refuse('Invalid value for maxReceiveCount. Must be an integer between 1 and 1000.');
  }
}

function checkRedriveAllowPolicy(text: string, policy: Partial<RedriveAllowPolicy>): void {
  const byQueue = policy.redrivePermission === 'byQueue';
  const known = byQueue || policy.redrivePermission === 'allowAll' || policy.redrivePermission === 'denyAll';
  const sources = policy.sourceQueueArns?.length ?? 0;
  if (known && (byQueue ? sources >= 1 && sources <= 10 : sources === 0)) return;
  throw invalidParameter(`Value ${text} for parameter RedriveAllowPolicy is invalid.`);
}

export function settingsOf(attributes: QueueAttributes): QueueSettings {
  const redrive = attributes.RedrivePolicy ? (parse(attributes.RedrivePolicy) as RedrivePolicy) : undefined;
  return {
    delayMs: Number(attributes.DelaySeconds) * 1000,
    maximumMessageBytes: Number(attributes.MaximumMessageSize),
    retentionMs: Number(attributes.MessageRetentionPeriod) * 1000,
    waitMs: Number(attributes.ReceiveMessageWaitTimeSeconds) * 1000,
    visibilityTimeoutMs: Number(attributes.VisibilityTimeout) * 1000,
    fifo: attributes.FifoQueue === 'true',
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true',
    deduplicateByGroup: attributes.DeduplicationScope === 'messageGroup',
    redrive: redrive && { ...redrive, maxReceiveCount: Number(redrive.maxReceiveCount) },
    redriveAllow: attributes.RedriveAllowPolicy
      ? (parse(attributes.RedriveAllowPolicy) as RedriveAllowPolicy)
      : undefined,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
