import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { InvocationResult } from '../lambda/invoker.ts';
import type { Fault } from './fault.ts';

/** What becomes of an invocation that meets a fault. */
export async function meetInvocation(
  fault: Fault,
  next: () => Promise<InvocationResult>,
  clock: Clock,
): Promise<InvocationResult> {
  if (fault.action === 'aws:lambda:invocation-add-delay') {
    await clock.sleep(fault.delayMilliseconds);
    return next();
  }
  const ran = fault.preventExecution ? undefined : await next();
  return {
    requestId: ran?.requestId ?? randomUUID(),
    executedVersion: ran?.executedVersion ?? '$LATEST',
    functionError: 'Unhandled',
    payload: JSON.stringify({ errorType: 'FaultInjected', errorMessage: 'The invocation was made to fail.' }),
  };
}
