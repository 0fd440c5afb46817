import type { Resource, ResourceType } from '../core/service.ts';
import type { SqsState } from './state.ts';

const UNENCRYPTED = 'messages stay in the memory of this process, unencrypted';
const LONGEST_NAME = 80;

const ATTRIBUTES = {
  ContentBasedDeduplication: true,
  DeduplicationScope: true,
  DelaySeconds: true,
  FifoQueue: true,
  FifoThroughputLimit: 'there is no throughput limit here',
  KmsDataKeyReusePeriodSeconds: UNENCRYPTED,
  KmsMasterKeyId: UNENCRYPTED,
  MaximumMessageSize: true,
  MessageRetentionPeriod: true,
  ReceiveMessageWaitTimeSeconds: true,
  RedriveAllowPolicy: true,
  RedrivePolicy: true,
  SqsManagedSseEnabled: UNENCRYPTED,
  VisibilityTimeout: true,
} as const;

interface Tag {
  Key: string;
  Value: string;
}

/** The resource types of SQS. */
export function sqsResourceTypes({ queues, context }: SqsState): ResourceType[] {
  return [
    {
      type: 'AWS::SQS::Queue',
      properties: { ...ATTRIBUTES, QueueName: true, Tags: true },
      create(resource) {
        const { properties } = resource;
        const tags: Tag[] = properties.Tags ?? [];
        const queue = queues.create({
          name: properties.QueueName ?? generatedName(resource),
          attributes: attributesOf(properties),
          tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
        });
        const url = queues.url(queue.name);
        return { ref: url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: url } };
      },
    },
    {
      type: 'AWS::SQS::QueuePolicy',
      properties: { PolicyDocument: true, Queues: true },
      create(resource) {
        const { Queues, PolicyDocument } = resource.properties;
        for (const url of Queues as string[]) {
          context.iam.attachResourcePolicy(queues.get(url).arn, PolicyDocument);
        }
        return { ref: resource.generatedName() };
      },
    },
    {
      type: 'AWS::SQS::QueueInlinePolicy',
      properties: { PolicyDocument: true, Queue: true },
      create({ properties }) {
        context.iam.attachResourcePolicy(queues.get(properties.Queue).arn, properties.PolicyDocument);
        return { ref: properties.Queue };
      },
    },
  ];
}

function generatedName(resource: Resource): string {
  const suffix = String(resource.properties.FifoQueue) === 'true' ? '.fifo' : '';
  return `${resource.generatedName(LONGEST_NAME - suffix.length)}${suffix}`;
}

// A template says in numbers, booleans and objects what the API takes as strings.
function attributesOf(properties: Resource['properties']): Record<string, string> {
  const names = Object.keys(ATTRIBUTES).filter((name) => properties[name] !== undefined);
  // CloudFormation takes `FifoQueue: false` for a standard queue, as if it were not there.
  const meant = names.filter((name) => name !== 'FifoQueue' || String(properties[name]) === 'true');
  return Object.fromEntries(
    meant.map((name) => {
      const value = properties[name];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}
