import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Cause } from '#events/event.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { toTraceHeader } from '#lib/runtime/trace.ts';
import type { Order } from './order.ts';
import type { DeadManMessage } from './order-messages.ts';

const sqs = new SQSClient({ maxAttempts: 4 });
const stepFunctions = new SFNClient({ maxAttempts: 4 });

/**
 * Starts the saga of an order, or starts it again: every step knows what it has done before. The dead-man message
 * goes first, so there is no moment at which the saga runs and nobody would notice that it died.
 */
export async function startOrderSaga(order: Order, attempt: number, cause: Cause): Promise<void> {
  await armDeadMan({ order_id: order.order_id, attempt, cause });
  await startExecution(order, cause);
}

/** Starts the saga at its undo chain: it could not be brought to its end. */
export async function undoOrderSaga(order: Order, attempt: number, cause: Cause): Promise<void> {
  await armDeadMan({ order_id: order.order_id, attempt, cause });
  await startExecution(order, cause, 'saga_did_not_end');
}

async function armDeadMan(message: DeadManMessage): Promise<void> {
  const QueueUrl = requiredEnv('DEAD_MAN_QUEUE_URL');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
}

async function startExecution(order: Order, cause: Cause, undoReason?: string): Promise<void> {
  const { order_id, user_id, items, total, payment_method } = order;
  await stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: requiredEnv('ORDER_SAGA_ARN'),
      input: JSON.stringify({ order_id, user_id, items, total, payment_method, cause, undo_reason: undoReason }),
      traceHeader: toTraceHeader(cause.traceparent),
    }),
  );
}
