import type { InvocationResult } from './invoker.ts';

/** Why Lambda is done with an asynchronous event. */
export type AsyncCondition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

export interface AsyncSummary {
  condition: AsyncCondition;
  requestId: string;
  /** With its qualifier, `$LATEST` included. */
  functionArn: string;
  /** The event, JSON. */
  payload: string;
  attempts: number;
  /** Absent when the function never ran. */
  result?: InvocationResult;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The record that on-success and on-failure destinations get. */
export function invocationRecord(summary: AsyncSummary): string {
  const { result } = summary;
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(summary.now).toISOString(),
    requestContext: {
      requestId: summary.requestId,
      functionArn: summary.functionArn,
      condition: summary.condition,
      approximateInvokeCount: summary.attempts,
    },
    requestPayload: JSON.parse(summary.payload),
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: result.executedVersion,
        ...(result.functionError && { functionError: result.functionError }),
      },
      responsePayload: JSON.parse(result.payload),
    }),
  });
}

// SQS and SNS take the first kilobyte of the error.
const ERROR_MESSAGE_LENGTH = 1024;

/** What a dead-letter queue or topic gets beside the event itself. */
export function deadLetterAttributes({ requestId, result }: AsyncSummary) {
  const failure = result && JSON.parse(result.payload);
  const message = String(failure?.errorMessage || 'The event was discarded before the function could run.');
  return {
    RequestID: { DataType: 'String' as const, StringValue: requestId },
    ErrorCode: { DataType: 'Number' as const, StringValue: result ? '200' : '429' },
    ErrorMessage: { DataType: 'String' as const, StringValue: message.slice(0, ERROR_MESSAGE_LENGTH) },
  };
}
