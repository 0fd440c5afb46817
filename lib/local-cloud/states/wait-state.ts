import type { WaitState } from './definition.ts';
import type { Outcome, Visit } from './visit.ts';

/** An ISO 8601 date and time with an offset, as RFC 3339 has it. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** The longest wait that Step Functions takes: somewhat more than three years. */
const MAX_WAIT_SECONDS = 99_999_999;

export async function runWait(visit: Visit<WaitState>): Promise<Outcome> {
  const { state, flow, runtime } = visit;
  const until = await wakeUpTime(visit);
  if (until - runtime.clock.now() > MAX_WAIT_SECONDS * 1000) throw visit.runtimeError('Wait state delay is too long.');
  if (until > runtime.clock.now()) await flow.sleep(until - runtime.clock.now());
  return visit.outcome(state, state.Next, { otherwise: visit.input });
}

async function wakeUpTime(visit: Visit<WaitState>): Promise<number> {
  const { Seconds, Timestamp } = visit.state;
  if (Timestamp === undefined) {
    const seconds = (await visit.number('Seconds', Seconds, 0)) ?? 0;
    return visit.runtime.clock.now() + seconds * 1000;
  }
  const timestamp = (await visit.evaluateAs('Timestamp', Timestamp, 'string')) as string;
  const time = TIMESTAMP.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const problem = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`;
  throw visit.evaluationFailed('Timestamp', problem);
}
