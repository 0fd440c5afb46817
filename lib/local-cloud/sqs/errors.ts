import { AwsError } from '../core/aws-error.ts';

const NAMESPACE = 'com.amazonaws.sqs#';
const QUERY_NAMESPACE = 'AWS.SimpleQueueService.';

/** An error in SQS's JSON protocol, whose code carries the namespace of the service model. */
export function sqsError(code: string, message: string): AwsError {
  return new AwsError(`${NAMESPACE}${code}`, message);
}

export function invalidParameter(message: string): AwsError {
  return sqsError('InvalidParameterValue', message);
}

export function missingParameter(name: string): AwsError {
  return sqsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

export function queueDoesNotExist(): AwsError {
  return sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

const OLD_CODES: Record<string, string> = {
  BatchEntryIdsNotDistinct: `${QUERY_NAMESPACE}BatchEntryIdsNotDistinct`,
  BatchRequestTooLong: `${QUERY_NAMESPACE}BatchRequestTooLong`,
  EmptyBatchRequest: `${QUERY_NAMESPACE}EmptyBatchRequest`,
  InvalidBatchEntryId: `${QUERY_NAMESPACE}InvalidBatchEntryId`,
  MessageNotInflight: `${QUERY_NAMESPACE}MessageNotInflight`,
  PurgeQueueInProgress: `${QUERY_NAMESPACE}PurgeQueueInProgress`,
  QueueDeletedRecently: `${QUERY_NAMESPACE}QueueDeletedRecently`,
  QueueDoesNotExist: `${QUERY_NAMESPACE}NonExistentQueue`,
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: `${QUERY_NAMESPACE}TooManyEntriesInBatchRequest`,
  UnsupportedOperation: `${QUERY_NAMESPACE}UnsupportedOperation`,
};

/** What clients of the old Query protocol know the errors by, with and without the namespace. */
export const QUERY_ERROR_CODES: Record<string, string> = Object.fromEntries(
  Object.entries(OLD_CODES).flatMap(([code, old]) => [
    [code, old],
    [`${NAMESPACE}${code}`, old],
  ]),
);
