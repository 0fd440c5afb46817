import type { MetricSink } from '../core/metric.ts';
import type { CloudContext } from '../core/service.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

/** What the actions of SQS share. */
export interface SqsState {
  context: CloudContext;
  queues: Queues;
  onMetric: MetricSink;
}

export interface QueueInput {
  QueueUrl?: string;
}

/** Counts something that happened in a queue. */
export function count({ onMetric }: SqsState, queue: Queue, name: string, value: number): void {
  onMetric('AWS/SQS', name, { QueueName: queue.name }, value, name === 'SentMessageSize' ? 'Bytes' : 'Count');
}

/** The queue that IAM checks for an action on one queue. */
export function queueResource({ queues }: SqsState): (input: QueueInput) => string[] {
  return ({ QueueUrl }) => [queues.arn(queues.nameOf(QueueUrl))];
}
