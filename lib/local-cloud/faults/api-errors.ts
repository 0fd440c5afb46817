import { AwsError } from '../core/aws-error.ts';

/** How each service says that it was asked too often; others say `ThrottlingException`. */
const THROTTLED: Record<string, [code: string, status: number]> = {
  dynamodb: ['ProvisionedThroughputExceededException', 400],
  dynamodbstreams: ['LimitExceededException', 400],
  lambda: ['TooManyRequestsException', 429],
  sqs: ['RequestThrottled', 400],
};

export function internalError(): AwsError {
  return new AwsError('InternalServerError', 'An internal error was injected.', 500);
}

export function unavailable(): AwsError {
  return new AwsError('ServiceUnavailable', 'The service was made unavailable.', 503);
}

export function throttled(service: string): AwsError {
  const [code, status] = THROTTLED[service] ?? ['ThrottlingException', 400];
  return new AwsError(code, 'Rate exceeded: the call was made to be throttled.', status);
}

/** As DynamoDB tells it of a transaction, or of a single write that has met one. */
export function transactionConflict(action: string, input: object): AwsError {
  const { TransactItems } = input as { TransactItems?: unknown[] };
  if (action !== 'TransactWriteItems') {
    return new AwsError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  const CancellationReasons = (TransactItems ?? []).map(() => ({
    Code: 'TransactionConflict',
    Message: 'Transaction is ongoing for the item',
  }));
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons });
}

/** A connection that nobody answers on: who waits for it gives up in the end. */
export function noAnswer(): AwsError {
  return new AwsError('RequestTimeout', 'The call was not answered.', 504);
}
