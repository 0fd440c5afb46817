import type { TaskState } from './definition.ts';
import { withRetryAndCatch } from './error-handling.ts';
import type { Integration, TaskCall } from './integration.ts';
import { type Data, isTooLarge, type Json, toData } from './json-data.ts';
import { toTaskError } from './service-errors.ts';
import { FlowAborted } from './state-error.ts';
import { TaskDeadline, type TaskLimits } from './task-deadline.ts';
import { TaskEvents } from './task-events.ts';
import { integrationOf } from './task-resource.ts';
import type { OpenToken } from './task-tokens.ts';
import type { Outcome, Visit } from './visit.ts';

/** Calls a service as the role of the state machine. */
export function runTask(visit: Visit<TaskState>): Promise<Outcome> {
  const integration = integrationOf(visit.state.Resource);
  if (!integration) throw visit.runtimeError(`The resource ${visit.state.Resource} is not supported.`);
  return withRetryAndCatch(visit, () => runAttempt(visit, integration));
}

async function runAttempt(visit: Visit<TaskState>, integration: Integration): Promise<Outcome> {
  const { state, runtime, execution } = visit;
  const token = integration.pattern === 'token' ? runtime.tokens.open(execution.machine.arn) : undefined;
  visit.taskToken = token?.text;
  try {
    const args =
      state.Arguments === undefined ? visit.input : toData(await visit.evaluate('Arguments', state.Arguments));
    const timeout = await visit.number('TimeoutSeconds', state.TimeoutSeconds, 1);
    const heartbeat = await visit.number('HeartbeatSeconds', state.HeartbeatSeconds, 1);
    if (isTooLarge(args.json)) throw visit.dataLimitExceeded();
    const result = await runCall(visit, { integration, args, limits: { timeout, heartbeat }, token });
    return await visit.outcome(state, state.Next, { result: result.value, otherwise: result });
  } finally {
    token?.close();
  }
}

interface Attempt {
  integration: Integration;
  args: Data;
  limits: TaskLimits;
  token: OpenToken | undefined;
}

async function runCall(visit: Visit<TaskState>, attempt: Attempt): Promise<Data> {
  const { flow, runtime } = visit;
  const { integration, limits, token } = attempt;
  const events = new TaskEvents(flow, integration);
  events.scheduled(attempt.args, limits, runtime.region);
  events.started();
  // Only a task that waits for its token can give signs of life.
  const deadline = new TaskDeadline(runtime.clock, { ...limits, heartbeat: token && limits.heartbeat });
  token?.onHeartbeat(() => deadline.beat());
  try {
    const result = toData(await perform(visit, attempt, { events, deadline }));
    if (isTooLarge(result.json)) throw visit.dataLimitExceeded(integration.functionArn ?? integration.resourceType);
    events.succeeded(result);
    return result;
  } catch (thrown) {
    if (thrown instanceof FlowAborted) throw thrown;
    const error = toTaskError(thrown, integration.errors);
    events.failed(error);
    throw error;
  } finally {
    deadline.cancel();
  }
}

async function perform(
  visit: Visit<TaskState>,
  { integration, args, token }: Attempt,
  { events, deadline }: { events: TaskEvents; deadline: TaskDeadline },
): Promise<Json> {
  const { flow, runtime, execution } = visit;
  const { resourceType, resource } = integration;
  const task = execution.trace?.begin(visit.name, `${resourceType}:${resource}`, runtime.clock.now());
  const call: TaskCall = { runtime, execution, context: execution.callContext(task?.header) };
  const inTime = <T>(work: Promise<T>) => flow.until(Promise.race([work, deadline.expired]));

  let isFailed = true;
  try {
    const answer = await inTime(integration.request(args.value, call));
    isFailed = false;
    if (integration.pattern === 'request') return answer;
    events.submitted(toData(answer));
    if (token) return await inTime(token.result);
    return await awaitStarted(integration, { answer, call, inTime });
  } finally {
    task?.end(runtime.clock.now(), isFailed);
  }
}

/** Waits for what the call has started, and ends it when the wait is over before it is. */
async function awaitStarted(
  { complete, cancel }: Integration,
  { answer, call, inTime }: { answer: Json; call: TaskCall; inTime: <T>(work: Promise<T>) => Promise<T> },
): Promise<Json> {
  if (!complete) return answer;
  let isOver = false;
  const completion = complete(answer, call).finally(() => {
    isOver = true;
  });
  try {
    return await inTime(completion);
  } catch (error) {
    // Best effort, as AWS does it: the role may not be allowed to stop what it was allowed to start.
    if (!isOver) await cancel?.(answer, call).catch(() => {});
    throw error;
  }
}
