import type { Caller, CloudContext, TraceHeader } from '../core/service.ts';
import { classifyFailure, type DeliveryFailure } from './delivery-failure.ts';
import type { RetryPolicy } from './model.ts';

const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_EVENT_AGE_SECONDS = 86_400;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 600_000;

/** Something that has to reach a target, and where it goes when it cannot. */
export interface Delivery {
  /** For the log: which rule or schedule delivers. */
  origin: string;
  targetArn: string;
  retryPolicy?: RetryPolicy;
  deadLetterArn?: string;
  /** Who writes to the dead-letter queue. */
  deadLetterCaller: Caller;
  trace?: TraceHeader;
  /** Asked for only when the delivery has failed. */
  deadLetterBody(): string;
  /** Attributes of the dead-letter message beside those that every failure has. */
  deadLetterAttributes: Record<string, string>;
  /** Tries once; the number of the attempt counts from 0. */
  attempt(number: number): Promise<unknown>;
  onMetric(name: string): void;
}

interface Failure extends DeliveryFailure {
  retries: number;
  exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

export interface DeliveriesOptions {
  /** Numbers from 0 to 1 that spread the retries. */
  random?(): number;
}

/** Delivers in the background: retries with exponential backoff and jitter, then the dead-letter queue. */
export class Deliveries {
  #context: CloudContext;
  #random: () => number;
  #underWay = new Set<Promise<void>>();
  #stopped = new AbortController();

  constructor(context: CloudContext, options: DeliveriesOptions = {}) {
    this.#context = context;
    this.#random = options.random ?? Math.random;
  }

  start(delivery: Delivery): void {
    const done = this.#deliver(delivery).finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  /** Calls off all retries; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#underWay);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    // Whoever published the event does not wait for the first attempt either.
    await Promise.resolve();
    const failure = await this.#attempt(delivery);
    if (this.#stopped.signal.aborted) return;
    delivery.onMetric('Invocations');
    if (!failure) return;
    delivery.onMetric('FailedInvocations');
    await this.#giveUp(delivery, failure);
  }

  /** Resolves with the last failure, or with nothing when the target took it. */
  async #attempt(delivery: Delivery): Promise<Failure | undefined> {
    const { MaximumRetryAttempts = DEFAULT_RETRY_ATTEMPTS, MaximumEventAgeInSeconds = DEFAULT_EVENT_AGE_SECONDS } =
      delivery.retryPolicy ?? {};
    const { clock } = this.#context;
    const expiresAt = clock.now() + MaximumEventAgeInSeconds * 1000;
    for (let retries = 0; ; retries += 1) {
      const failure = await tryOnce(delivery, retries);
      if (!failure?.retriable) return failure && { ...failure, retries };
      if (retries >= MaximumRetryAttempts) return { ...failure, retries, exhausted: 'MaximumRetryAttempts' };
      const backoff = this.#backoff(retries);
      if (clock.now() + backoff >= expiresAt) return { ...failure, retries, exhausted: 'MaximumEventAgeInSeconds' };
      await clock.sleep(backoff, this.#stopped.signal);
      if (this.#stopped.signal.aborted) return { ...failure, retries };
      delivery.onMetric('RetryInvocationAttempts');
    }
  }

  // Between half and all of the exponential delay.
  #backoff(retries: number): number {
    const delay = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retries);
    return delay * (0.5 + this.#random() / 2);
  }

  async #giveUp(delivery: Delivery, failure: Failure): Promise<void> {
    const { origin, targetArn, deadLetterArn } = delivery;
    const why = `${origin} -> ${targetArn}: ${failure.code} ${failure.message}`;
    if (!deadLetterArn) {
      this.#context.log.warn(`event dropped, no dead-letter queue: ${why}`);
      return;
    }
    try {
      await this.#sendToDeadLetterQueue(delivery, failure);
      delivery.onMetric('InvocationsSentToDlq');
      this.#context.log.warn(`event sent to the dead-letter queue: ${why}`);
    } catch (error) {
      delivery.onMetric('InvocationsFailedToBeSentToDlq');
      this.#context.log.warn(`event dropped, ${deadLetterArn} does not take it (${(error as Error).message}): ${why}`);
    }
  }

  async #sendToDeadLetterQueue(delivery: Delivery, failure: Failure): Promise<void> {
    const texts: Record<string, string | undefined> = {
      ...delivery.deadLetterAttributes,
      TARGET_ARN: delivery.targetArn,
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message || failure.code,
      EXHAUSTED_RETRY_CONDITION: failure.exhausted,
      RETRY_ATTEMPTS: String(failure.retries),
    };
    const present = Object.entries(texts).filter(([, value]) => value !== undefined);
    const input = {
      QueueUrl: delivery.deadLetterArn?.split(':').pop(),
      MessageBody: delivery.deadLetterBody(),
      MessageAttributes: Object.fromEntries(
        present.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    };
    const context = { caller: delivery.deadLetterCaller, trace: delivery.trace };
    await this.#context.api.call('sqs', 'SendMessage', input, context);
  }
}

async function tryOnce(delivery: Delivery, number: number): Promise<DeliveryFailure | undefined> {
  try {
    await delivery.attempt(number);
    return undefined;
  } catch (error) {
    return classifyFailure(error);
  }
}
