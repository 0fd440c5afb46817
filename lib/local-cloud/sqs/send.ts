import type { AnyOperation, CallContext, Operation, PropertyShape } from '../core/service.ts';
import { type BatchEntry, type BatchResult, checkBatch, runBatch } from './batch.ts';
import { sqsError } from './errors.ts';
import { type MessageAttributes, md5OfAttributes, type StoredMessage, sizeInBytes } from './message.ts';
import { newMessage, type SendRequest } from './new-message.ts';
import type { Queue } from './queue.ts';
import { count, type QueueInput, queueResource, type SqsState } from './state.ts';

// The limit of a whole batch, which is that of a single message.
const MOST_BATCH_BYTES = 1_048_576;

// Sequence numbers have 20 digits; AWS's begin about here, with gaps.
const FIRST_SEQUENCE_NUMBER = 18_850_000_000_000_000_000n;
const SEQUENCE_STEP = 256n;

interface SendResult {
  MessageId: string;
  MD5OfMessageBody: string;
  MD5OfMessageAttributes?: string;
  MD5OfMessageSystemAttributes?: string;
  SequenceNumber?: string;
}

type SendEntry = SendRequest & BatchEntry;

const MESSAGE_FIELDS: PropertyShape = {
  MessageBody: true,
  DelaySeconds: true,
  MessageAttributes: true,
  MessageSystemAttributes: true,
  MessageDeduplicationId: true,
  MessageGroupId: true,
};

/** SendMessage and SendMessageBatch. */
export function sendOperations(state: SqsState): Record<string, AnyOperation> {
  let sent = 0n;

  const admit = (queue: Queue, message: StoredMessage): StoredMessage | undefined => {
    if (!queue.settings.fifo) return message;
    const key = `${queue.settings.deduplicateByGroup ? message.groupId : ''} ${message.deduplicationId}`;
    const earlier = queue.deduplication.find(key, message.sentAt);
    message.id = earlier?.messageId ?? message.id;
    message.sequenceNumber = earlier?.sequenceNumber ?? String(FIRST_SEQUENCE_NUMBER + SEQUENCE_STEP * sent++);
    if (earlier) return undefined;
    queue.deduplication.remember(key, message, message.sentAt);
    return message;
  };

  const send = (queue: Queue, request: SendRequest, sender: CallContext, admitted: StoredMessage[]): SendResult => {
    const message = newMessage(queue, request, { ...sender, now: state.context.clock.now() });
    const accepted = admit(queue, message);
    if (accepted) admitted.push(accepted);
    count(state, queue, 'NumberOfMessagesSent', 1);
    count(state, queue, 'SentMessageSize', sizeInBytes(message.body, message.attributes));
    return resultOf(message, request.MessageSystemAttributes);
  };

  const SendMessage: Operation<SendRequest & QueueInput, SendResult> = {
    accepts: { QueueUrl: true, ...MESSAGE_FIELDS },
    resources: queueResource(state),
    run(input, sender) {
      const queue = state.queues.get(input.QueueUrl);
      const admitted: StoredMessage[] = [];
      const result = send(queue, input, sender, admitted);
      queue.add(admitted);
      return result;
    },
  };

  const SendMessageBatch: Operation<QueueInput & { Entries?: SendEntry[] }, BatchResult<SendResult & BatchEntry>> = {
    iamAction: 'sqs:SendMessage',
    accepts: { QueueUrl: true, Entries: { Id: true, ...MESSAGE_FIELDS } },
    resources: queueResource(state),
    run(input, sender) {
      const queue = state.queues.get(input.QueueUrl);
      const entries = checkBatch(input.Entries, 'SendMessageBatchRequestEntry');
      checkBatchSize(entries);
      const admitted: StoredMessage[] = [];
      const result = runBatch(entries, (entry) => ({ Id: entry.Id, ...send(queue, entry, sender, admitted) }));
      queue.add(admitted);
      return result;
    },
  };

  return { SendMessage, SendMessageBatch };
}

function resultOf(message: StoredMessage, systemAttributes: MessageAttributes = {}): SendResult {
  return {
    MessageId: message.id,
    MD5OfMessageBody: message.md5OfBody,
    MD5OfMessageAttributes: md5OfAttributes(message.attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(systemAttributes),
    SequenceNumber: message.sequenceNumber,
  };
}

function checkBatchSize(entries: SendEntry[]): void {
  const size = entries.reduce(
    (sum, { MessageBody = '', MessageAttributes = {} }) => sum + sizeInBytes(MessageBody, MessageAttributes),
    0,
  );
  if (size <= MOST_BATCH_BYTES) return;
  throw sqsError(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${MOST_BATCH_BYTES} bytes. You have sent ${size} bytes.`,
  );
}
