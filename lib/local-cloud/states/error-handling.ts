import type { ErrorHandlingFields, Retrier } from './definition.ts';
import { type Data, toData } from './json-data.ts';
import { FlowAborted, isErrorMatched, StateError } from './state-error.ts';
import type { Outcome, Visit } from './visit.ts';

const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

type Retryable = Visit<ErrorHandlingFields & Visit['state']>;

/**
 * Runs a Task, Parallel or Map: tries again as `Retry` says, then leaves to the state that `Catch` names.
 * `onGivingUp` is called when no retrier takes the error (any more), caught or not.
 */
export async function withRetryAndCatch(
  visit: Retryable,
  attempt: () => Promise<Outcome>,
  onGivingUp: () => void = () => {},
): Promise<Outcome> {
  const attempts = new Map<Retrier, number>();
  visit.retryCount = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = asStateError(thrown, visit);
      const delaySeconds = nextDelay(visit, error, attempts);
      if (delaySeconds === undefined) {
        onGivingUp();
        return catchError(visit, error);
      }
      visit.retryCount++;
      await visit.flow.sleep(delaySeconds * 1000);
    }
  }
}

/** An error that is not one of the Amazon States Language is a fault of the embedded cloud, and ends the execution. */
export function asStateError(thrown: unknown, visit: Pick<Visit, 'runtimeError'>): StateError {
  if (thrown instanceof StateError) return thrown;
  if (thrown instanceof FlowAborted) throw thrown;
  return visit.runtimeError(thrown instanceof Error ? thrown.message : String(thrown));
}

/** The first retrier that matches decides; when its attempts are used up, no later one is asked. */
function nextDelay(visit: Retryable, error: StateError, attempts: Map<Retrier, number>): number | undefined {
  const retrier = visit.state.Retry?.find(({ ErrorEquals }) => isErrorMatched(ErrorEquals, error));
  if (!retrier) return undefined;
  const attempt = (attempts.get(retrier) ?? 0) + 1;
  if (attempt > (retrier.MaxAttempts ?? DEFAULTS.MaxAttempts)) return undefined;
  attempts.set(retrier, attempt);
  return retryDelaySeconds(retrier, attempt, visit.runtime.random);
}

/** How long to wait before the given attempt, counted from 1. */
export function retryDelaySeconds(retrier: Retrier, attempt: number, random: () => number): number {
  const { IntervalSeconds, BackoffRate } = { ...DEFAULTS, ...retrier };
  const backoff = IntervalSeconds * BackoffRate ** (attempt - 1);
  const delay = Math.min(backoff, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.JitterStrategy === 'FULL' ? random() * delay : delay;
}

function catchError(visit: Retryable, error: StateError): Promise<Outcome> {
  const catchers = visit.state.Catch ?? [];
  const index = catchers.findIndex(({ ErrorEquals }) => isErrorMatched(ErrorEquals, error));
  const catcher = catchers[index];
  if (!catcher) throw error;
  const errorOutput = error.toErrorOutput();
  const otherwise: Data = toData(errorOutput);
  return visit.outcome(catcher, catcher.Next, { errorOutput, otherwise, prefix: `Catch[${index}]/` });
}
