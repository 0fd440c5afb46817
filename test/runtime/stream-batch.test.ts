import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { asFunction, linesWrittenBy } from './written-lines.ts';

beforeAll(() => asFunction());

const batch = { Records: [{}, {}] } as DynamoDBStreamEvent;

/** The line of a batch that is about these correlation ids. */
async function lineAbout(ids: string[], failures: string[] = []) {
  const { noteOrigins, streamBatch } = await import('#lib/runtime/events/stream-batch.ts');
  const handler = streamBatch(async () => {
    noteOrigins(ids);
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
  });
  const [line] = await linesWrittenBy(() => handler(batch, { awsRequestId: 'r1' }));
  return line;
}

describe('the line of a batch of a stream', () => {
  test('goes by the correlation id of its changes', async () => {
    expect(await lineAbout(['a', 'a'])).toMatchObject({ correlation_id: 'a', message: 'changes handled', changes: 2 });
    expect(await lineAbout(['a', 'a'])).not.toHaveProperty('correlation_ids');
  });

  test('names all of them where they are of several requests', async () => {
    expect(await lineAbout(['a', 'b', 'a', 'c'])).toMatchObject({ correlation_id: 'a', correlation_ids: ['b', 'c'] });
  });

  test('goes by the invocation where the changes are about nothing', async () => {
    expect(await lineAbout([])).toMatchObject({ correlation_id: 'r1' });
  });

  test('says when some have to come again', async () => {
    expect(await lineAbout(['a'], ['7'])).toMatchObject({
      level: 'WARN',
      message: 'changes not handled',
      outcome: 'partial',
    });
  });
});
