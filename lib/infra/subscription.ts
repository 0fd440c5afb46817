import { Duration } from 'aws-cdk-lib';
import { type CfnRule, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventContract } from '#events/event.ts';
import { ConsumedQueue } from './consumed-queue.ts';
import type { ServiceFunction } from './service-function.ts';

export interface SubscriptionProps {
  bus: IEventBus;
  events: EventContract[];
  fn: ServiceFunction;
  /** Whether it is for what a replay of the archive brings back, and for nothing else. */
  replayed?: boolean;
}

/** Bus -> rule -> queue -> function. What fails for good on either way ends in the dead-letter queue. */
export class Subscription extends Construct {
  readonly rule: Rule;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { bus, events, fn, replayed = false }: SubscriptionProps) {
    super(scope, id);
    const { queue, deadLetters } = new ConsumedQueue(this, 'Queue', { fn });
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.rule = new Rule(this, 'Rule', {
      eventBus: bus,
      eventPattern: {
        source: [...new Set(events.map(({ source }) => source))],
        detailType: events.map(({ type }) => type),
      },
      targets: [
        new SqsQueue(queue, { deadLetterQueue: deadLetters, retryAttempts: 185, maxEventAge: Duration.hours(24) }),
      ],
    });
    // The CDK knows no patterns for this field, which EventBridge gives to replayed events alone.
    const rule = this.rule.node.defaultChild as CfnRule;
    if (replayed) rule.addPropertyOverride('EventPattern.replay-name', [{ exists: true }]);
  }
}
