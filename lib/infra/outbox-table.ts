import { Duration } from 'aws-cdk-lib';
import { AttributeType, type ProjectionType, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CallingAlarm } from './alarms.ts';
import type { ServiceFunction } from './service-function.ts';
import { ServiceTable } from './service-table.ts';
import { settingsOf } from './stage.ts';

export interface OutboxTableProps {
  /** Index name to its partition and sort attribute, both strings, and what else it holds: all unless said otherwise. */
  indexes?: Record<string, [partition: string, sort: string, projection?: ProjectionType]>;
  /** Publishes the events that changes of the table added. */
  relay: ServiceFunction;
}

/**
 * A service's table whose stream is its outbox: a handler writes the row, and its events with it, in one write; the
 * relay publishes them. Nothing is lost between writing and publishing, because there is no between.
 */
export class OutboxTable extends Construct {
  readonly table: Table;
  /** Where changes end up that could not be published. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, { indexes = {}, relay }: OutboxTableProps) {
    super(scope, id);
    this.table = new ServiceTable(this, 'Table', { stream: StreamViewType.NEW_AND_OLD_IMAGES });
    for (const [indexName, [partition, sort, projectionType]] of Object.entries(indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        projectionType,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: sort, type: AttributeType.STRING },
      });
    }
    this.failures = new Queue(this, 'Failures', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.#connect(relay);
    new CallingAlarm(this, 'Lag', {
      metric: relay.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      above: settingsOf(this).relayLagLimit.toMilliseconds(),
      alarmDescription: `${relay.node.path}: changes wait to be published, ms`,
      runbook: 'relay-lag',
    });
  }

  #connect(relay: ServiceFunction): void {
    relay.live.addEventSource(
      new DynamoEventSource(this.table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        // A row wakes the relay from its first event on: not copies and counters, which have no version, nor what has
        // only begun. An absent field is not "anything but" a value.
        filters: [FilterCriteria.filter({ dynamodb: { NewImage: { version: { N: FilterRule.notEquals('0') } } } })],
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        // A stream keeps its records for 24 hours; after 20 there is still time to look at the failures queue.
        maxRecordAge: Duration.hours(20),
        retryAttempts: 1_000,
        onFailure: new SqsDlq(this.failures),
      }),
    );
  }
}
