import { type Message, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DeadLetterQueue, Edge } from './edges.ts';
import { attribute, streamFailure } from './failed-message.ts';
import type { Operator } from './operator.ts';
import { relayAgain } from './relay-again.ts';

export interface PutBack {
  queue: DeadLetterQueue;
  message: Message;
  isDryRun: boolean;
}

/** Sends a dead letter on its way again, and leaves it where it is. Resolves to who gets it now. */
export async function putBack(operator: Operator, { queue, message, isDryRun }: PutBack): Promise<string> {
  const edge = edgeOf(queue, message);
  if (edge.kind === 'stream') {
    const failure = streamFailure(message);
    if (!failure) throw new Error('It is not what Lambda writes of a stream, so nobody knows which changes it means.');
    if (!isDryRun) await relayAgain(operator, edge, failure);
    return edge.consumer.name;
  }
  if (isDryRun) return edge.consumer.name;
  const trace = message.Attributes?.AWSTraceHeader;
  await operator.sqs.send(
    new SendMessageCommand({
      QueueUrl: edge.queue.url,
      MessageBody: message.Body,
      ...(trace && { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } } }),
    }),
  );
  return edge.consumer.name;
}

/** The edge on which the message was lost. */
export function edgeOf({ name, edges }: DeadLetterQueue, message: Message): Edge {
  const source = message.Attributes?.DeadLetterQueueSourceArn ?? attribute(message, 'TARGET_ARN');
  const kind = streamFailure(message) ? 'stream' : 'queue';
  // Rules may have been made anew since: their messages go where the target is.
  const edge = edges.find((one) => one.kind === kind && (one.kind === 'stream' || !source || one.queue.arn === source));
  if (!edge) throw new Error(`Nothing leads from ${source ?? `a ${kind}`} to the dead letters of ${name} any more.`);
  return edge;
}
