import type { Gauge } from '../core/metric.ts';
import type { CloudContext, ServiceModule } from '../core/service.ts';
import { alarmOperations } from './alarm-actions.ts';
import { everyMinute } from './alarm-schedule.ts';
import type { AlarmState } from './alarm-state.ts';
import { Alarms } from './alarms.ts';
import { dashboardOperations } from './dashboard-actions.ts';
import { metricOperations } from './metric-actions.ts';
import { MetricStore } from './metric-store.ts';
import { CLOUDWATCH_INPUTS, CLOUDWATCH_PROTOCOL } from './protocol.ts';
import { cloudWatchResourceTypes, type Dashboards } from './resource-types.ts';

export interface CloudWatchModule extends ServiceModule {
  /** Takes one value of a metric, as of now or of `atMs` (milliseconds since the epoch). */
  put(
    namespace: string,
    name: string,
    dimensions: Record<string, string>,
    value: number,
    unit?: string,
    atMs?: number,
  ): void;
  /** `read` is asked at the end of each minute, before alarms are judged, for what is measured rather than counted. */
  registerGauges(read: () => Iterable<Gauge>): void;
  /** The state of every alarm by name. */
  alarmStates(): Record<string, AlarmState>;
  /** Resolves when the actions of all changes of state so far have been carried out. */
  settle(): Promise<void>;
}

/** CloudWatch: metrics by the minute, and alarms that are judged at the end of each. */
export function createCloudWatch(context: CloudContext): CloudWatchModule {
  const metrics = new MetricStore(context.clock);
  const alarms = new Alarms(context, metrics);
  const dashboards: Dashboards = new Map();
  const gauges: (() => Iterable<Gauge>)[] = [];
  let stopTicking = () => {};

  const readGauges = (endMs: number) => {
    for (const { namespace, name, dimensions, value, unit } of gauges.flatMap((read) => [...read()])) {
      metrics.put({ namespace, name, dimensions }, { value }, { unit, atMs: endMs - 1 });
    }
  };

  return {
    name: 'cloudwatch',
    protocol: CLOUDWATCH_PROTOCOL,
    inputs: CLOUDWATCH_INPUTS,
    operations: {
      ...metricOperations(metrics),
      ...alarmOperations(context.account, alarms),
      ...dashboardOperations(context.account, dashboards),
    },
    resourceTypes: cloudWatchResourceTypes(context, alarms, dashboards),
    start() {
      stopTicking = everyMinute(context.clock, (endMs) => {
        readGauges(endMs);
        alarms.evaluate(endMs);
      });
    },
    async stop() {
      stopTicking();
      await alarms.settle();
    },
    put(namespace, name, dimensions, value, unit, atMs) {
      metrics.put({ namespace, name, dimensions }, { value }, { unit, atMs });
    },
    registerGauges(read) {
      gauges.push(read);
    },
    alarmStates: () => Object.fromEntries(alarms.all().map(({ name, state }) => [name, state])),
    settle: () => alarms.settle(),
  };
}
