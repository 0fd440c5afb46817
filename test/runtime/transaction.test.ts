import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type * as transaction from '#lib/runtime/aws/transaction.ts';
import { AnsweringServer } from '../setup/answering-server.ts';

// DynamoDB Local knows no conflicts: here a server says what DynamoDB says on the wire.
const server = new AnsweringServer();
let writeTogether: typeof transaction.writeTogether;

beforeAll(async () => {
  await server.start();
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  Object.assign(process.env, { ...credentials, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.url });
  ({ writeTogether } = await import('#lib/runtime/aws/transaction.ts'));
});

beforeEach(() => {
  server.requests.length = 0;
});

afterAll(() => server.stop());

const put = (pk: string) => ({ Put: { TableName: 'table', Item: { pk } } });
const writes = () => ({ user: put('u'), username: put('n'), email: undefined, address: put('e') });

function cancelled(...codes: string[]): [number, object] {
  const type = 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException';
  return [400, { __type: type, message: 'cancelled', CancellationReasons: codes.map((Code) => ({ Code })) }];
}

describe('a transaction', () => {
  test('that is written refuses nothing', async () => {
    server.answers([200]);

    expect(await writeTogether(writes())).toBeUndefined();
  });

  test('names the first row whose condition did not hold', async () => {
    server.answers(cancelled('None', 'TransactionConflict', 'ConditionalCheckFailed'));

    expect(await writeTogether(writes())).toBe('address');
    expect(server.requests).toHaveLength(1);
  });

  test('that meets another at a row is tried again', async () => {
    const conflict = cancelled('None', 'TransactionConflict', 'None');
    server.answers(conflict, conflict, cancelled('None', 'ConditionalCheckFailed', 'None'));

    expect(await writeTogether(writes())).toBe('username');
    expect(server.requests).toHaveLength(3);
  });

  test('that never gets through tells the caller to come back', async () => {
    server.answers(cancelled('TransactionConflict', 'None', 'None'));

    await expect(writeTogether(writes())).rejects.toMatchObject({ code: 'BUSY', status: 503 });
    expect(server.requests).toHaveLength(6);
  });

  test('that is cancelled for another reason fails as it is', async () => {
    server.answers(cancelled('ValidationError', 'None', 'None'));

    await expect(writeTogether(writes())).rejects.toThrow('cancelled');
    expect(server.requests).toHaveLength(1);
  });
});
