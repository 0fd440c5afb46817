import { type CloudContext, OPERATOR, type ServiceModule } from '../core/service.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { LOGS_INPUTS } from './inputs.ts';
import { createLogArns } from './log-arns.ts';
import { type LogEvent, LogStore } from './log-store.ts';
import type { MetricBatch } from './metric-datum.ts';
import { filteredMetrics, type MetricFilter } from './metric-filter.ts';
import { type QueryDefinition, queryOperations } from './query-actions.ts';
import { readOperations } from './read-actions.ts';
import { logsResourceTypes } from './resource-types.ts';
import { writeOperations } from './write-actions.ts';

export interface WrittenEvents {
  group: string;
  stream: string;
  events: LogEvent[];
}

export interface LogsModule extends ServiceModule {
  /** Appends events; the group and the stream are created when they do not exist. */
  write(group: string, stream: string, events: LogEvent[]): void;
  /** Tells `listener` of everything that is written from now on; the returned function ends that. */
  onWrite(listener: (written: WrittenEvents) => void): () => void;
  /** Resolves when the metrics found in all written events have reached CloudWatch. */
  settle(): Promise<void>;
}

/** CloudWatch Logs: keeps the latest events of each group, and makes metrics of what the events say. */
export function createLogs(context: CloudContext): LogsModule {
  const store = new LogStore(context.clock);
  const filters: MetricFilter[] = [];
  const definitions: QueryDefinition[] = [];
  const listeners = new Set<(written: WrittenEvents) => void>();
  const underWay = new Set<Promise<void>>();
  const arns = createLogArns(context.account);

  const write = (group: string, stream: string, events: LogEvent[]) => {
    if (events.length === 0) return;
    store.append(group, stream, events);
    for (const batch of metricsIn(group, events, filters)) publish(batch);
    for (const listener of listeners) listener({ group, stream, events });
  };

  const publish = ({ namespace, data }: MetricBatch) => {
    // CloudWatch Logs extracts metrics on its own account: the writer needs no cloudwatch:PutMetricData.
    const input = { Namespace: namespace, MetricData: data };
    const published = context.api
      .call('cloudwatch', 'PutMetricData', input, { caller: OPERATOR })
      .catch((error: unknown) => context.log.warn(`CloudWatch Logs: metrics of ${namespace}: ${error}`))
      .then(() => {
        underWay.delete(published);
      });
    underWay.add(published);
  };

  return {
    name: 'logs',
    protocol: { kind: 'json', targetPrefix: 'Logs_20140328', version: '1.1' },
    inputs: LOGS_INPUTS,
    operations: {
      ...readOperations(store, filters, arns),
      ...queryOperations({ store, definitions, account: context.account }, arns),
      ...writeOperations({ store, clock: context.clock, write }, arns),
    },
    resourceTypes: logsResourceTypes({ store, filters, definitions, clock: context.clock, arns }),
    write,
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async settle() {
      await Promise.all(underWay);
    },
  };
}

function metricsIn(group: string, events: LogEvent[], filters: MetricFilter[]): MetricBatch[] {
  const own = filters.filter((filter) => filter.group === group);
  return events.flatMap((event) => [
    ...embeddedMetrics(event),
    ...own.flatMap((filter) => filteredMetrics(filter, event)),
  ]);
}
