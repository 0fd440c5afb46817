import type { InputShape } from '../core/input-shape.ts';

const MESSAGE: InputShape = {
  MessageBody: 'string',
  DelaySeconds: 'number',
  MessageAttributes: 'map',
  MessageSystemAttributes: 'map',
  MessageDeduplicationId: 'string',
  MessageGroupId: 'string',
};

const RECEIPT: InputShape = { ReceiptHandle: 'string', VisibilityTimeout: 'number' };

export const SQS_INPUTS: InputShape = {
  ...MESSAGE,
  ...RECEIPT,
  QueueUrl: 'string',
  QueueName: 'string',
  QueueNamePrefix: 'string',
  QueueOwnerAWSAccountId: 'string',
  Attributes: 'map',
  tags: 'map',
  Tags: 'map',
  TagKeys: ['string'],
  AttributeNames: ['string'],
  MessageAttributeNames: ['string'],
  MessageSystemAttributeNames: ['string'],
  MaxNumberOfMessages: 'number',
  WaitTimeSeconds: 'number',
  MaxResults: 'number',
  NextToken: 'string',
  Entries: [{ Id: 'string', ...MESSAGE, ...RECEIPT }],
  SourceArn: 'string',
  DestinationArn: 'string',
  MaxNumberOfMessagesPerSecond: 'number',
  TaskHandle: 'string',
};
