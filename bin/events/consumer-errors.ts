import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { Message } from '@aws-sdk/client-sqs';
import type { Consumer } from './edges.ts';
import type { Operator } from './operator.ts';

/** A look at logs costs a call for each megabyte or so: this many have to do. */
const MOST_PAGES = 20;
const FAILURES = '{ $.message = "message not handled" }';
/** The sentence of such an error quotes what it could not read. */
const QUOTING = ['SyntaxError'];

/** What a consumer has logged last of each of the messages, by message id. */
export async function consumerErrors({ logs }: Operator, consumer: Consumer, messages: Message[]) {
  const errors = new Map<string, string>();
  if (!consumer.logGroup || messages.length === 0) return errors;
  const wanted = new Set(messages.map(({ MessageId }) => MessageId));
  const startTime = Math.min(...messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? 0)));
  const input = { logGroupName: consumer.logGroup, filterPattern: FAILURES, startTime };
  let pages = 0;
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, input)) {
    for (const { message = '{}' } of events) {
      const { message_id, error } = JSON.parse(message);
      if (wanted.has(message_id)) errors.set(message_id, sentenceOf(error));
    }
    pages += 1;
    if (pages === MOST_PAGES) break;
  }
  return errors;
}

/** In one line, without what may be personal. */
export function sentenceOf({ name = 'Error', message = '' }: { name?: string; message?: string } = {}): string {
  if (QUOTING.includes(name)) return `${name}: it is not JSON`;
  const line = message.replaceAll(/\s+/g, ' ').replaceAll(/[^\s"']+@[^\s"']+/g, '<e-mail>');
  return `${name}: ${line}`;
}
