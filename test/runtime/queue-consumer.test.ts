import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';

beforeAll(() => {
  Object.assign(process.env, {
    SERVICE_NAME: 'test',
    FUNCTION_NAME: 'test',
    AWS_LAMBDA_LOG_LEVEL: 'FATAL',
    MAX_RECEIVES: '5',
  });
});

const Message = z.object({ id: z.string() });

/** A consumer that fails on some, and the batch that it is given. */
async function consume(bodies: string[], failing: string[]) {
  const { queueConsumer } = await import('#lib/runtime/events/queue-consumer.ts');
  const consumed: string[] = [];
  const handler = queueConsumer(Message, {
    originOf: ({ id }) => ({ correlation_id: id }),
    async consume({ id }) {
      if (failing.includes(id)) throw new Error('It did not work.');
      consumed.push(id);
    },
  });
  const Records = bodies.map((body, index) => ({
    body,
    messageId: `m${index}`,
    attributes: {},
    eventSource: 'aws:sqs',
  }));
  const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent, {} as Context);
  return { consumed, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

const bodyOf = (id: string) => JSON.stringify({ id });

describe('a batch of messages', () => {
  test('is done whole where nothing fails', async () => {
    expect(await consume(['a', 'b'].map(bodyOf), [])).toEqual({ consumed: ['a', 'b'], failed: [] });
  });

  test('comes again in those parts that failed', async () => {
    expect(await consume(['a', 'b', 'c'].map(bodyOf), ['b'])).toEqual({ consumed: ['a', 'c'], failed: ['m1'] });
  });

  test('comes again whole where all failed', async () => {
    expect((await consume(['a', 'b'].map(bodyOf), ['a', 'b'])).failed).toEqual(['m0', 'm1']);
  });

  test('is not harmed by what nobody can read', async () => {
    expect(await consume(['{', '{}', bodyOf('a')], [])).toEqual({ consumed: ['a'], failed: ['m0', 'm1'] });
  });
});
