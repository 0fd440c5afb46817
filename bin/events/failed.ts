import type { Message } from '@aws-sdk/client-sqs';
import { consumerErrors } from './consumer-errors.ts';
import { type DeadLetterQueue, deadLetterQueues } from './edges.ts';
import { type FailedMessage, toFailedMessage } from './failed-message.ts';
import { HeldMessages } from './held-messages.ts';
import type { Operator } from './operator.ts';

/** Which messages are meant; what is left out does not matter. */
export interface Selection {
  service?: string;
  /** As it is listed, such as `order/on-order-created`, or what its real name is. */
  queue?: string;
  message?: string;
  event?: string;
}

/** Long enough to read a queue of thousands; after that they come back by themselves, if this process is gone. */
const LOOK_SECONDS = 60;

/** The dead-letter queues that a selection is about. */
export async function selectedQueues(operator: Operator, { service, queue }: Selection): Promise<DeadLetterQueue[]> {
  const all = await deadLetterQueues(operator);
  const isNamed = ({ name, url }: DeadLetterQueue) => name === queue || url.endsWith(`/${queue}`);
  const selected = all.filter((one) => (!service || one.service === service) && (!queue || isNamed(one)));
  if (selected.length > 0) return selected;
  const known = [...new Set(all.map((one) => (queue ? one.name : one.service)))].join(', ');
  throw new Error(
    `there is no dead-letter queue of ${queue ?? service} in stage ${operator.stage}. There are: ${known}`,
  );
}

export function isSelected({ message_id, event }: FailedMessage, selection: Selection): boolean {
  if (selection.message && selection.message !== message_id) return false;
  return !selection.event || selection.event === event?.event_id;
}

/** What lies in the dead-letter queues, the oldest first. It stays there. */
export async function failedMessages(operator: Operator, selection: Selection = {}): Promise<FailedMessage[]> {
  const queues = await selectedQueues(operator, selection);
  const found = (await Promise.all(queues.map((queue) => look(operator, queue)))).flat();
  const selected = found.filter((message) => isSelected(message, selection));
  return selected.sort((a, b) => b.age_seconds - a.age_seconds);
}

async function look(operator: Operator, queue: DeadLetterQueue): Promise<FailedMessage[]> {
  const held = await HeldMessages.take(operator.sqs, queue.url, LOOK_SECONDS);
  try {
    const failed = held.all.map((message) => toFailedMessage(queue, message, Date.now()));
    const errors = await errorsOf(operator, queue, held.all);
    return failed.map((one) => ({ ...one, reason: errors.get(one.message_id) ?? one.reason }));
  } finally {
    await held.letGo();
  }
}

/** What the consumer says of those that it has given up. */
async function errorsOf(operator: Operator, { edges }: DeadLetterQueue, messages: Message[]) {
  const [consumer] = edges.filter(({ kind }) => kind === 'queue').map((edge) => edge.consumer);
  const given = messages.filter(({ Attributes }) => Attributes?.DeadLetterQueueSourceArn);
  return consumer ? consumerErrors(operator, consumer, given) : new Map<string, string>();
}
