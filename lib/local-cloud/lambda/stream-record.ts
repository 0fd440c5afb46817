/** A record as GetRecords answers it. */
export interface StreamRecord {
  eventID: string;
  eventName: string;
  eventVersion?: string;
  eventSource?: string;
  awsRegion?: string;
  dynamodb: { SequenceNumber: string; ApproximateCreationDateTime: number; [field: string]: unknown };
  userIdentity?: { PrincipalId: string; Type: string };
}

/** The record as the function gets it. */
export function lambdaRecord(record: StreamRecord, eventSourceARN: string) {
  const { eventID, eventName, eventVersion = '1.1', dynamodb, userIdentity } = record;
  return {
    eventID,
    eventName,
    eventVersion,
    eventSource: 'aws:dynamodb',
    awsRegion: eventSourceARN.split(':')[3],
    dynamodb,
    eventSourceARN,
    // The API writes these two names with a capital letter, the event does not.
    ...(userIdentity && { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
  };
}

/** Milliseconds since the epoch. */
export function createdAt(record: StreamRecord): number {
  return record.dynamodb.ApproximateCreationDateTime * 1000;
}

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface Discard {
  condition: DiscardCondition;
  records: StreamRecord[];
  shardId: string;
  streamArn: string;
  functionArn: string;
  invokeCount: number;
  /** Of the last attempt; absent when the function never ran. */
  last?: { requestId: string; executedVersion: string };
  /** Milliseconds since the epoch. */
  now: number;
}

/** The record that the on-failure destination gets: where to find what was given up, not the records themselves. */
export function discardRecord(discard: Discard) {
  const { records, last } = discard;
  const [first, final] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId: last?.requestId ?? '',
      functionArn: discard.functionArn,
      condition: discard.condition,
      approximateInvokeCount: discard.invokeCount,
    },
    ...(last && {
      responseContext: { statusCode: 200, executedVersion: last.executedVersion, functionError: 'Unhandled' },
    }),
    version: '1.0',
    timestamp: new Date(discard.now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: discard.shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: final?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: first && new Date(createdAt(first)).toISOString(),
      approximateArrivalOfLastRecord: final && new Date(createdAt(final)).toISOString(),
      batchSize: records.length,
      streamArn: discard.streamArn,
    },
  };
}
