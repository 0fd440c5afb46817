import { compileFilter, type LogFilter } from './filter-pattern.ts';
import { selectJson } from './json-selector.ts';
import type { LogEvent } from './log-store.ts';
import type { MetricBatch } from './metric-datum.ts';

export interface MetricTransformation {
  MetricName: string;
  MetricNamespace: string;
  /** A number, or a selector of the event such as `$.latency`. */
  MetricValue: string;
  /** What events that do not match count for. */
  DefaultValue?: number;
  Dimensions?: { Key: string; Value: string }[];
  Unit?: string;
}

export interface MetricFilter {
  name: string;
  group: string;
  pattern: string;
  createdAtMs: number;
  transformations: MetricTransformation[];
  matches: LogFilter;
}

export function metricFilterOf(filter: Omit<MetricFilter, 'matches'>): MetricFilter {
  return { ...filter, matches: compileFilter(filter.pattern) };
}

/** The metrics that one log event is worth to a filter. */
export function filteredMetrics(filter: MetricFilter, event: LogEvent): MetricBatch[] {
  const matched = filter.matches(event.message);
  return filter.transformations.flatMap((transformation) => {
    const value = matched ? extract(event.message, transformation.MetricValue) : transformation.DefaultValue;
    if (value === undefined || Number.isNaN(value)) return [];
    const datum = {
      MetricName: transformation.MetricName,
      Dimensions: matched ? dimensionsOf(event.message, transformation) : [],
      Timestamp: event.timestamp / 1000,
      Value: value,
      Unit: transformation.Unit ?? 'None',
    };
    return [{ namespace: transformation.MetricNamespace, data: [datum] }];
  });
}

function extract(message: string, value: string): number | undefined {
  if (!value.startsWith('$')) return Number(value);
  const selected = selectJson(parse(message), value);
  return selected === undefined || selected === null || selected === '' ? undefined : Number(selected);
}

function dimensionsOf(message: string, { Dimensions = [] }: MetricTransformation): { Name: string; Value: string }[] {
  const document = Dimensions.length > 0 ? parse(message) : undefined;
  return Dimensions.flatMap(({ Key, Value }) => {
    const selected = selectJson(document, Value);
    return selected === undefined || selected === null ? [] : [{ Name: Key, Value: String(selected) }];
  });
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
