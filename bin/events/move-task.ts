import { setTimeout as wait } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { DeadLetterQueue } from './edges.ts';

/** Pause between two looks at a task, ms. */
const PAUSE_MS = 200;

/** The queue that all of these dead letters were on their way to; `undefined` where there is another way out, or two. */
export function onlyQueueBehind({ edges }: DeadLetterQueue): string | undefined {
  const arns = new Set(edges.map((edge) => (edge.kind === 'stream' ? undefined : edge.queue.arn)));
  const isConsumed = edges.some(({ kind }) => kind === 'queue');
  return isConsumed && arns.size === 1 ? [...arns][0] : undefined;
}

/**
 * SQS moves them itself, however many there are and whatever becomes of this process. The destination is named, because
 * SQS does not know where a message belongs that EventBridge has put here. Resolves to how many were moved.
 */
export async function moveAll(sqs: SQSClient, queue: DeadLetterQueue): Promise<number> {
  if (await isEmpty(sqs, queue.url)) return 0;
  const DestinationArn = onlyQueueBehind(queue);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn, DestinationArn }));
  for (;;) {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: queue.arn, MaxResults: 1 }));
    const [task] = Results;
    if (task?.Status === 'COMPLETED') return Number(task.ApproximateNumberOfMessagesMoved ?? 0);
    if (task?.Status !== 'RUNNING') throw new Error(`SQS gave up moving them: ${task?.FailureReason ?? task?.Status}`);
    await wait(PAUSE_MS);
  }
}

async function isEmpty(sqs: SQSClient, QueueUrl: string): Promise<boolean> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Attributes?.ApproximateNumberOfMessages === '0';
}
