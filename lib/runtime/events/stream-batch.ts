import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { inOneLine } from '../canonical-line.ts';
import { note } from '../work.ts';

/**
 * Makes the Lambda handler of a table's stream. One line tells of a batch; what it is about may have come of many
 * requests, which {@link noteOrigins} says.
 */
export function streamBatch(handle: (batch: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>) {
  return (
    batch: DynamoDBStreamEvent,
    { awsRequestId }: Pick<Context, 'awsRequestId'>,
  ): Promise<DynamoDBBatchResponse> =>
    inOneLine({ correlation_id: awsRequestId }, () => handle(batch), {
      done: ({ batchItemFailures }) => ({
        level: batchItemFailures.length > 0 ? 'WARN' : 'INFO',
        message: batchItemFailures.length > 0 ? 'changes not handled' : 'changes handled',
        outcome: batchItemFailures.length > 0 ? 'partial' : 'ok',
        fields: { changes: batch.Records.length },
      }),
      failed: (error) => ({ message: 'changes not handled', outcome: error.name, fields: { error } }),
    });
}

/** Has the line go by the correlation ids of what it is about, and by that of the invocation where that is nothing. */
export function noteOrigins(correlationIds: string[]): void {
  const [correlation_id, ...others] = new Set(correlationIds);
  if (correlation_id) note({ correlation_id, ...(others.length > 0 && { correlation_ids: others }) });
}
