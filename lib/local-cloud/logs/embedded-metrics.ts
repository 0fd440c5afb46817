import type { LogEvent } from './log-store.ts';
import type { MetricBatch, MetricDatum } from './metric-datum.ts';

/** A directive of the embedded metric format: which members of the log line are metrics, and which dimensions. */
interface MetricDirective {
  Namespace?: unknown;
  Dimensions?: unknown;
  Metrics?: unknown;
}

interface MetricDefinition {
  Name?: unknown;
  Unit?: unknown;
  StorageResolution?: unknown;
}

/** CloudWatch takes at most so many values of one metric from a log line. */
const MAX_VALUES = 100;
const MAX_DIMENSIONS = 30;

/** The metrics of a log line in CloudWatch's embedded metric format; none for every other line. */
export function embeddedMetrics(event: LogEvent): MetricBatch[] {
  if (!event.message.includes('"CloudWatchMetrics"')) return [];
  const document = parse(event.message);
  const metadata = document?._aws;
  if (!document || !isObject(metadata) || !Array.isArray(metadata.CloudWatchMetrics)) return [];
  const atMs = typeof metadata.Timestamp === 'number' ? metadata.Timestamp : event.timestamp;
  return (metadata.CloudWatchMetrics as unknown[])
    .filter(isObject)
    .flatMap((directive) => read(directive, document, atMs));
}

function read(directive: MetricDirective, document: Record<string, unknown>, atMs: number): MetricBatch[] {
  const { Namespace, Metrics } = directive;
  if (typeof Namespace !== 'string' || !Array.isArray(Metrics)) return [];
  const sets = dimensionSets(directive.Dimensions, document);
  const data = Metrics.filter(isObject).flatMap((definition) => {
    const values = valuesOf(document, definition);
    if (values.length === 0) return [];
    return sets.map((dimensions) => datum(definition, dimensions, { values, atMs }));
  });
  return data.length > 0 ? [{ namespace: Namespace, data }] : [];
}

function datum(
  { Name, Unit, StorageResolution }: MetricDefinition,
  dimensions: MetricDatum['Dimensions'],
  { values, atMs }: { values: number[]; atMs: number },
): MetricDatum {
  return {
    MetricName: String(Name),
    Dimensions: dimensions,
    Timestamp: atMs / 1000,
    ...(values.length === 1 ? { Value: values[0] } : { Values: values }),
    Unit: typeof Unit === 'string' ? Unit : 'None',
    ...(StorageResolution === 1 && { StorageResolution: 1 }),
  };
}

function valuesOf(document: Record<string, unknown>, { Name }: MetricDefinition): number[] {
  const value = typeof Name === 'string' ? document[Name] : undefined;
  const values = Array.isArray(value) ? value.slice(0, MAX_VALUES) : [value];
  return values.filter((item) => typeof item === 'number' && Number.isFinite(item));
}

/** Each set names members of the log line; a set that names one that is missing is left out. */
function dimensionSets(sets: unknown, document: Record<string, unknown>): MetricDatum['Dimensions'][] {
  if (!Array.isArray(sets) || sets.length === 0) return [[]];
  return sets.filter(Array.isArray).flatMap((names) => {
    const dimensions = names
      .slice(0, MAX_DIMENSIONS)
      .map((name) => ({ Name: String(name), Value: document[String(name)] }));
    if (!dimensions.every(({ Value }) => typeof Value === 'string')) return [];
    return [dimensions as MetricDatum['Dimensions']];
  });
}

function parse(message: string): Record<string, unknown> | undefined {
  try {
    const document: unknown = JSON.parse(message);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
