import type { AnyOperation, Operation } from '../core/service.ts';
import { integerParameter } from './integer-parameter.ts';
import { type MessageAttributes, md5OfAttributes, type StoredMessage } from './message.ts';
import { isRequested } from './message-attributes.ts';
import { count, type QueueInput, queueResource, type SqsState } from './state.ts';

interface ReceiveInput extends QueueInput {
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
  /** The older name of `MessageSystemAttributeNames`. */
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
  MessageAttributeNames?: string[];
}

interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  MD5OfBody: string;
  Body: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: MessageAttributes;
  MD5OfMessageAttributes?: string;
}

/** ReceiveMessage. */
export function receiveOperations(state: SqsState): Record<string, AnyOperation> {
  const ReceiveMessage: Operation<ReceiveInput, { Messages?: ReceivedMessage[] }> = {
    accepts: {
      QueueUrl: true,
      MaxNumberOfMessages: true,
      VisibilityTimeout: true,
      WaitTimeSeconds: true,
      AttributeNames: true,
      MessageSystemAttributeNames: true,
      MessageAttributeNames: true,
    },
    resources: queueResource(state),
    async run(input, { signal }) {
      const queue = state.queues.get(input.QueueUrl);
      const max = integerParameter('MaxNumberOfMessages', input.MaxNumberOfMessages, [1, 10]) ?? 1;
      const visibility = integerParameter('VisibilityTimeout', input.VisibilityTimeout, [0, 43_200]);
      const wait = integerParameter('WaitTimeSeconds', input.WaitTimeSeconds, [0, 20]);
      const messages = await queue.receive({
        max,
        visibilityTimeoutMs: visibility === undefined ? queue.settings.visibilityTimeoutMs : visibility * 1000,
        waitMs: wait === undefined ? queue.settings.waitMs : wait * 1000,
        signal,
      });
      count(
        state,
        queue,
        messages.length > 0 ? 'NumberOfMessagesReceived' : 'NumberOfEmptyReceives',
        messages.length || 1,
      );
      return messages.length > 0 ? { Messages: messages.map((message) => describe(message, input)) } : {};
    },
  };
  return { ReceiveMessage };
}

function describe(message: StoredMessage, input: ReceiveInput): ReceivedMessage {
  const attributes = requestedAttributes(message, input.MessageAttributeNames ?? []);
  const system = requestedSystemAttributes(message, [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ]);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle as string,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
}

function requestedAttributes({ attributes }: StoredMessage, requested: string[]): MessageAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isRequested(name, requested)));
}

function requestedSystemAttributes(message: StoredMessage, requested: string[]): Record<string, string> {
  const known = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: message.sequenceNumber,
  };
  const entries = Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => requested.includes('All') || requested.includes(name)));
}
