import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { InvocationResult } from '../lambda/invoker.ts';
import type { Fault } from './fault.ts';

/** An invocation that meets a fault. */
export interface MetInvocation {
  fault: Fault;
  next(): Promise<InvocationResult>;
  clock: Clock;
  /** Says that the fault was met: for effects that cannot know before. */
  count(): void;
}

/** What becomes of it. */
export async function meetInvocation({ fault, next, clock, count }: MetInvocation): Promise<InvocationResult> {
  if (fault.action === 'local:invocation-false-answer') {
    const ran = await next();
    const payload = ran.functionError ? undefined : falseAnswer(ran.payload, fault.answer ?? {});
    if (payload !== undefined) count();
    return { ...ran, payload: payload ?? ran.payload };
  }
  count();
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

/** `undefined` where there is nothing to be false about: an HTTP answer that refuses, or one that is no object. */
function falseAnswer(payload: string, fields: object): string | undefined {
  const said = objectIn(payload);
  if (!said) return undefined;
  if (typeof said.statusCode !== 'number') return JSON.stringify({ ...said, ...fields });
  const body = said.statusCode < 300 ? objectIn(said.body) : undefined;
  return body && JSON.stringify({ ...said, body: JSON.stringify({ ...body, ...fields }) });
}

function objectIn(text: unknown): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
