import type { Duration } from 'aws-cdk-lib';
import { Schedule as Rate, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ConsumedQueue } from './consumed-queue.ts';
import type { ServiceFunction } from './service-function.ts';

export interface ScheduleProps {
  /** At least a minute, by EventBridge. */
  every: Duration;
  fn: ServiceFunction;
}

/** Clock -> queue -> function. A run that fails is repeated; what fails for good ends in the dead-letter queue. */
export class Schedule extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { every, fn }: ScheduleProps) {
    super(scope, id);
    const { queue, deadLetters } = new ConsumedQueue(this, 'Queue', { fn });
    this.queue = queue;
    this.deadLetters = deadLetters;
    new Rule(this, 'Rule', {
      schedule: Rate.rate(every),
      // A run that could not be asked for within its interval is none too many: the next one does its work.
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters, maxEventAge: every })],
    });
  }
}
