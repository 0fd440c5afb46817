import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createCloudWatch } from '#lib/local-cloud/cloudwatch/cloudwatch.ts';
import { createEvents } from '#lib/local-cloud/events/events.ts';
import { createKms } from '#lib/local-cloud/kms/kms.ts';
import { createLambda } from '#lib/local-cloud/lambda/lambda.ts';
import { createLogs } from '#lib/local-cloud/logs/logs.ts';
import { createSecretsManager } from '#lib/local-cloud/secrets-manager/secrets-manager.ts';
import { createSns } from '#lib/local-cloud/sns/sns.ts';
import { createSqs } from '#lib/local-cloud/sqs/sqs.ts';
import { createSsm } from '#lib/local-cloud/ssm/ssm.ts';
import { createStates } from '#lib/local-cloud/states/states.ts';
import { serve } from './endpoint-of.ts';

const BEYOND_ALL_LIMITS = 33 * 1024 * 1024;

const served = serve(({ context }, endpointUrl) => [
  createCloudWatch(context),
  createEvents(context),
  createKms(context),
  createLambda(context, { resolveAsset: () => '', endpointUrl }),
  createLogs(context),
  createSecretsManager(context),
  createSns(context),
  createSqs(context),
  createSsm(context),
  createStates(context),
]);

// Whatever was sent, nothing of it may count as a failure of the cloud, and the next request finds it well.
afterEach(async () => {
  expect(served.warnings).toEqual([]);
  expect((await fetch(`${served.url}/_bazaar/health`)).status).toBe(200);
});

describe('a JSON request', () => {
  test.each([
    ['AmazonSQS.SendMessage', { QueueUrl: 5 }, /^NUMBER_VALUE can not be converted to a String$/],
    ['AmazonSQS.ReceiveMessage', { MaxNumberOfMessages: '10' }, /^STRING_VALUE can not be converted to a Number$/],
    ['AmazonSQS.SendMessageBatch', { Entries: 'x' }, /^STRING_VALUE can not be converted to a List$/],
    ['AmazonSQS.SendMessageBatch', { Entries: [{ Id: true }] }, /^BOOLEAN_VALUE can not be converted to a String$/],
    ['AmazonSQS.SetQueueAttributes', { Attributes: [] }, /^Start of list found where not expected$/],
    ['AWSEvents.PutEvents', { Entries: [{ Detail: {} }] }, /^Start of structure or map found where not expected\.$/],
    ['AWSEvents.PutRule', { EventPattern: { source: ['x'] } }, /^Start of structure/],
    ['AWSStepFunctions.StartExecution', { input: {} }, /^Start of structure/],
    ['Logs_20140328.FilterLogEvents', { filterPattern: 5 }, /^NUMBER_VALUE/],
    ['Logs_20140328.PutLogEvents', { logEvents: [{ timestamp: 'now' }] }, /^STRING_VALUE/],
    ['GraniteServiceVersion20100801.GetMetricData', { MetricDataQueries: 'x' }, /^STRING_VALUE/],
    ['GraniteServiceVersion20100801.DescribeAlarms', { AlarmNames: 'x' }, /^STRING_VALUE/],
    ['AmazonSSM.GetParameters', { Names: 'x' }, /^STRING_VALUE/],
    ['secretsmanager.GetSecretValue', { SecretId: ['x'] }, /^Start of list/],
    ['TrentService.Sign', { Message: 5 }, /^NUMBER_VALUE can not be converted to a Blob$/],
    ['AmazonSQS.SendMessage', '{"QueueUrl"', /not valid JSON/],
    ['AmazonSQS.SendMessage', 'null', /not a JSON object/],
    ['AWSEvents.TestEventPattern', deepPattern(), /nested too deeply/],
  ])('of %s with %j is refused before it is handled', async (target, input, message) => {
    const { status, body } = await served.json(target, input);

    expect({ status, type: body.__type }).toEqual({ status: 400, type: 'SerializationException' });
    expect(body.message).toMatch(message);
  });

  test.each([
    ['AmazonSQS.SendMessage', /MissingParameter$/],
    ['AWSEvents.PutEvents', /^ValidationException$/],
    ['AWSStepFunctions.StartExecution', /^InvalidArn$/],
    ['AWSStepFunctions.SendTaskSuccess', /^ValidationException$/],
    ['Logs_20140328.CreateLogGroup', /^ValidationException$/],
    ['Logs_20140328.TestMetricFilter', /^ValidationException$/],
    ['GraniteServiceVersion20100801.GetMetricData', /^ValidationException$/],
    ['AmazonSSM.GetParameter', /^ValidationException$/],
    ['secretsmanager.GetSecretValue', /^ValidationException$/],
    ['TrentService.Sign', /^ValidationException$/],
    ['AmazonSQS.Levitate', /^UnknownOperationException$/],
    ['AmazonSQS.constructor', /^UnknownOperationException$/],
    ['AmazonSQS.__proto__', /^UnknownOperationException$/],
    ['AmazonEC2ContainerServiceV20141113.ListClusters', /^UnknownOperationException$/],
  ])('of %s without anything in it is refused', async (target, type) => {
    const { status, body } = await served.json(target, {});

    expect(status).toBe(400);
    expect(body.__type).toMatch(type);
  });

  test('whose policy document is not JSON is refused', async () => {
    const { status, body } = await served.json('TrentService.CreateKey', { Policy: '{' });

    expect({ status, type: body.__type }).toEqual({ status: 400, type: 'MalformedPolicyDocumentException' });
  });

  test('about a state machine that is not run here says so', async () => {
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    const { status, body } = await served.json('AWSStepFunctions.ValidateStateMachineDefinition', { definition });

    expect(status).toBe(400);
    expect(body.message).toMatch(/JSONata mode only/);
  });
});

describe('a body', () => {
  const post = (body: Buffer, headers: Record<string, string> = {}) =>
    fetch(served.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ListQueues', ...headers },
      body: new Uint8Array(body),
    });

  test('may be compressed', async () => {
    expect((await post(gzipSync('{}'), { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  test('that is not compressed as it says is refused', async () => {
    const response = await post(Buffer.from('{}'), { 'content-encoding': 'gzip' });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
  });

  test.each([
    ['itself', Buffer.alloc(BEYOND_ALL_LIMITS, ' '), {}],
    ['once unpacked', gzipSync(Buffer.alloc(BEYOND_ALL_LIMITS, ' ')), { 'content-encoding': 'gzip' }],
  ])('larger than any service takes, %s, is refused', async (_, body, headers) => {
    const response = await post(body, headers as Record<string, string>);

    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ __type: 'RequestEntityTooLargeException' });
  });
});

describe('a path', () => {
  test.each([
    ['GET', '/2015-03-31/functions/%zz', 400, 'ValidationException'],
    ['PUT', '/2015-03-31/functions/nobody', 404, 'UnknownOperationException'],
    ['GET', '/', 404, 'UnknownOperationException'],
    ['DELETE', '/', 404, 'UnknownOperationException'],
    ['OPTIONS', '/', 404, 'UnknownOperationException'],
    ['GET', '/bucket/key', 404, 'UnknownOperationException'],
    ['POST', '/service/Nobody/operation/Do', 404, 'UnknownOperationException'],
  ])('%s %s is answered with %i', async (method, path, status, code) => {
    const response = await fetch(served.url + path, { method });

    expect(response.status).toBe(status);
    expect(response.headers.get('x-amzn-errortype')).toBe(code);
  });

  test('with a body that is not JSON is refused', async () => {
    const path = '/2017-10-31/functions/nobody/concurrency';
    const response = await fetch(served.url + path, { method: 'PUT', body: '{' });

    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });
});

describe('a form', () => {
  test.each([
    ['without an action', {}, 'InvalidAction'],
    [
      'of names that make no sense',
      { Action: 'Publish', 'a.b': '1', a: '2', '__proto__.x': '3' },
      'ValidationException',
    ],
    ['of a policy that is not JSON', subscription('{'), 'InvalidParameter'],
    ['nested deeply', { Action: 'Publish', [`Message${'.a'.repeat(50_000)}`]: '1' }, 'SerializationException'],
  ])('%s is refused', async (_, fields, code) => {
    const { status, xml } = await served.query('sns', fields as Record<string, string>);

    expect(status).toBe(400);
    expect(xml).toContain(`<Code>${code}</Code>`);
  });
});

function deepPattern(): object {
  const depth = 20_000;
  return { Event: '{}', EventPattern: `${'{"a":'.repeat(depth)}["x"]${'}'.repeat(depth)}` };
}

function subscription(policy: string): Record<string, string> {
  return {
    Action: 'Subscribe',
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
    Protocol: 'sqs',
    Endpoint: 'arn:aws:sqs:us-east-1:000000000000:queue',
    'Attributes.entry.1.key': 'RedrivePolicy',
    'Attributes.entry.1.value': policy,
  };
}
