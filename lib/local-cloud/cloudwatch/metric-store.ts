import type { Clock } from '../core/clock.ts';
import { addSet, addValue, type Bucket, emptyBucket, mergeInto, statisticOf } from './bucket.ts';
import { MINUTE_MS, periodStart } from './timestamp.ts';

export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

/** Values by the start of their period, in milliseconds. */
export type Series = Map<number, number>;

export interface Window {
  startMs: number;
  endMs: number;
  periodMs: number;
}

/** Either one value, `times` over, or what many values came to. */
export type Sample =
  | { value: number; times?: number }
  | { count: number; sum: number; minimum: number; maximum: number };

interface StoredMetric extends MetricId {
  unit: string;
  /** By the start of the minute. */
  minutes: Map<number, Bucket>;
}

/** No alarm looks back further than a day; what is older goes. */
const KEPT_MS = 24 * 60 * MINUTE_MS;

/** Metrics in buckets of one minute. */
export class MetricStore {
  readonly #clock: Clock;
  readonly #metrics = new Map<string, StoredMetric>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(id: MetricId, sample: Sample, { unit = 'None', atMs = this.#clock.now() } = {}): void {
    const bucket = this.#bucket(id, unit, periodStart(atMs, MINUTE_MS));
    if ('value' in sample) addValue(bucket, sample.value, sample.times);
    else addSet(bucket, sample);
  }

  metrics(): (MetricId & { unit: string })[] {
    return [...this.#metrics.values()];
  }

  unitOf(id: MetricId): string {
    return this.#metrics.get(keyOf(id))?.unit ?? 'None';
  }

  /** A value for each period of the window in which there was data; periods are counted from the window's start. */
  query(id: MetricId, window: Window, statistic: string): Series {
    const merged = new Map<number, Bucket>();
    for (const [minute, bucket] of this.#metrics.get(keyOf(id))?.minutes ?? []) {
      if (minute < window.startMs || minute >= window.endMs) continue;
      const start = window.startMs + periodStart(minute - window.startMs, window.periodMs);
      const target = merged.get(start) ?? emptyBucket();
      mergeInto(target, bucket);
      merged.set(start, target);
    }
    const values = [...merged]
      .sort(([a], [b]) => a - b)
      .map(([start, bucket]) => [start, statisticOf(bucket, statistic)]);
    return new Map(values as [number, number][]);
  }

  #bucket(id: MetricId, unit: string, minute: number): Bucket {
    const key = keyOf(id);
    const metric = this.#metrics.get(key) ?? { ...id, unit, minutes: new Map<number, Bucket>() };
    this.#metrics.set(key, metric);
    metric.unit = unit;
    const known = metric.minutes.get(minute);
    if (known) return known;
    forget(metric, this.#clock.now() - KEPT_MS);
    const bucket = emptyBucket();
    metric.minutes.set(minute, bucket);
    return bucket;
  }
}

function forget({ minutes }: StoredMetric, beforeMs: number): void {
  for (const minute of minutes.keys()) if (minute < beforeMs) minutes.delete(minute);
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
