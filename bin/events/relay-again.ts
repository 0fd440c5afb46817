import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { DynamoDBRecord } from 'aws-lambda';
import { compileEventPattern } from '#lib/local-cloud/events/event-pattern.ts';
import type { Edge } from './edges.ts';
import type { StreamFailure } from './failed-message.ts';
import type { Operator } from './operator.ts';
import { recordsFromRows } from './rows-again.ts';

type StreamEdge = Extract<Edge, { kind: 'stream' }>;

/** As many as the stream gives at once. */
const BATCH = 100;

/** What the API says of a stream whose changes are older than a day, or of a shard that is gone with them. */
const TOO_OLD = ['TrimmedDataAccessException', 'ResourceNotFoundException'];

/**
 * Gives the changes that a stream's reader has given up to its function once more, as the stream would. The document
 * says only where they were: they are read from the stream again or, when that has forgotten them, made of the rows.
 */
export async function relayAgain(operator: Operator, edge: StreamEdge, failure: StreamFailure): Promise<void> {
  const records = await recordsOf(operator, edge, failure);
  for (let start = 0; start < records.length; start += BATCH) {
    const refused = await invoke(operator, edge, records.slice(start, start + BATCH));
    if (refused) throw new Error(`${edge.consumer.name} failed again: ${refused}`);
  }
}

async function recordsOf(operator: Operator, edge: StreamEdge, failure: StreamFailure): Promise<DynamoDBRecord[]> {
  const records = await operator.streams.recordsIn(failure).catch((error: Error) => {
    if (TOO_OLD.includes(error.name)) return undefined;
    throw error;
  });
  if (!records) return recordsFromRows(operator, failure);
  // As its mapping does.
  const tests = edge.patterns.map((pattern) => compileEventPattern(pattern));
  return records.filter((record) => tests.length === 0 || tests.some((matches) => matches(record)));
}

/** Resolves to why the function did not do all of it. */
async function invoke({ lambda }: Operator, { consumer, streamArn }: StreamEdge, records: DynamoDBRecord[]) {
  const Records = records.map((record) => ({ ...record, eventSource: 'aws:dynamodb', eventSourceARN: streamArn }));
  const command = new InvokeCommand({ FunctionName: consumer.functionArn, Payload: JSON.stringify({ Records }) });
  const { FunctionError, Payload } = await lambda.send(command);
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (FunctionError) return `${answer?.errorType}: ${answer?.errorMessage}`;
  const failures = answer?.batchItemFailures ?? [];
  return failures.length > 0 ? 'it could not publish all of them' : undefined;
}
