import type { AnyOperation, Operation } from '../core/service.ts';
import { invalidParameter, sqsError } from './errors.ts';
import { integerParameter } from './integer-parameter.ts';
import { MoveTask } from './move-task.ts';
import type { Queue } from './queue.ts';
import type { SqsState } from './state.ts';

interface StartInput {
  SourceArn?: string;
  DestinationArn?: string;
  MaxNumberOfMessagesPerSecond?: number;
}

interface ListInput {
  SourceArn?: string;
  MaxResults?: number;
}

/** Redrive: moving the messages of a dead-letter queue back. */
export function moveOperations(state: SqsState): Record<string, AnyOperation> {
  const { queues, context } = state;
  // The latest task of a queue comes first.
  const tasks: MoveTask[] = [];

  const find = (arn: string | undefined): Queue => {
    const queue = queues.find(arn ?? '');
    if (queue) return queue;
    throw sqsError(
      'ResourceNotFoundException',
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
  };

  const StartMessageMoveTask: Operation<StartInput, { TaskHandle: string }> = {
    accepts: { SourceArn: true, DestinationArn: true, MaxNumberOfMessagesPerSecond: true },
    resources: ({ SourceArn = '', DestinationArn }) => (DestinationArn ? [SourceArn, DestinationArn] : [SourceArn]),
    run({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }) {
      const source = find(SourceArn);
      if (queues.sourcesOf(source).length === 0) {
        throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
      }
      if (DestinationArn) find(DestinationArn);
      if (tasks.some((task) => task.plan.source === source && task.status === 'RUNNING')) {
        throw sqsError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const messagesPerSecond = integerParameter(
        'MaxNumberOfMessagesPerSecond',
        MaxNumberOfMessagesPerSecond,
        [1, 500],
      );
      const task = new MoveTask({ source, destinationArn: DestinationArn, messagesPerSecond }, context.clock, queues);
      tasks.unshift(task);
      return { TaskHandle: task.handle };
    },
  };

  const ListMessageMoveTasks: Operation<ListInput, { Results: object[] }> = {
    accepts: { SourceArn: true, MaxResults: true },
    resources: ({ SourceArn = '' }) => [SourceArn],
    run({ SourceArn, MaxResults }) {
      const source = find(SourceArn);
      const limit = integerParameter('MaxResults', MaxResults, [1, 10]) ?? 1;
      const ofSource = tasks.filter((task) => task.plan.source === source);
      return { Results: ofSource.slice(0, limit).map(describe) };
    },
  };

  const CancelMessageMoveTask: Operation<{ TaskHandle?: string }, { ApproximateNumberOfMessagesMoved: number }> = {
    accepts: { TaskHandle: true },
    resources: ({ TaskHandle = '' }) => [sourceOf(TaskHandle)],
    run({ TaskHandle }) {
      const task = tasks.find(({ handle }) => handle === TaskHandle);
      if (!task) throw sqsError('ResourceNotFoundException', 'Task does not exist.');
      if (task.status !== 'RUNNING') {
        throw sqsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
      }
      task.cancel();
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
  };

  return { StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask };
}

function describe(task: MoveTask): object {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.plan.source.arn,
    DestinationArn: task.plan.destinationArn,
    MaxNumberOfMessagesPerSecond: task.plan.messagesPerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAt,
  };
}

function sourceOf(handle: string): string {
  return Buffer.from(handle, 'base64').toString().split(' ')[0] ?? '';
}
