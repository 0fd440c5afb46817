import type { ApiCall } from '../core/api.ts';
import type { Clock } from '../core/clock.ts';
import type { RunningEnvironment } from '../lambda/environment-factory.ts';
import { internalError, noAnswer, throttled, transactionConflict, unavailable } from './api-errors.ts';
import type { Fault, FaultAction } from './fault.ts';
import type { Draw } from './lottery.ts';
import { dropMessages, type HeldBack, poisonFirst } from './message-effects.ts';

/** A call that meets a fault. */
export interface Met {
  fault: Fault;
  call: ApiCall;
  /** Lets the call have its effect, with the input that it has by then. */
  next(): Promise<unknown>;
  clock: Clock;
  /** Further numbers of the line that the fault was drawn from. */
  draw: Draw;
  /** The environment of the function that makes the call. */
  environment?: RunningEnvironment;
  heldBack: HeldBack;
  /** Says that the fault was met: for effects that cannot know before. */
  count(): void;
}

type Effect = (met: Met) => Promise<unknown>;

/** A client on a dead connection gives up after this, ms. Functions are over by then. */
const SILENCE_MS = 60_000;

const twice: Effect = async ({ next }) => {
  const answer = await next();
  await next();
  return answer;
};

const late: Effect = async ({ clock, fault, next, call }) => {
  await clock.sleep(fault.delayMilliseconds, call.context.signal);
  return next();
};

/** What each action does to an API call. Those of invocations are not here. */
export const API_EFFECTS: Partial<Record<FaultAction, Effect>> = {
  async 'aws:fis:inject-api-internal-error'() {
    throw internalError();
  },
  async 'aws:fis:inject-api-unavailable-error'() {
    throw unavailable();
  },
  async 'aws:fis:inject-api-throttle-error'({ call }) {
    throw throttled(call.service);
  },
  async 'local:api-error-after-effect'({ next }) {
    await next();
    throw internalError();
  },
  'local:api-no-answer': silence,
  async 'local:api-no-answer-after-effect'(met) {
    await met.next();
    return silence(met);
  },
  'local:api-delay': late,
  async 'local:process-killed'(met) {
    met.environment?.kill();
    return silence(met);
  },
  async 'local:process-killed-after-effect'(met) {
    // A call that is refused is over, too: its function dies before it hears of that.
    await met.next().catch(() => undefined);
    met.environment?.kill();
    return silence(met);
  },
  async 'local:transaction-conflict'({ call }) {
    throw transactionConflict(call.action, call.input);
  },
  'local:put-events-partial-failure': refuseSome,
  'local:event-duplicate': twice,
  'local:message-duplicate': twice,
  'local:message-delay': late,
  async 'local:message-reorder'({ heldBack, call, next }) {
    await heldBack.untilNext(call);
    return next();
  },
  'local:message-dropped': dropMessages,
  'local:message-poison': poisonFirst,
};

/** Until the caller has hung up, or would have. */
async function silence({ clock, call }: Met): Promise<never> {
  await clock.sleep(SILENCE_MS, call.context.signal);
  throw noAnswer();
}

interface Entries {
  Entries: object[];
}

/** At least one entry is refused; the others go on to the bus. */
async function refuseSome({ call, next, draw }: Met): Promise<unknown> {
  const whole = call.input as Entries;
  const surely = Math.floor(draw() * whole.Entries.length);
  const refused = new Set(whole.Entries.filter((_, index) => index === surely || draw() < 0.5));
  const taken = whole.Entries.filter((entry) => !refused.has(entry));
  call.input = { ...whole, Entries: taken };
  const answer = taken.length > 0 ? ((await next()) as Entries) : { Entries: [] };
  const results = answer.Entries.values();
  const Entries = whole.Entries.map((entry) =>
    refused.has(entry)
      ? { ErrorCode: 'InternalFailure', ErrorMessage: 'The entry was made to fail.' }
      : results.next().value,
  );
  return { FailedEntryCount: Entries.filter((entry) => entry && 'ErrorCode' in entry).length, Entries };
}
