import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SqsMessage } from '#lib/local-cloud/lambda/sqs-record.ts';
import { LambdaCloud, until } from './lambda-cloud.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';

let cloud: LambdaCloud;
/** What the queue holds; a message that was received stays invisible for the test's whole life. */
let queue: SqsMessage[];

beforeEach(() => {
  cloud = new LambdaCloud();
  queue = [];
  cloud.on('sqs', 'ReceiveMessage', ({ input, context }) => receive(input.MaxNumberOfMessages, context.signal));
  cloud.on('sqs', 'DeleteMessage', () => ({}));
});

afterEach(() => cloud.stop());

/** A long poll that ends when there is a message. */
async function receive(max: number, signal?: AbortSignal): Promise<{ Messages?: SqsMessage[] }> {
  await until(() => queue.length > 0 || signal?.aborted === true);
  return { Messages: queue.splice(0, max) };
}

function message(id: string, body: unknown = {}, attributes: Record<string, string> = {}): SqsMessage {
  const Body = typeof body === 'string' ? body : JSON.stringify(body);
  return { MessageId: id, ReceiptHandle: `receipt ${id}`, Body, MD5OfBody: `md5 of ${id}`, Attributes: attributes };
}

async function map(code: string, properties: Record<string, unknown> = {}): Promise<void> {
  cloud.deploy(code);
  cloud.create('AWS::Lambda::EventSourceMapping', { EventSourceArn: QUEUE, FunctionName: 'fn', ...properties });
  await cloud.lambda.start();
}

function deleted(): string[] {
  return cloud.callsTo('sqs', 'DeleteMessage').map(({ input }) => input.ReceiptHandle.replace('receipt ', ''));
}

function reports(): number {
  return cloud.messages().filter((line) => line.startsWith('REPORT')).length;
}

describe('an event source mapping of a queue', () => {
  test('hands messages to the function as Lambda describes them, and deletes them', async () => {
    queue.push({
      ...message('m1', 'hello', { ApproximateReceiveCount: '1', AWSTraceHeader: 'Root=1-abc;Sampled=1' }),
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } },
      MD5OfMessageAttributes: 'md5 of attributes',
    });

    await map(
      'export const handler = async (event) => { console.log(JSON.stringify({ event, trace: process.env._X_AMZN_TRACE_ID })); };',
    );
    await until(() => deleted().length === 1);

    const line = cloud.messages().find((text) => text.includes('{"event"'));
    expect(JSON.parse(line?.split('\t').at(-1) ?? '')).toEqual({
      // Not that of the message: a batch may have many.
      trace: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
      event: {
        Records: [
          {
            messageId: 'm1',
            receiptHandle: 'receipt m1',
            body: 'hello',
            attributes: { ApproximateReceiveCount: '1', AWSTraceHeader: 'Root=1-abc;Sampled=1' },
            messageAttributes: {
              kind: { stringValue: 'greeting', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfMessageAttributes: 'md5 of attributes',
            md5OfBody: 'md5 of m1',
            eventSource: 'aws:sqs',
            eventSourceARN: QUEUE,
            awsRegion: 'us-east-1',
          },
        ],
      },
    });
  });

  test('reads as the role of the function, with long polls of at most ten messages', async () => {
    await map('export const handler = async () => {};', { BatchSize: 5 });
    await until(() => cloud.calls.length > 0);

    expect(cloud.calls[0]).toMatchObject({
      input: { MaxNumberOfMessages: 5, WaitTimeSeconds: 20, QueueUrl: expect.stringMatching(/\/work$/) },
      context: { caller: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/fn-role' } },
    });
  });

  test('deletes nothing of a batch that failed', async () => {
    queue.push(message('m1', { fail: true }), message('m2'));

    await map(
      'export const handler = async ({ Records }) => { if (Records.some((r) => JSON.parse(r.body).fail)) throw new Error(); };',
    );
    await until(() => reports() === 1);
    queue.push(message('m3'));
    await until(() => deleted().length > 0);

    expect(deleted()).toEqual(['m3']);
  });

  test.each([
    ['nothing failed: null', 'null', ['m1', 'm2', 'm3']],
    ['nothing failed: nothing returned', 'undefined', ['m1', 'm2', 'm3']],
    ['nothing failed: an empty object', '{}', ['m1', 'm2', 'm3']],
    ['nothing failed: a null list', '{ batchItemFailures: null }', ['m1', 'm2', 'm3']],
    ['nothing failed: an empty list', '{ batchItemFailures: [] }', ['m1', 'm2', 'm3']],
    ['one failed', '{ batchItemFailures: [{ itemIdentifier: "m2" }] }', ['m1', 'm3']],
    ['all failed: an empty identifier', '{ batchItemFailures: [{ itemIdentifier: "" }] }', []],
    ['all failed: a null identifier', '{ batchItemFailures: [{ itemIdentifier: null }] }', []],
    ['all failed: another key', '{ batchItemFailures: [{ id: "m1" }] }', []],
    ['all failed: an identifier of no message', '{ batchItemFailures: [{ itemIdentifier: "m9" }] }', []],
    ['all failed: no list', '{ batchItemFailures: "m1" }', []],
  ])('with ReportBatchItemFailures reads the answer: %s', async (_case, answer, expected) => {
    queue.push(message('m1'), message('m2'), message('m3'));

    await map(`let calls = 0; export const handler = async () => ++calls === 1 ? ${answer} : null;`, {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await until(() => reports() === 1);
    queue.push(message('last'));
    await until(() => deleted().includes('last'));

    expect(deleted()).toEqual([...expected, 'last']);
  });

  test('without ReportBatchItemFailures takes no notice of the answer', async () => {
    queue.push(message('m1'));

    await map('export const handler = async () => ({ batchItemFailures: [{ itemIdentifier: "m1" }] });');

    await until(() => deleted().includes('m1'));
  });

  test('gathers a batch until it is full', async () => {
    for (let n = 1; n <= 12; n++) queue.push(message(`m${n}`));

    await map('export const handler = async ({ Records }) => { console.log("got " + Records.length); };', {
      BatchSize: 12,
      MaximumBatchingWindowInSeconds: 60,
    });
    await until(() => deleted().length === 12);

    expect(cloud.messages().some((line) => line.endsWith('got 12'))).toBe(true);
  });

  test('hands over what it has gathered when the window closes', async () => {
    cloud.on('sqs', 'ReceiveMessage', async ({ input, context }) => {
      if (queue.length === 0) await cloud.clock.sleep(input.WaitTimeSeconds * 1000, context.signal);
      return { Messages: queue.splice(0, input.MaxNumberOfMessages) };
    });
    queue.push(message('m1'));
    await map('export const handler = async () => {};', { BatchSize: 100, MaximumBatchingWindowInSeconds: 30 });
    await until(() => cloud.calls.length === 2);
    expect(deleted()).toEqual([]);

    cloud.clock.advance(20_000);
    await until(() => cloud.calls.length === 3);
    cloud.clock.advance(10_000);

    await until(() => deleted().length === 1);
  });

  test('processes at most as many batches at once as ScalingConfig allows', async () => {
    for (let n = 1; n <= 6; n++) queue.push(message(`m${n}`));

    await map('export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 20)); };', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    await until(() => deleted().length === 6);

    const highest = cloud.metrics.filter(({ name }) => name === 'ConcurrentExecutions').map(({ value }) => value);
    expect(Math.max(...highest)).toBe(2);
  });

  test('deletes what its filter does not let through, without a call', async () => {
    queue.push(message('m1', { type: 'other' }), message('m2', { type: 'order' }), message('m3', 'no json'));

    await map(
      'export const handler = async ({ Records }) => { console.log(Records.map((r) => r.messageId).join()); };',
      {
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: { type: ['order'] } }) }] },
      },
    );
    await until(() => deleted().length === 3);

    expect(deleted()).toEqual(['m1', 'm3', 'm2']);
    expect(cloud.messages()[1]).toMatch(/m2$/);
  });

  test('does not wear out messages while the function is stopped', async () => {
    queue.push(message('m1'));
    cloud.deploy('export const handler = async () => {};', { ReservedConcurrentExecutions: 0 });
    cloud.create('AWS::Lambda::EventSourceMapping', { EventSourceArn: QUEUE, FunctionName: 'fn' });
    await cloud.lambda.start();
    expect(cloud.calls).toEqual([]);

    await cloud.call('DeleteFunctionConcurrency', { FunctionName: 'fn' });
    cloud.clock.advance(1000);

    await until(() => deleted().length === 1);
  });

  test('tries again later when the queue refuses', async () => {
    let refusals = 0;
    cloud.on('sqs', 'ReceiveMessage', ({ input, context }) => {
      if (refusals++ === 0) throw new Error('AccessDenied');
      return receive(input.MaxNumberOfMessages, context.signal);
    });
    queue.push(message('m1'));
    await map('export const handler = async () => {};');
    await until(() => refusals === 1);
    await new Promise((resolve) => setImmediate(resolve));

    cloud.clock.advance(1000);

    await until(() => deleted().length === 1);
  });

  test('can be switched off and on', async () => {
    await map('export const handler = async () => {};');
    const { EventSourceMappings } = await cloud.call('ListEventSourceMappings', { FunctionName: 'fn' });
    const { UUID, State } = EventSourceMappings[0];
    expect(State).toBe('Enabled');

    expect(await cloud.call('UpdateEventSourceMapping', { UUID, Enabled: false })).toMatchObject({ State: 'Disabled' });
    queue.push(message('m1'));
    expect(deleted()).toEqual([]);
    await cloud.call('UpdateEventSourceMapping', { UUID, Enabled: true });

    await until(() => deleted().length === 1);
    expect(await cloud.call('GetEventSourceMapping', { UUID })).toMatchObject({ EventSourceArn: QUEUE, BatchSize: 10 });
  });
});
