import type { MetricSink } from '../core/metric.ts';
import type { CloudContext, ServiceModule } from '../core/service.ts';
import type { ServiceEventSink } from '../core/service-event.ts';
import { archiveOperations } from './archive-operations.ts';
import { busOperations } from './bus-operations.ts';
import { EventBuses } from './buses.ts';
import { Deliveries } from './delivery.ts';
import { EVENTS_INPUTS } from './inputs.ts';
import { emit, putEventsOperation } from './put-events.ts';
import { replayOperations } from './replay-operations.ts';
import { Replays } from './replays.ts';
import { eventsResourceTypes } from './resources.ts';
import { type EventListener, Router } from './router.ts';
import { ruleOperations } from './rule-operations.ts';
import { Rules } from './rules.ts';
import { ScheduleTimers } from './schedule-timers.ts';
import { schedulerResourceTypes } from './scheduler.ts';
import type { EventsState } from './state.ts';
import { targetOperations } from './target-operations.ts';

export interface EventsOptions {
  onMetric?: MetricSink;
  /** Numbers from 0 to 1 that spread the retries; `Math.random` by default. */
  random?(): number;
}

export interface EventsModule extends ServiceModule {
  /** Calls the listener with every event that comes onto a bus; the returned function ends that. */
  onEvent(listener: EventListener): () => void;
  /** Takes the events of AWS services onto the default bus. */
  emit: ServiceEventSink;
}

/** Amazon EventBridge with its rules, schedules, archives and replays, in memory. */
export function createEvents(context: CloudContext, options: EventsOptions = {}): EventsModule {
  const onMetric = options.onMetric ?? (() => {});
  const buses = new EventBuses(context);
  const deliveries = new Deliveries(context, options);
  const timers = new ScheduleTimers(context.clock);
  const router = new Router({ context, buses, deliveries, onMetric });
  const rules = new Rules({ context, buses, router, timers });
  const replays = new Replays({ context, buses, router });
  const state: EventsState = { context, buses, router, rules, replays };
  return {
    name: 'events',
    protocol: { kind: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
    inputs: EVENTS_INPUTS,
    operations: {
      ...putEventsOperation(state),
      ...busOperations(state),
      ...ruleOperations(state),
      ...targetOperations(state),
      ...archiveOperations(state),
      ...replayOperations(state),
    },
    resourceTypes: [
      ...eventsResourceTypes(state),
      ...schedulerResourceTypes({ context, timers, deliveries, onMetric }),
    ],
    start: () => timers.start(),
    async stop() {
      timers.stop();
      replays.stop();
      await deliveries.stop();
    },
    onEvent: (listener) => router.onEvent(listener),
    emit: (event) => emit(state, event),
  };
}
