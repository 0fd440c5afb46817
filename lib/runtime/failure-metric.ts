import { currentFunction } from './config.ts';
import { countMetric } from './metrics.ts';

/**
 * Counts a failure that the handler answers for itself, which Lambda does not see: a 500, or a message handed back of
 * a batch. By version, so that a deployment can tell that the new one fails (lib/infra/canary.ts).
 */
export function countHandledFailure(): void {
  const running = currentFunction();
  if (running) countMetric('HandledFailures', { FunctionName: running.name, ExecutedVersion: running.version });
}
