import {
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
  type StartExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Cause } from '#events/event.ts';
import { traced } from '#lib/runtime/aws/traced-client.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { toTraceHeader } from '#lib/runtime/trace.ts';
import { executionName } from './execution-name.ts';
import { type Order, reasonOf } from './order.ts';
import type { DeadManMessage } from './order-messages.ts';

const sqs = traced(new SQSClient({ maxAttempts: 4 }));
const stepFunctions = traced(new SFNClient({ maxAttempts: 4 }));

/** Starts of the saga before it is told to undo. */
const FORWARD_ATTEMPTS = 3;

/** One more start than that, to undo; then it is over, and a person has to look. */
export const LAST_ATTEMPT = FORWARD_ATTEMPTS + 1;

/**
 * Starts the saga of an order, or starts it again: every step knows what it has done before. An order that is being
 * cancelled already is only undone. The dead-man message goes first, so there is no moment at which the saga runs and
 * nobody would notice that it died.
 */
export async function startOrderSaga(order: Order, attempt: number, cause: Cause): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: requiredEnv('DEAD_MAN_QUEUE_URL'),
      MessageBody: JSON.stringify({ order_id: order.order_id, attempt, cause } satisfies DeadManMessage),
    }),
  );
  const { order_id, user_id, items, total, payment_method } = order;
  const undo_reason = undoReason(order, attempt);
  await startExecution({
    stateMachineArn: requiredEnv('ORDER_SAGA_ARN'),
    name: executionName(order_id, attempt, cause),
    input: JSON.stringify({ order_id, user_id, items, total, payment_method, cause, undo_reason }),
    traceHeader: toTraceHeader(cause.traceparent),
  });
}

/** Where the workflow is a Standard one, a start that is repeated finds its name taken: it has been started. */
async function startExecution(input: StartExecutionCommandInput): Promise<void> {
  try {
    await stepFunctions.send(new StartExecutionCommand(input));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** Why to undo; nothing when the saga is to go forward. */
function undoReason(order: Order, attempt: number): string | undefined {
  if (order.status !== 'pending') return reasonOf(order);
  return attempt > FORWARD_ATTEMPTS ? 'saga_did_not_end' : undefined;
}
