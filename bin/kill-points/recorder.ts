import type { Cloud } from '#lib/local-cloud/cloud.ts';
import type { ApiCall } from '#lib/local-cloud/core/api.ts';
import { describeCall } from './describe-call.ts';

/** An order that is watched: what is about it names its id, or, until it has one, its idempotency key. */
export interface Watched {
  orderId: string;
  key: string;
}

/** A call that a function has made while it was handling something about an order. */
export interface RecordedCall {
  orderId: string;
  /** Its physical name. */
  functionName: string;
  service: string;
  action: string;
  /** On what, such as `PAYMENT completed`. */
  what: string;
  /** The text by which the event was about the order. */
  about: string;
  /** Made by an environment that had handled nothing before: it may be one that is made only then. */
  isFirstOfProcess: boolean;
}

/** Writes down which function calls what for which order, and knows the processes of each function. */
export class Recorder {
  readonly calls: RecordedCall[] = [];
  readonly #cloud: Cloud;
  readonly #watched = new Set<Watched>();
  readonly #toBeNew: { functionName: string; about: string }[] = [];
  /** By session token: of which function, and the event that its process handled first. */
  readonly #processes = new Map<string, { functionName: string; firstEvent: string }>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    cloud.api.use((call, next) => {
      this.#see(call);
      return next();
    });
    cloud.services.lambda.use(({ functionName, payload }, next) => {
      const isToBeNew = this.#toBeNew.some((it) => it.functionName === functionName && payload.includes(it.about));
      if (isToBeNew) this.#endIdleProcessesOf(functionName);
      return next();
    });
  }

  watch(order: Watched): void {
    this.#watched.add(order);
  }

  /** From now on processes are known, but no calls written down. */
  stopWatching(): void {
    this.#watched.clear();
  }

  /** The function handles whatever is about this with a process that knows nothing yet. */
  letBeNew(functionName: string, about: string): void {
    this.#toBeNew.push({ functionName, about });
  }

  #endIdleProcessesOf(functionName: string): void {
    for (const [token, process] of this.#processes) {
      if (process.functionName !== functionName) continue;
      const environment = this.#cloud.services.lambda.environmentOf(token);
      if (environment?.event === undefined) environment?.kill();
    }
  }

  #see({ service, action, input, context }: ApiCall): void {
    const { sessionToken } = context;
    if (sessionToken === undefined) return;
    const { functionName, event } = this.#cloud.services.lambda.environmentOf(sessionToken) ?? {};
    if (functionName === undefined || event === undefined) return;
    const process = this.#processes.get(sessionToken) ?? { functionName, firstEvent: event };
    this.#processes.set(sessionToken, process);
    for (const { orderId, key } of this.#watched) {
      const about = [orderId, key].find((text) => event.includes(text));
      if (about === undefined) continue;
      const isFirstOfProcess = process.firstEvent === event;
      const what = describeCall(input);
      this.calls.push({ orderId, functionName, service, action, what, about, isFirstOfProcess });
    }
  }
}
