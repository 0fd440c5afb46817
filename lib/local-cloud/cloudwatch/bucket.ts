/** What a metric was like in one minute, or in several put together. */
export interface Bucket {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value occurred: for percentiles. */
  values: Map<number, number>;
}

/** Beyond this many different values a bucket keeps two significant digits: percentiles are then off by up to 5 %. */
const EXACT_VALUES = 200;
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

export function emptyBucket(): Bucket {
  return { count: 0, sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY, values: new Map() };
}

export function addValue(bucket: Bucket, value: number, times = 1): void {
  bucket.count += times;
  bucket.sum += value * times;
  bucket.minimum = Math.min(bucket.minimum, value);
  bucket.maximum = Math.max(bucket.maximum, value);
  const exact = bucket.values.size < EXACT_VALUES || bucket.values.has(value);
  const kept = exact ? value : Number(value.toPrecision(2));
  bucket.values.set(kept, (bucket.values.get(kept) ?? 0) + times);
}

/** Values that were put together before they came here; percentiles know only their mean. */
export function addSet(bucket: Bucket, set: { count: number; sum: number; minimum: number; maximum: number }): void {
  if (set.count === 0) return;
  addValue(bucket, set.sum / set.count, set.count);
  bucket.minimum = Math.min(bucket.minimum, set.minimum);
  bucket.maximum = Math.max(bucket.maximum, set.maximum);
}

export function mergeInto(target: Bucket, source: Bucket): void {
  target.count += source.count;
  target.sum += source.sum;
  target.minimum = Math.min(target.minimum, source.minimum);
  target.maximum = Math.max(target.maximum, source.maximum);
  for (const [value, times] of source.values) target.values.set(value, (target.values.get(value) ?? 0) + times);
}

export function isStatistic(statistic: string): boolean {
  return ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'].includes(statistic) || PERCENTILE.test(statistic);
}

/** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99.9`. */
export function statisticOf(bucket: Bucket, statistic: string): number {
  switch (statistic) {
    case 'Sum':
      return bucket.sum;
    case 'Average':
      return bucket.sum / bucket.count;
    case 'Minimum':
      return bucket.minimum;
    case 'Maximum':
      return bucket.maximum;
    case 'SampleCount':
      return bucket.count;
    default:
      return percentile(bucket, Number(PERCENTILE.exec(statistic)?.[1]));
  }
}

function percentile(bucket: Bucket, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * bucket.count));
  let seen = 0;
  for (const [value, times] of [...bucket.values].sort(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return bucket.maximum;
}
