import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CallingAlarm } from './alarms.ts';
import { DEFAULT_TIMEOUT, type ServiceFunction } from './service-function.ts';

export interface ConsumedQueueProps {
  fn: ServiceFunction;
  /** Time between sending a message and its first delivery; at most 15 minutes. */
  deliveryDelay?: Duration;
}

/** Failures after which a message is put aside. */
const MAX_RECEIVES = 5;

/**
 * A queue with the function that consumes it and the dead-letter queue for what it fails on, time and again. People are
 * called when its messages wait for longer than it takes to fail for good: then nobody consumes it, or not fast enough.
 */
export class ConsumedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { fn, deliveryDelay }: ConsumedQueueProps) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    // AWS's advice: six times the function's timeout, so that a message is not delivered again while it is handled.
    const visibilityTimeout = Duration.seconds(6 * (fn.timeout ?? DEFAULT_TIMEOUT).toSeconds());
    this.queue = new Queue(this, 'Messages', {
      ...common,
      deliveryDelay,
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    fn.addEnvironment('MAX_RECEIVES', String(MAX_RECEIVES));
    fn.live.addEventSource(new SqsEventSource(this.queue, { batchSize: 10, reportBatchItemFailures: true }));
    new CallingAlarm(this, 'Lag', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(1) }),
      above: (deliveryDelay?.toSeconds() ?? 0) + (MAX_RECEIVES + 1) * visibilityTimeout.toSeconds(),
      alarmDescription: `${fn.node.path}: its messages wait, seconds`,
      runbook: 'waiting-messages',
    });
  }
}
