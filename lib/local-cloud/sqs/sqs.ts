import type { Gauge, MetricSink } from '../core/metric.ts';
import type { CloudContext, ServiceModule } from '../core/service.ts';
import { describeQueueOperations } from './describe-queue.ts';
import { QUERY_ERROR_CODES } from './errors.ts';
import { SQS_INPUTS } from './inputs.ts';
import { moveOperations } from './move-operations.ts';
import { SQS_QUERY } from './query-dialect.ts';
import type { Queue } from './queue.ts';
import { queueOperations } from './queue-operations.ts';
import { Queues } from './queues.ts';
import { receiveOperations } from './receive.ts';
import { sqsResourceTypes } from './resources.ts';
import { sendOperations } from './send.ts';
import { settleOperations } from './settle.ts';
import type { SqsState } from './state.ts';

export interface SqsOptions {
  /** The part of queue URLs in front of `/<account>/<name>`, asked for whenever a URL is made. */
  endpointUrl?(): string;
  onMetric?: MetricSink;
}

export interface SqsModule extends ServiceModule {
  /** How many messages each queue holds and how old the oldest is, at this moment. */
  gauges(): Gauge[];
}

/** Amazon SQS, in memory. */
export function createSqs(context: CloudContext, options: SqsOptions = {}): SqsModule {
  const endpointUrl = options.endpointUrl ?? (() => `https://sqs.${context.account.region}.amazonaws.com`);
  const queues = new Queues(context, endpointUrl);
  const state: SqsState = { context, queues, onMetric: options.onMetric ?? (() => {}) };
  return {
    name: 'sqs',
    protocol: {
      kind: 'json',
      targetPrefix: 'AmazonSQS',
      version: '1.0',
      queryCompatible: QUERY_ERROR_CODES,
      query: SQS_QUERY,
    },
    inputs: SQS_INPUTS,
    operations: {
      ...sendOperations(state),
      ...receiveOperations(state),
      ...settleOperations(state),
      ...queueOperations(state),
      ...describeQueueOperations(state),
      ...moveOperations(state),
    },
    resourceTypes: sqsResourceTypes(state),
    stop() {
      for (const queue of queues.all()) queue.close();
    },
    gauges: () => queues.all().flatMap(gaugesOf),
  };
}

function gaugesOf(queue: Queue): Gauge[] {
  const { available, delayed, inFlight } = queue.counts();
  const gauge = (name: string, value: number, unit: Gauge['unit'] = 'Count'): Gauge => {
    return { namespace: 'AWS/SQS', name, dimensions: { QueueName: queue.name }, value, unit };
  };
  return [
    gauge('ApproximateNumberOfMessagesVisible', available),
    gauge('ApproximateNumberOfMessagesDelayed', delayed),
    gauge('ApproximateNumberOfMessagesNotVisible', inFlight),
    gauge('ApproximateAgeOfOldestMessage', Math.floor(queue.ageOfOldestMs() / 1000), 'Seconds'),
  ];
}
