import type { AnyOperation, Operation } from '../core/service.ts';
import { sqsError } from './errors.ts';
import type { Queue } from './queue.ts';
import type { QueueAttributes } from './queue-settings.ts';
import { type QueueInput, queueResource, type SqsState } from './state.ts';

const OPTIONAL_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'RedrivePolicy',
];

/** GetQueueAttributes and the tags of a queue. */
export function describeQueueOperations(state: SqsState): Record<string, AnyOperation> {
  const { queues } = state;
  const resources = queueResource(state);

  const GetQueueAttributes: Operation<QueueInput & { AttributeNames?: string[] }, { Attributes?: QueueAttributes }> = {
    accepts: { QueueUrl: true, AttributeNames: true },
    resources,
    run({ QueueUrl, AttributeNames = [] }) {
      const queue = queues.get(QueueUrl);
      if (AttributeNames.length === 0) return {};
      return { Attributes: select(attributesOf(queue), AttributeNames) };
    },
  };

  const TagQueue: Operation<QueueInput & { Tags?: Record<string, string> }, object> = {
    accepts: { QueueUrl: true, Tags: true },
    resources,
    run({ QueueUrl, Tags = {} }) {
      Object.assign(queues.get(QueueUrl).tags, Tags);
      return {};
    },
  };

  const UntagQueue: Operation<QueueInput & { TagKeys?: string[] }, object> = {
    accepts: { QueueUrl: true, TagKeys: true },
    resources,
    run({ QueueUrl, TagKeys = [] }) {
      const { tags } = queues.get(QueueUrl);
      for (const key of TagKeys) delete tags[key];
      return {};
    },
  };

  const ListQueueTags: Operation<QueueInput, { Tags: Record<string, string> }> = {
    accepts: { QueueUrl: true },
    resources,
    run: ({ QueueUrl }) => ({ Tags: { ...queues.get(QueueUrl).tags } }),
  };

  return { GetQueueAttributes, TagQueue, UntagQueue, ListQueueTags };
}

function attributesOf(queue: Queue): QueueAttributes {
  const { available, delayed, inFlight } = queue.counts();
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(available),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
  };
}

// A known attribute that the queue does not have is left out; an unknown name is an error.
function select(attributes: QueueAttributes, names: string[]): QueueAttributes {
  for (const name of names) {
    if (name === 'All' || name in attributes || OPTIONAL_ATTRIBUTES.includes(name)) continue;
    throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  const present = Object.entries(attributes).filter(([, value]) => value !== '');
  return Object.fromEntries(present.filter(([name]) => names.includes('All') || names.includes(name)));
}
