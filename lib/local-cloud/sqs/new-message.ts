import { createHash, randomUUID } from 'node:crypto';
import { ACCOUNT_ID } from '../core/account.ts';
import type { CallContext, Caller } from '../core/service.ts';
import { roleId } from '../core/stable-id.ts';
import { invalidParameter, missingParameter, sqsError } from './errors.ts';
import { integerParameter } from './integer-parameter.ts';
import { type MessageAttributes, md5, type StoredMessage, sizeInBytes } from './message.ts';
import { checkAttributes } from './message-attributes.ts';
import type { Queue } from './queue.ts';

/** What a producer says of one message: an entry of a batch, or the input of SendMessage. */
export interface SendRequest {
  MessageBody?: string;
  DelaySeconds?: number;
  MessageAttributes?: MessageAttributes;
  MessageSystemAttributes?: MessageAttributes;
  MessageDeduplicationId?: string;
  MessageGroupId?: string;
}

// Everything that XML 1.0 can carry; lone surrogates match in Unicode mode.
const FORBIDDEN_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const GROUP_OR_DEDUPLICATION_ID = /^[\x21-\x7e]{1,128}$/;

/** Checks a message as SQS does and gives it its identity; FIFO queues number it later, when it is not a duplicate. */
export function newMessage(queue: Queue, request: SendRequest, sender: CallContext & { now: number }): StoredMessage {
  const { settings } = queue;
  const body = checkBody(request.MessageBody);
  const attributes = checkAttributes(request.MessageAttributes);
  const system = checkAttributesOfSystem(request.MessageSystemAttributes);
  if (sizeInBytes(body, attributes) > settings.maximumMessageBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maximumMessageBytes} bytes.`,
    );
  }
  const delayMs = delayOf(queue, request.DelaySeconds);
  return {
    id: randomUUID(),
    body,
    md5OfBody: md5(body),
    attributes,
    traceHeader: system.AWSTraceHeader?.StringValue ?? sender.trace,
    senderId: senderId(sender.caller),
    sentAt: sender.now,
    enqueuedAt: sender.now,
    retainedFrom: sender.now,
    receiveCount: 0,
    receivesHere: 0,
    state: delayMs > 0 ? 'delayed' : 'available',
    visibleAt: sender.now + delayMs,
    groupId: checkGroupId(queue, request.MessageGroupId),
    deduplicationId: deduplicationIdOf(queue, request),
  };
}

function checkBody(body: string | undefined): string {
  if (!body) throw missingParameter('MessageBody');
  const forbidden = body.match(FORBIDDEN_CHARACTER)?.[0];
  if (forbidden === undefined) return body;
  const code = forbidden.codePointAt(0)?.toString(16).toUpperCase();
  throw sqsError(
    'InvalidMessageContents',
    `Invalid binary character '#x${code}' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | [#x10000 to #x10FFFF]`,
  );
}

function checkAttributesOfSystem(attributes: MessageAttributes = {}): MessageAttributes {
  const unknown = Object.keys(attributes).find((name) => name !== 'AWSTraceHeader');
  if (unknown) throw invalidParameter(`Message system attribute name '${unknown}' is invalid.`);
  return attributes;
}

function delayOf({ settings }: Queue, seconds: number | undefined): number {
  const delay = integerParameter('DelaySeconds', seconds, [0, 900]);
  if (delay === undefined) return settings.delayMs;
  if (settings.fifo && delay > 0) throw notForThisQueueType('DelaySeconds', delay);
  return settings.fifo ? settings.delayMs : delay * 1000;
}

// Standard queues take a group id too: it makes them fair between tenants and orders nothing.
function checkGroupId({ settings }: Queue, id: string | undefined): string | undefined {
  if (!id) {
    if (settings.fifo) throw missingParameter('MessageGroupId');
    return undefined;
  }
  if (GROUP_OR_DEDUPLICATION_ID.test(id)) return id;
  throw invalidParameter(
    `Value ${id} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function deduplicationIdOf({ settings }: Queue, request: SendRequest): string | undefined {
  const id = request.MessageDeduplicationId;
  if (!settings.fifo) {
    if (id) throw notForThisQueueType('MessageDeduplicationId', id);
    return undefined;
  }
  if (!id && settings.contentBasedDeduplication) {
    return createHash('sha256')
      .update(request.MessageBody as string)
      .digest('hex');
  }
  if (!id) {
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (GROUP_OR_DEDUPLICATION_ID.test(id)) return id;
  throw invalidParameter(
    `Value ${id} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function notForThisQueueType(name: string, value: unknown): Error {
  return invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: The request include parameter that is not valid for this queue type.`,
  );
}

function senderId(caller: Caller): string {
  if (caller.kind === 'role') return roleId(caller.roleArn.split('/').pop() ?? '');
  return caller.kind === 'service' ? caller.principal : ACCOUNT_ID;
}
