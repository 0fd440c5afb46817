import type { AnyOperation, Operation } from '../core/service.ts';
import { type BatchEntry, type BatchResult, checkBatch, runBatch } from './batch.ts';
import { invalidParameter, missingParameter } from './errors.ts';
import type { Queue } from './queue.ts';
import { count, type QueueInput, queueResource, type SqsState } from './state.ts';

const LONGEST_VISIBILITY_SECONDS = 43_200;

interface DeleteRequest {
  ReceiptHandle?: string;
}

interface VisibilityRequest extends DeleteRequest {
  VisibilityTimeout?: number;
}

/** What a consumer does with a message that it has: delete it, or change when it comes back. */
export function settleOperations(state: SqsState): Record<string, AnyOperation> {
  const resources = queueResource(state);

  const remove = (queue: Queue, { ReceiptHandle }: DeleteRequest): void => {
    if (!ReceiptHandle) throw missingParameter('ReceiptHandle');
    if (queue.delete(ReceiptHandle)) count(state, queue, 'NumberOfMessagesDeleted', 1);
  };

  const DeleteMessage: Operation<QueueInput & DeleteRequest, object> = {
    accepts: { QueueUrl: true, ReceiptHandle: true },
    resources,
    run(input) {
      remove(state.queues.get(input.QueueUrl), input);
      return {};
    },
  };

  const DeleteMessageBatch: Operation<
    QueueInput & { Entries?: (DeleteRequest & BatchEntry)[] },
    BatchResult<BatchEntry>
  > = {
    iamAction: 'sqs:DeleteMessage',
    accepts: { QueueUrl: true, Entries: { Id: true, ReceiptHandle: true } },
    resources,
    run(input) {
      const queue = state.queues.get(input.QueueUrl);
      return runBatch(checkBatch(input.Entries, 'DeleteMessageBatchRequestEntry'), (entry) => {
        remove(queue, entry);
        return { Id: entry.Id };
      });
    },
  };

  const ChangeMessageVisibility: Operation<QueueInput & VisibilityRequest, object> = {
    accepts: { QueueUrl: true, ReceiptHandle: true, VisibilityTimeout: true },
    resources,
    run(input) {
      changeVisibility(state.queues.get(input.QueueUrl), input);
      return {};
    },
  };

  const ChangeMessageVisibilityBatch: Operation<
    QueueInput & { Entries?: (VisibilityRequest & BatchEntry)[] },
    BatchResult<BatchEntry>
  > = {
    iamAction: 'sqs:ChangeMessageVisibility',
    accepts: { QueueUrl: true, Entries: { Id: true, ReceiptHandle: true, VisibilityTimeout: true } },
    resources,
    run(input) {
      const queue = state.queues.get(input.QueueUrl);
      return runBatch(checkBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry'), (entry) => {
        changeVisibility(queue, entry);
        return { Id: entry.Id };
      });
    },
  };

  return { DeleteMessage, DeleteMessageBatch, ChangeMessageVisibility, ChangeMessageVisibilityBatch };
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: VisibilityRequest): void {
  if (!ReceiptHandle) throw missingParameter('ReceiptHandle');
  if (VisibilityTimeout === undefined) throw missingParameter('VisibilityTimeout');
  const valid = Number.isInteger(VisibilityTimeout) && VisibilityTimeout >= 0;
  if (!valid || VisibilityTimeout > LONGEST_VISIBILITY_SECONDS) {
    throw invalidParameter(
      `Value ${VisibilityTimeout} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and 43200`,
    );
  }
  queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
}
