import type { CloudContext } from '../core/service.ts';
import { invalidParameter, queueDoesNotExist, sqsError } from './errors.ts';
import type { StoredMessage } from './message.ts';
import { Queue } from './queue.ts';
import { checkAttributes, defaultAttributes, type QueueAttributes, settingsOf } from './queue-settings.ts';

const NAME = /^[\w-]{1,80}$/;
const FIFO_NAME = /^[\w-]{1,75}\.fifo$/;
const RECREATION_PAUSE_MS = 60_000;

export interface NewQueue {
  name: string;
  attributes: Record<string, unknown>;
  tags?: Record<string, string>;
}

/** All queues of the account, found by name, URL or ARN. */
export class Queues {
  #context: CloudContext;
  #endpointUrl: () => string;
  #queues = new Map<string, Queue>();
  #deletedAt = new Map<string, number>();

  constructor(context: CloudContext, endpointUrl: () => string) {
    this.#context = context;
    this.#endpointUrl = endpointUrl;
  }

  all(): Queue[] {
    return [...this.#queues.values()];
  }

  url(name: string): string {
    return `${this.#endpointUrl().replace(/\/$/, '')}/${this.#context.account.id}/${name}`;
  }

  arn(name: string): string {
    return this.#context.account.arn('sqs', name);
  }

  /** The name in a queue URL; whatever stands in front of `/<account>/<name>` is no matter, and a name will do. */
  nameOf(url: string | undefined): string {
    if (!url) throw sqsError('MissingParameter', 'The request must contain the parameter QueueUrl.');
    if (!url.includes('/')) return url;
    const [, account, name] = url.match(/\/(\d{12})\/([^/]+)$/) ?? [];
    if (!name) throw sqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);
    if (account !== this.#context.account.id) throw queueDoesNotExist();
    return name;
  }

  get(url: string | undefined): Queue {
    const queue = this.#queues.get(this.nameOf(url));
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  find(arn: string): Queue | undefined {
    const queue = this.#queues.get(arn.split(':').pop() ?? '');
    return queue?.arn === arn ? queue : undefined;
  }

  /** The queues that give their messages up to this one. */
  sourcesOf(deadLetterQueue: Queue): Queue[] {
    return this.all().filter(({ settings }) => settings.redrive?.deadLetterTargetArn === deadLetterQueue.arn);
  }

  /** Creates a queue; the same queue with the same attributes may be created again. */
  create({ name, attributes, tags = {} }: NewQueue): Queue {
    const fifo = String(attributes.FifoQueue) === 'true';
    checkName(name, fifo);
    const checked = checkAttributes(attributes, fifo);
    const known = this.#queues.get(name);
    if (known) return confirmSame(known, checked);
    this.#checkRecreation(name);
    const { clock } = this.#context;
    const queue = new Queue({ name, arn: this.arn(name) }, defaultAttributes(fifo), {
      clock,
      giveUp: (message, deadLetterArn, sourceArn) => this.#giveUp(message, deadLetterArn, sourceArn),
    });
    this.configure(queue, checked);
    queue.tags = { ...tags };
    this.#queues.set(name, queue);
    return queue;
  }

  /** Changes attributes that are checked already. */
  configure(queue: Queue, changes: QueueAttributes): void {
    const { redrive } = settingsOf({ ...queue.attributes, ...changes });
    if (changes.RedrivePolicy && redrive) this.#checkDeadLetterQueue(queue, redrive.deadLetterTargetArn);
    queue.setAttributes(changes);
    if (changes.Policy) this.#context.iam.attachResourcePolicy(queue.arn, JSON.parse(changes.Policy));
  }

  delete(queue: Queue): void {
    this.#queues.delete(queue.name);
    this.#deletedAt.set(queue.name, this.#context.clock.now());
    queue.close();
  }

  #checkRecreation(name: string): void {
    const deletedAt = this.#deletedAt.get(name) ?? Number.NEGATIVE_INFINITY;
    if (this.#context.clock.now() - deletedAt >= RECREATION_PAUSE_MS) return;
    throw sqsError(
      'QueueDeletedRecently',
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
  }

  #checkDeadLetterQueue(source: Queue, arn: string): void {
    const target = arn === source.arn ? source : this.find(arn);
    const reason = whyNotDeadLetterQueue(source, target);
    if (!reason) return;
    const policy = JSON.stringify({ deadLetterTargetArn: arn });
    throw invalidParameter(`Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  }

  #giveUp(message: StoredMessage, deadLetterArn: string, sourceArn: string): boolean {
    const target = this.find(deadLetterArn);
    if (!target) return false;
    const now = this.#context.clock.now();
    const moved: StoredMessage = {
      ...message,
      state: 'available',
      receivesHere: 0,
      receiptHandle: undefined,
      enqueuedAt: now,
      retainedFrom: target.settings.fifo ? now : message.retainedFrom,
      deadLetterSourceArn: sourceArn,
    };
    target.add([moved]);
    return true;
  }
}

function checkName(name: string | undefined, fifo: boolean): void {
  if (!name) throw sqsError('MissingParameter', 'The request must contain the parameter QueueName.');
  if (fifo && !FIFO_NAME.test(name)) {
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  }
  if (!fifo && !NAME.test(name)) {
    throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  }
}

function whyNotDeadLetterQueue(source: Queue, target: Queue | undefined): string | undefined {
  if (!target) return 'Dead letter target does not exist.';
  if (target === source) return 'Dead letter target cannot be the queue itself.';
  if (target.settings.fifo !== source.settings.fifo) {
    return 'Dead-letter queue must be same type of queue as the source.';
  }
  const { redrivePermission, sourceQueueArns = [] } = target.settings.redriveAllow ?? { redrivePermission: 'allowAll' };
  const allowed =
    redrivePermission === 'allowAll' || (redrivePermission === 'byQueue' && sourceQueueArns.includes(source.arn));
  return allowed ? undefined : 'The redrive allow policy of the dead letter target does not allow this queue.';
}

function confirmSame(queue: Queue, attributes: QueueAttributes): Queue {
  const different = Object.keys(attributes).find((name) => (queue.attributes[name] ?? '') !== attributes[name]);
  if (!different) return queue;
  throw sqsError(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${different}`,
  );
}
