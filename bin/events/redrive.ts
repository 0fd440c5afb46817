import type { Message } from '@aws-sdk/client-sqs';
import type { DeadLetterQueue } from './edges.ts';
import { isSelected, type Selection, selectedQueues } from './failed.ts';
import { type CarriedEvent, type FailedMessage, toFailedMessage } from './failed-message.ts';
import { HeldMessages } from './held-messages.ts';
import { moveAll, onlyQueueBehind } from './move-task.ts';
import type { Operator } from './operator.ts';
import { putBack } from './put-back.ts';

export interface RedriveOptions extends Selection {
  dryRun?: boolean;
  /** Messages that are to be thrown away: nobody will ever be able to handle them. */
  discards?: (message: Message) => boolean;
}

export interface Redriven {
  queue: string;
  /** Where they went: the consumer that gets them now, or the function that published anew. */
  to: string;
  count: number;
  /** Missing where SQS has moved a whole queue. */
  messages?: { message_id: string; event?: CarriedEvent }[];
}

export interface RedriveReport {
  stage: string;
  dry_run: boolean;
  redriven: Redriven[];
  discarded: number;
  /** These stay where they were. */
  failed: { queue: string; message_id: string; reason: string }[];
}

/**
 * What is put back is sent first and deleted after, so that what is interrupted leaves a message in both places and
 * never in none. Held so long at most: a message that takes longer is put back twice, which consumers stand.
 */
const HOLD_SECONDS = 300;

/** Puts dead letters back on their way. */
export async function redrive(operator: Operator, options: RedriveOptions = {}): Promise<RedriveReport> {
  return redriveQueues(operator, await selectedQueues(operator, options), options);
}

/** As {@link redrive}, for who knows the queues already. */
export async function redriveQueues(operator: Operator, queues: DeadLetterQueue[], options: RedriveOptions) {
  const report: RedriveReport = {
    stage: operator.stage,
    dry_run: options.dryRun ?? false,
    redriven: [],
    discarded: 0,
    failed: [],
  };
  for (const queue of queues) {
    const only = isWhole(options) && onlyQueueBehind(queue);
    if (only) await redriveWhole(operator, queue, report);
    else await new QueueRedrive(operator, queue, { options, report }).run();
  }
  return report;
}

/** Nothing of a message has to be known. */
function isWhole({ message, event, dryRun, discards }: RedriveOptions): boolean {
  return !message && !event && !dryRun && !discards;
}

async function redriveWhole({ sqs }: Operator, queue: DeadLetterQueue, report: RedriveReport): Promise<void> {
  try {
    const count = await moveAll(sqs, queue);
    if (count > 0) report.redriven.push({ queue: queue.name, to: queue.name, count });
  } catch (error) {
    report.failed.push({ queue: queue.name, message_id: 'all', reason: (error as Error).message });
  }
}

interface RedriveParts {
  options: RedriveOptions;
  report: RedriveReport;
}

/** Looks at each message of a queue. */
class QueueRedrive {
  readonly #operator: Operator;
  readonly #queue: DeadLetterQueue;
  readonly #options: RedriveOptions;
  readonly #report: RedriveReport;

  constructor(operator: Operator, queue: DeadLetterQueue, { options, report }: RedriveParts) {
    this.#operator = operator;
    this.#queue = queue;
    this.#options = options;
    this.#report = report;
  }

  async run(): Promise<void> {
    const held = await HeldMessages.take(this.#operator.sqs, this.#queue.url, HOLD_SECONDS);
    try {
      for (const message of held.all) await this.#one(message, held);
    } finally {
      await held.letGo();
    }
  }

  async #one(message: Message, held: HeldMessages): Promise<void> {
    const failed = toFailedMessage(this.#queue, message, Date.now());
    if (!isSelected(failed, this.#options)) return;
    if (this.#options.discards?.(message)) {
      await held.delete(message);
      this.#report.discarded += 1;
      return;
    }
    try {
      const isDryRun = this.#options.dryRun ?? false;
      const to = await putBack(this.#operator, { queue: this.#queue, message, isDryRun });
      if (!isDryRun) await held.delete(message);
      this.#note(failed, to);
    } catch (error) {
      const { queue, message_id } = failed;
      this.#report.failed.push({ queue, message_id, reason: (error as Error).message });
    }
  }

  #note({ message_id, event }: FailedMessage, to: string): void {
    const { redriven } = this.#report;
    const known = redriven.find((one) => one.queue === this.#queue.name && one.to === to);
    if (!known) redriven.push({ queue: this.#queue.name, to, count: 1, messages: [{ message_id, event }] });
    else {
      known.count += 1;
      known.messages?.push({ message_id, event });
    }
  }
}
