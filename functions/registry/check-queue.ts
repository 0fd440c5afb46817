import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Cause } from '#events/event.ts';
import { traced } from '#lib/runtime/aws/traced-client.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import type { CheckMessage, Round } from './health-checks.ts';

/** SQS takes so many messages a call. */
const LARGEST_BATCH = 10;

const sqs = traced(new SQSClient({ maxAttempts: 4 }));

/** Puts the checks of these rounds into the queue, each to be made when it is due. */
export async function askForChecks(rounds: Round[], cause: Cause): Promise<void> {
  for (let start = 0; start < rounds.length; start += LARGEST_BATCH) {
    const Entries = rounds.slice(start, start + LARGEST_BATCH).map(({ delaySeconds, due_at, targets }, index) => ({
      Id: String(index),
      DelaySeconds: delaySeconds,
      MessageBody: JSON.stringify({ due_at, targets, cause } satisfies CheckMessage),
    }));
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: requiredEnv('CHECK_QUEUE_URL'), Entries }),
    );
    if (Failed.length > 0) throw new Error(`The queue did not take ${Failed.length} rounds of checks.`);
  }
}
