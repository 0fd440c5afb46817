import { randomUUID } from 'node:crypto';
import { sqsError } from './errors.ts';

/** What a receipt handle stands for: one delivery of one message of one queue. */
export interface Receipt {
  queueArn: string;
  messageId: string;
}

export function newReceiptHandle({ queueArn, messageId }: Receipt): string {
  return Buffer.from(`${randomUUID()} ${queueArn} ${messageId}`).toString('base64');
}

/** Reads a handle that belongs to the queue; any other is `ReceiptHandleIsInvalid`. */
export function parseReceiptHandle(handle: string, queueArn: string): Receipt {
  const [, arn, messageId] = Buffer.from(handle, 'base64').toString().split(' ');
  if (arn === queueArn && messageId) return { queueArn, messageId };
  throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}
