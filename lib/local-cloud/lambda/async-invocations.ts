import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { CloudContext, TraceHeader } from '../core/service.ts';
import { type AsyncCondition, type AsyncSummary, deadLetterAttributes, invocationRecord } from './async-record.ts';
import { type Delivery, deliver } from './delivery.ts';
import type { FunctionMetrics } from './function-metrics.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { InvocationResult, Invoker } from './invoker.ts';
import { type EventInvokeConfig, LATEST, type Target } from './lambda-function.ts';

const SIX_HOURS_SECONDS = 6 * 60 * 60;
const DEFAULT_CONFIG: EventInvokeConfig = { maximumRetryAttempts: 2, maximumEventAgeSeconds: SIX_HOURS_SECONDS };

// Between the attempts after an error of the function.
const RETRY_DELAYS_MS = [60_000, 120_000];
// After throttling Lambda tries again until the event is too old, ever less often.
const FIRST_THROTTLE_DELAY_MS = 1000;
const LONGEST_THROTTLE_DELAY_MS = 5 * 60_000;

interface AsyncEvent {
  functionName: string;
  qualifier?: string;
  requestId: string;
  payload: string;
  trace?: TraceHeader;
  clientContext?: string;
  receivedAt: number;
  attempts: number;
  throttles: number;
  result?: InvocationResult;
}

interface Parts {
  context: CloudContext;
  functions: FunctionRegistry;
  invoker: Invoker;
  metrics: FunctionMetrics;
}

/** Lambda's own queue in front of functions that are invoked with `InvocationType: Event`. Kept in memory. */
export class AsyncInvocations {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes the event; returns the request id that all attempts will have. */
  enqueue(target: Target, event: { payload: string; trace?: TraceHeader; clientContext?: string }): string {
    const requestId = randomUUID();
    this.#parts.metrics.event(target, 'AsyncEventsReceived');
    const processing = this.#process({
      ...event,
      functionName: target.function.name,
      qualifier: target.qualifier,
      requestId,
      receivedAt: this.#parts.context.clock.now(),
      attempts: 0,
      throttles: 0,
    });
    const settled = processing.catch((error) => this.#parts.context.log.warn(`Lambda: asynchronous event: ${error}`));
    this.#underWay.add(settled);
    void settled.then(() => this.#underWay.delete(settled));
    return requestId;
  }

  /** Gives up what waits for its next attempt; resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#underWay);
  }

  async #process(event: AsyncEvent): Promise<void> {
    for (;;) {
      // Resolved anew for each attempt: an alias may have moved in between.
      const target = this.#parts.functions.resolve(event.functionName, event.qualifier);
      const config = configOf(target);
      const condition = await this.#attempt(target, event, config);
      if (this.#stopping.signal.aborted) return;
      if (condition) return this.#conclude(target, event, config, condition);
    }
  }

  /** One attempt and the wait for the next; returns a condition when Lambda is done with the event. */
  async #attempt(target: Target, event: AsyncEvent, config: EventInvokeConfig): Promise<AsyncCondition | undefined> {
    const { invoker } = this.#parts;
    try {
      event.attempts++;
      event.result = await invoker.invoke(target, event);
      if (!event.result.functionError) return 'Success';
      if (event.attempts > config.maximumRetryAttempts) return 'RetriesExhausted';
      return await this.#wait(event, config, RETRY_DELAYS_MS[event.attempts - 1] ?? 0);
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'TooManyRequestsException')) throw error;
      // The function did not run, so this was no attempt.
      event.attempts--;
      if (target.function.reservedConcurrency === 0) return 'RetriesExhausted';
      const delay = Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** event.throttles++, LONGEST_THROTTLE_DELAY_MS);
      return await this.#wait(event, config, delay);
    }
  }

  async #wait(event: AsyncEvent, config: EventInvokeConfig, delayMs: number): Promise<'EventAgeExceeded' | undefined> {
    const { clock } = this.#parts.context;
    const expiresAt = event.receivedAt + config.maximumEventAgeSeconds * 1000;
    if (clock.now() + delayMs > expiresAt) return 'EventAgeExceeded';
    await clock.sleep(delayMs, this.#stopping.signal);
    return undefined;
  }

  async #conclude(
    target: Target,
    event: AsyncEvent,
    config: EventInvokeConfig,
    condition: AsyncCondition,
  ): Promise<void> {
    const now = this.#parts.context.clock.now();
    const functionArn = `${target.function.arn}:${target.qualifier ?? LATEST}`;
    const summary = { ...event, condition, functionArn, now };
    const outcome = condition === 'Success' ? 'Success' : 'Failure';
    const delivery = { functionArn: target.invokedArn, outcome, body: invocationRecord(summary) } as const;
    const arn = condition === 'Success' ? config.onSuccessArn : config.onFailureArn;
    if (arn) await this.#deliver(target, arn, delivery, event);
    if (condition !== 'Success') await this.#drop(target, summary, event);
  }

  async #drop(target: Target, summary: AsyncSummary, event: AsyncEvent): Promise<void> {
    const { metrics, context } = this.#parts;
    metrics.event(target, 'AsyncEventsDropped');
    context.log.warn(`Lambda: ${target.invokedArn} gave up an event (${summary.condition})`);
    const { deadLetterArn } = target.version.configuration;
    if (!deadLetterArn) return;
    const delivery = {
      functionArn: target.invokedArn,
      outcome: 'Failure',
      body: summary.payload,
      messageAttributes: deadLetterAttributes(summary),
    } as const;
    await this.#deliver(target, deadLetterArn, delivery, event, 'DeadLetterErrors');
  }

  async #deliver(
    target: Target,
    arn: string,
    delivery: Delivery,
    { trace }: AsyncEvent,
    errorMetric = 'DestinationDeliveryFailures',
  ): Promise<void> {
    const { context, metrics } = this.#parts;
    const caller = { kind: 'role', roleArn: target.version.configuration.roleArn } as const;
    try {
      await deliver(context.api, arn, delivery, { caller, trace });
    } catch (error) {
      metrics.event(target, errorMetric);
      context.log.warn(`Lambda: ${target.invokedArn} could not deliver to ${arn}: ${String(error)}`);
    }
  }
}

function configOf(target: Target): EventInvokeConfig {
  return target.function.eventInvokeConfigs.get(target.qualifier ?? LATEST) ?? DEFAULT_CONFIG;
}
