import { setTimeout as wait } from 'node:timers/promises';
import {
  CancelReplayCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  IllegalStatusException,
  ResourceNotFoundException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { whereToCall } from '../where-to-call.ts';

/** Pause between two looks at a replay or a queue, ms. */
const PAUSE_MS = 500;

/** The subscription that a replay is for, as its stack leaves it. */
export interface ReplayIds {
  rule_arn: string;
  queue_url: string;
  dead_letters_url: string;
}

/** The events that have happened from then, and before then. */
export interface ReplaySpan {
  from: Date;
  until: Date;
}

/** Brings the archive back to one rule, and waits until its subscriber has handled all of it. */
export class ArchiveReplay {
  readonly #archiveName: string;
  readonly #ids: ReplayIds;
  readonly #events: EventBridgeClient;
  readonly #sqs: SQSClient;

  constructor(archiveName: string, ids: ReplayIds, clients?: { events: EventBridgeClient; sqs: SQSClient }) {
    this.#archiveName = archiveName;
    this.#ids = ids;
    this.#events = clients?.events ?? new EventBridgeClient(whereToCall());
    this.#sqs = clients?.sqs ?? new SQSClient(whereToCall());
  }

  /**
   * Resolves to how many messages the subscriber has failed on for good meanwhile.
   * @param span of which events; all of them unless it is said
   */
  async run(name: string, settleMs: number, span?: ReplaySpan): Promise<number> {
    const deadBefore = await this.#messagesIn(this.#ids.dead_letters_url);
    await this.#start(name, span);
    await this.#completed(name);
    await this.#drained(settleMs);
    return Math.max(0, (await this.#messagesIn(this.#ids.dead_letters_url)) - deadBefore);
  }

  /** Calls off a replay that nobody waits for any more. */
  async cancel(name: string): Promise<void> {
    try {
      await this.#events.send(new CancelReplayCommand({ ReplayName: name }));
    } catch (error) {
      const isOver = error instanceof IllegalStatusException || error instanceof ResourceNotFoundException;
      if (!isOver) throw error;
    }
  }

  async #start(name: string, span?: ReplaySpan): Promise<void> {
    const archive = await this.#events.send(new DescribeArchiveCommand({ ArchiveName: this.#archiveName }));
    await this.#events.send(
      new StartReplayCommand({
        ReplayName: name,
        EventSourceArn: archive.ArchiveArn,
        EventStartTime: span?.from ?? archive.CreationTime,
        EventEndTime: span?.until ?? new Date(),
        Destination: { Arn: archive.EventSourceArn, FilterArns: [this.#ids.rule_arn] },
      }),
    );
  }

  async #completed(name: string): Promise<void> {
    for (;;) {
      const { State, StateReason } = await this.#events.send(new DescribeReplayCommand({ ReplayName: name }));
      if (State === 'COMPLETED') return;
      if (State !== 'STARTING' && State !== 'RUNNING') {
        throw new Error(`the replay ${name} is ${State}${StateReason ? `: ${StateReason}` : ''}`);
      }
      await wait(PAUSE_MS);
    }
  }

  /** Waits until the queue has been empty for so long. */
  async #drained(settleMs: number): Promise<void> {
    let emptySince: number | undefined;
    for (;;) {
      const isEmpty = (await this.#messagesIn(this.#ids.queue_url)) === 0;
      emptySince = isEmpty ? (emptySince ?? Date.now()) : undefined;
      if (emptySince !== undefined && Date.now() - emptySince >= settleMs) return;
      await wait(PAUSE_MS);
    }
  }

  /** Those under way included. */
  async #messagesIn(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }
}
