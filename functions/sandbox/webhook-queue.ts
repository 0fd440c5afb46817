import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { traced } from '#lib/runtime/aws/traced-client.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import type { Webhook } from './webhook.ts';

const sqs = traced(new SQSClient({ maxAttempts: 4 }));

/** Hands the news over to the queue, which tries for longer than the stream could wait. */
export async function enqueue(webhook: Webhook): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: requiredEnv('WEBHOOK_QUEUE_URL'),
      MessageBody: JSON.stringify(webhook),
      DelaySeconds: webhook.delay_seconds,
    }),
  );
}
