import { createHistogram } from 'node:perf_hooks';

export interface Load {
  /** How many call at once, each the next time as soon as it is answered. */
  callers: number;
  /** How many calls are measured, all callers together. */
  calls: number;
  /** Calls before that, which are not: they start environments and fill caches. */
  warmUp: number;
}

export interface Measured extends Load {
  what: string;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  perSecond: number;
}

const NS_PER_MS = 1e6;

/** Calls again and again, so many at a time. A call that rejects ends it all: figures of errors would say nothing. */
export async function measure(what: string, load: Load, call: () => Promise<unknown>): Promise<Measured> {
  // Environments that start may take too long for who calls them: that is what the warm-up is for.
  await repeat(load.callers, load.warmUp, () => call().catch(() => undefined));
  const histogram = createHistogram();
  const startedAt = performance.now();
  await repeat(load.callers, load.calls, async () => {
    const calledAt = process.hrtime.bigint();
    await call();
    histogram.record(process.hrtime.bigint() - calledAt);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const percentile = (percent: number) => histogram.percentile(percent) / NS_PER_MS;
  return {
    what,
    ...load,
    p50Ms: percentile(50),
    p95Ms: percentile(95),
    p99Ms: percentile(99),
    perSecond: load.calls / seconds,
  };
}

async function repeat(callers: number, calls: number, call: () => Promise<unknown>): Promise<void> {
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: callers }, caller));
}
