import { randomBytes } from 'node:crypto';
import type { TraceHeader } from '../core/service.ts';

/**
 * The trace header that an invocation runs under: the caller's, or a new one. Where the caller leaves open whether the
 * trace is sampled, as API Gateway's HTTP APIs do, it is if the function has active tracing.
 */
export function traceOf(incoming: TraceHeader | undefined, now: number, sample: boolean): TraceHeader {
  if (incoming?.includes('Sampled=')) return incoming;
  const seconds = Math.floor(now / 1000).toString(16);
  const root = /Root=[^;]+/.exec(incoming ?? '')?.[0] ?? `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
  return `${root};Parent=${randomBytes(8).toString('hex')};Sampled=${sample ? 1 : 0}`;
}
