import { AwsError } from '../core/aws-error.ts';
import type { CallContext, CloudContext, TraceHeader } from '../core/service.ts';
import { lambdaEvent, type Notification, queueEnvelope } from './notification.ts';
import type { Subscription } from './topics.ts';

const SECOND_MS = 1000;
const LONGEST_DELAY_MS = 20_000;
const MOST_RETRIES = 100_015;

/** Delivers to queues and functions in the background, with the retries of SNS and the subscription's dead letters. */
export class TopicDeliveries {
  #context: CloudContext;
  #underWay = new Set<Promise<void>>();
  #stopped = new AbortController();

  constructor(context: CloudContext) {
    this.#context = context;
  }

  start(notification: Notification, subscription: Subscription, trace?: TraceHeader): void {
    if (subscription.protocol !== 'sqs' && subscription.protocol !== 'lambda') return;
    const caller = { kind: 'service', principal: 'sns.amazonaws.com', sourceArn: subscription.topicArn } as const;
    const done = this.#deliver(notification, subscription, { caller, trace }).finally(() =>
      this.#underWay.delete(done),
    );
    this.#underWay.add(done);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#underWay);
  }

  async #deliver(notification: Notification, subscription: Subscription, context: CallContext): Promise<void> {
    // Whoever publishes does not wait for the first attempt either.
    await Promise.resolve();
    const { clock } = this.#context;
    for (let retries = 0; ; retries += 1) {
      const error = await this.#try(notification, subscription, context);
      if (!error) return;
      if (!isPassing(error) || retries >= MOST_RETRIES) {
        await this.#giveUp(notification, subscription, { context, error });
        return;
      }
      await clock.sleep(delayBefore(retries), this.#stopped.signal);
      if (this.#stopped.signal.aborted) return;
    }
  }

  async #try(notification: Notification, subscription: Subscription, context: CallContext): Promise<Error | undefined> {
    try {
      await this.#send(notification, subscription, context);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  async #send(notification: Notification, subscription: Subscription, context: CallContext): Promise<void> {
    const { api } = this.#context;
    const { protocol, endpoint, raw } = subscription;
    if (protocol === 'lambda') {
      const Payload = Buffer.from(lambdaEvent(notification, subscription));
      await api.call('lambda', 'Invoke', { FunctionName: endpoint, InvocationType: 'Event', Payload }, context);
      return;
    }
    const message = raw
      ? { MessageBody: notification.message, MessageAttributes: notification.attributes }
      : { MessageBody: queueEnvelope(notification, subscription) };
    await api.call('sqs', 'SendMessage', { QueueUrl: queueName(endpoint), ...message }, context);
  }

  async #giveUp(
    notification: Notification,
    subscription: Subscription,
    { context, error }: { context: CallContext; error: Error },
  ): Promise<void> {
    const { topicArn, endpoint, deadLetterArn } = subscription;
    const why = `${topicArn} -> ${endpoint}: ${error.message}`;
    if (!deadLetterArn) {
      this.#context.log.warn(`notification dropped, no dead-letter queue: ${why}`);
      return;
    }
    const input = { QueueUrl: queueName(deadLetterArn), MessageBody: queueEnvelope(notification, subscription) };
    try {
      await this.#context.api.call('sqs', 'SendMessage', input, context);
      this.#context.log.warn(`notification sent to the dead-letter queue: ${why}`);
    } catch (refused) {
      this.#context.log.warn(`notification dropped, ${deadLetterArn}: ${(refused as Error).message}: ${why}`);
    }
  }
}

/** Three times at once, twice after a second, ten times with backoff up to 20 seconds, then every 20 seconds. */
export function delayBefore(retry: number): number {
  if (retry < 3) return 0;
  if (retry < 5) return SECOND_MS;
  return Math.min(LONGEST_DELAY_MS, SECOND_MS * 2 ** (retry - 4));
}

// SNS tries faults again and throttling, but not what the caller would have to change.
function isPassing(error: Error): boolean {
  if (!(error instanceof AwsError)) return true;
  return error.status >= 500 || error.status === 429 || /Throttl|TooManyRequests|OverLimit/.test(error.code);
}

function queueName(arn: string): string | undefined {
  return arn.split(':').pop();
}
