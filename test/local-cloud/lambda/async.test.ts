import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LambdaCloud, until } from './lambda-cloud.ts';

const MINUTE = 60_000;
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:dead';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:fn';
const FAIL = 'export const handler = async () => { throw new TypeError("no"); };';

let cloud: LambdaCloud;

beforeEach(() => {
  cloud = new LambdaCloud();
  cloud.on('sqs', 'SendMessage', () => ({}));
  cloud.on('sns', 'Publish', () => ({}));
  cloud.on('lambda', 'Invoke', () => ({}));
  cloud.on('events', 'PutEvents', () => ({ FailedEntryCount: 0 }));
});

afterEach(() => cloud.stop());

function send(payload: unknown = { order: 1 }) {
  return cloud.invoke(payload, { InvocationType: 'Event' });
}

/** How many attempts have come to their end. */
function attempts(): number {
  return cloud.messages().filter((message) => message.startsWith('REPORT')).length;
}

async function afterAttempt(count: number): Promise<void> {
  await until(() => attempts() === count);
  // The retry is scheduled in the same turn of the event loop as the answer is received, or soon after.
  await new Promise((resolve) => setImmediate(resolve));
}

describe('an asynchronous event', () => {
  test('is accepted at once and runs later', async () => {
    cloud.deploy('export const handler = async (event) => { console.log("order " + event.order); };');

    expect(await send()).toMatchObject({ StatusCode: 202 });

    await until(() => cloud.messages().some((message) => message.endsWith('order 1')));
  });

  test('is tried again after one minute and after two more, under the same request id', async () => {
    cloud.deploy(FAIL, { DeadLetterConfig: { TargetArn: QUEUE } });
    await send();

    await afterAttempt(1);
    cloud.clock.advance(MINUTE - 5000);
    expect(attempts()).toBe(1);
    cloud.clock.advance(5000);
    await afterAttempt(2);
    cloud.clock.advance(2 * MINUTE);
    await afterAttempt(3);
    await until(() => cloud.calls.length > 0);

    expect(new Set(cloud.logs.map(({ requestId }) => requestId)).size).toBe(1);
    expect(cloud.sum('AsyncEventsDropped')).toBe(1);
  });

  test('goes to the dead-letter queue as it came, with what went wrong', async () => {
    cloud.deploy(FAIL, { DeadLetterConfig: { TargetArn: QUEUE } });
    cloud.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'fn',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
    });

    await send();
    await until(() => cloud.calls.length > 0);

    expect(cloud.calls[0]).toMatchObject({
      service: 'sqs',
      action: 'SendMessage',
      input: {
        QueueUrl: expect.stringMatching(/\/000000000000\/dead$/),
        MessageBody: '{"order":1}',
        MessageAttributes: {
          RequestID: { DataType: 'String', StringValue: cloud.logs[0]?.requestId },
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: { DataType: 'String', StringValue: 'no' },
        },
      },
      context: { caller: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/fn-role' } },
    });
  });

  test.each([
    ['sqs', QUEUE, 'SendMessage', 'MessageBody'],
    ['sns', 'arn:aws:sns:us-east-1:000000000000:failures', 'Publish', 'Message'],
    ['lambda', 'arn:aws:lambda:us-east-1:000000000000:function:rescue', 'Invoke', 'Payload'],
  ])('that failed is recorded at an on-failure destination in %s', async (service, Destination, action, field) => {
    cloud.deploy(FAIL);
    cloud.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'fn',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination } },
    });

    await send();
    await until(() => cloud.calls.length > 0);

    expect(JSON.parse(cloud.callsTo(service, action)[0]?.input[field])).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-/),
      requestContext: {
        requestId: cloud.logs[0]?.requestId,
        functionArn: `${FUNCTION_ARN}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { order: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'no', trace: expect.any(Array) },
    });
  });

  test('that succeeded is put on the event bus of an on-success destination', async () => {
    cloud.deploy('export const handler = async () => ({ done: true });');
    const Destination = 'arn:aws:events:us-east-1:000000000000:event-bus/shop';
    cloud.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'fn',
      Qualifier: '$LATEST',
      DestinationConfig: { OnSuccess: { Destination } },
    });

    await send();
    await until(() => cloud.calls.length > 0);

    const [entry] = cloud.callsTo('events', 'PutEvents')[0]?.input.Entries ?? [];
    expect(entry).toMatchObject({
      EventBusName: Destination,
      Source: 'lambda',
      DetailType: 'Lambda Function Invocation Result - Success',
      Resources: [FUNCTION_ARN, Destination],
    });
    expect(JSON.parse(entry.Detail)).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { done: true },
    });
  });

  test('waits while the function is throttled, and is not counted as tried', async () => {
    cloud.deploy('export const handler = async () => "ran";', { ReservedConcurrentExecutions: 1 });
    const fn = await cloud.call('GetFunctionConcurrency', { FunctionName: 'fn' });
    expect(fn).toEqual({ ReservedConcurrentExecutions: 1 });
    const first = cloud.invoke();
    await send();
    expect(cloud.sum('Throttles')).toBe(1);
    await first;

    cloud.clock.advance(1000);

    await until(() => attempts() === 2);
  });

  test('is given up without an attempt when the function has no concurrency', async () => {
    cloud.deploy(FAIL, { ReservedConcurrentExecutions: 0, DeadLetterConfig: { TargetArn: QUEUE } });

    await send();
    await until(() => cloud.calls.length > 0);

    expect(attempts()).toBe(0);
    expect(cloud.calls[0]?.input.MessageBody).toBe('{"order":1}');
  });

  test('is given up when it would be too old for the next attempt', async () => {
    cloud.deploy(FAIL);
    cloud.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'fn',
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });

    await send();
    await afterAttempt(1);
    cloud.clock.advance(MINUTE);
    await until(() => cloud.calls.length > 0);

    const record = JSON.parse(cloud.calls[0]?.input.MessageBody);
    expect(record.requestContext.condition).toBe('EventAgeExceeded');
  });

  test('whose record cannot be delivered is counted', async () => {
    cloud.deploy(FAIL, { DeadLetterConfig: { TargetArn: QUEUE } });
    cloud.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'fn',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
    });
    cloud.on('sqs', 'SendMessage', () => {
      throw new Error('denied');
    });

    await send();

    await until(() => cloud.sum('DeadLetterErrors') === 1);
  });

  test.each([
    ['DeadLetterConfig', 'AWS::Lambda::Function', { DeadLetterConfig: { TargetArn: 'arn:aws:s3:::bucket' } }],
    [
      'DestinationConfig',
      'AWS::Lambda::EventInvokeConfig',
      {
        FunctionName: 'fn',
        Qualifier: '$LATEST',
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::bucket' } },
      },
    ],
  ])('cannot be sent to a bucket: %s is refused at once', (name, type, properties) => {
    if (type === 'AWS::Lambda::Function') {
      expect(() => cloud.deploy(FAIL, properties)).toThrow(name);
      return;
    }
    cloud.deploy(FAIL);
    expect(() => cloud.create(type, properties)).toThrow(name);
  });
});
