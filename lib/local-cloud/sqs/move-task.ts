import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

// How many messages are moved at a time when the caller sets no rate.
const CHUNK = 500;
const SECOND_MS = 1000;

export interface MovePlan {
  source: Queue;
  destinationArn?: string;
  messagesPerSecond?: number;
}

/** Moves the messages of a dead-letter queue back to where they came from, or to one queue, in the background. */
export class MoveTask {
  readonly handle: string;
  readonly plan: MovePlan;
  readonly startedAt: number;
  readonly toMove: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED' = 'RUNNING';
  moved = 0;
  failureReason?: string;
  #clock: Clock;
  #queues: Queues;
  #cancelTimer: () => void;

  constructor(plan: MovePlan, clock: Clock, queues: Queues) {
    this.plan = plan;
    this.#clock = clock;
    this.#queues = queues;
    this.startedAt = clock.now();
    this.toMove = plan.source.counts().available;
    this.handle = Buffer.from(`${plan.source.arn} ${randomUUID()}`).toString('base64');
    this.#cancelTimer = clock.schedule(0, () => this.#moveSome());
  }

  cancel(): void {
    this.status = 'CANCELLED';
    this.#cancelTimer();
  }

  #moveSome(): void {
    const { source, messagesPerSecond } = this.plan;
    const messages = source.drain(messagesPerSecond ?? CHUNK);
    for (const [index, message] of messages.entries()) {
      if (this.#move(message)) continue;
      source.add(messages.slice(index));
      return;
    }
    if (source.counts().available === 0) {
      this.status = 'COMPLETED';
      return;
    }
    this.#cancelTimer = this.#clock.schedule(messagesPerSecond ? SECOND_MS : 0, () => this.#moveSome());
  }

  #move(message: StoredMessage): boolean {
    const target = this.#queues.find(this.plan.destinationArn ?? message.deadLetterSourceArn ?? '');
    if (!target) {
      this.status = 'FAILED';
      this.failureReason = 'AWS.SimpleQueueService.NonExistentQueue';
      return false;
    }
    target.add([asNew(message, this.#clock.now())]);
    this.moved += 1;
    return true;
  }
}

/** A message that is moved gets a new id and its retention begins anew. */
function asNew(message: StoredMessage, now: number): StoredMessage {
  return {
    ...message,
    id: randomUUID(),
    sentAt: now,
    enqueuedAt: now,
    retainedFrom: now,
    receiveCount: 0,
    receivesHere: 0,
    firstReceivedAt: undefined,
    receivedAt: undefined,
    receiptHandle: undefined,
    deadLetterSourceArn: undefined,
    state: 'available',
  };
}
