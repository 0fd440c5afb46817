import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './span.ts';

/** A function may do several things at once, such as the messages of a batch: each has a span of its own. */
const current = new AsyncLocalStorage<Span>();

/** What the running work is recorded in; nothing outside of {@link import('./traced.ts').inTrace}. */
export function currentSpan(): Span | undefined {
  return current.getStore();
}

export function within<T>(span: Span, work: () => T): T {
  return current.run(span, work);
}
