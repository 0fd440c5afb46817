import { randomBytes } from 'node:crypto';
import type { TraceHeader } from '../core/service.ts';

/**
 * The trace header that an invocation runs under: the caller's, or a new one, which is sampled if the function has
 * active tracing.
 */
export function traceOf(incoming: TraceHeader | undefined, now: number, sample: boolean): TraceHeader {
  if (incoming) return incoming;
  const seconds = Math.floor(now / 1000).toString(16);
  const id = randomBytes(20).toString('hex');
  return `Root=1-${seconds}-${id.slice(0, 24)};Parent=${id.slice(24)};Sampled=${sample ? 1 : 0}`;
}
