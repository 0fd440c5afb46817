import { randomBytes } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { traced } from '#lib/runtime/aws/traced-client.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { traceparentOf } from '#lib/runtime/events/message-trace.ts';
import type { ServiceClient } from '#lib/runtime/service-client.ts';
import { currentTraceparent } from '#lib/runtime/trace.ts';
import { annotate, inTrace } from '#lib/runtime/tracing/traced.ts';
import { AnsweringServer } from '#test/setup/answering-server.ts';
import { XrayDaemon } from '#test/setup/xray-daemon.ts';

let Client: typeof ServiceClient;
const daemon = new XrayDaemon();
const PARENT = '53995c3f42cd8ad8';

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_XRAY_DAEMON_ADDRESS: await daemon.start(),
    AWS_LAMBDA_FUNCTION_NAME: 'place-order',
    SERVICE_NAME: 'order',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  ({ ServiceClient: Client } = await import('#lib/runtime/service-client.ts'));
});

afterEach(() => {
  delete process.env._X_AMZN_TRACE_ID;
  delete process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  delete process.env.OTEL_EXPORTER_OTLP_HEADERS;
});

afterAll(() => daemon.stop());

/** A trace that nobody else has: in X-Ray's form, and a place in it in both. */
function aTrace({ sampled = 1 } = {}) {
  const digits = randomBytes(16).toString('hex');
  const id = `1-${digits.slice(0, 8)}-${digits.slice(8)}`;
  const traceparent = `00-${digits}-${PARENT}-0${sampled}`;
  return { id, digits, traceparent, header: `Root=${id};Parent=${PARENT};Sampled=${sampled}` };
}

/** As Lambda tells the function. */
function invokedIn({ header }: { header: string }): void {
  process.env._X_AMZN_TRACE_ID = header;
}

describe('a piece of work', () => {
  test('is a part of the invocation, as X-Ray documents it', async () => {
    const trace = aTrace();
    invokedIn(trace);

    await inTrace({ annotations: { order_id: 'o1' } }, async () => annotate({ user_id: 'u1' }));

    const [document] = await daemon.received(1, trace.id);
    expect(document).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'handler',
      type: 'subsegment',
      trace_id: trace.id,
      parent_id: PARENT,
      start_time: expect.any(Number),
      end_time: expect.any(Number),
      annotations: { service: 'order', order_id: 'o1', user_id: 'u1' },
    });
    expect(daemon.headers[0]).toBe('{"format":"json","version":1}');
  });

  test('is a segment of its own in the trace of its cause, when the invocation has another', async () => {
    const [invocation, cause] = [aTrace(), aTrace()];
    invokedIn(invocation);

    await inTrace({ traceparent: cause.traceparent }, async () => {});

    const [document] = await daemon.received(1, cause.id);
    expect(document).toMatchObject({
      name: 'place-order',
      origin: 'AWS::Lambda::Function',
      parent_id: PARENT,
      metadata: { lambda: { trace_id: invocation.id, id: PARENT } },
    });
    expect(document).not.toHaveProperty('type');
  });

  test('goes on with its own trace where the cause is not to be understood', async () => {
    const trace = aTrace();
    invokedIn(trace);

    await inTrace({ traceparent: 'garbage' }, async () => {});

    expect(await daemon.received(1, trace.id)).toHaveLength(1);
  });

  test('is what it causes is a part of', async () => {
    const trace = aTrace();
    invokedIn(trace);

    const traceparent = await inTrace({}, async () => currentTraceparent());

    const [document] = await daemon.received(1, trace.id);
    expect(traceparent).toBe(`00-${trace.digits}-${document?.id}-01`);
  });

  test('is not recorded in a trace that is not sampled, and says so to what it causes', async () => {
    const [unsampled, sampled] = [aTrace({ sampled: 0 }), aTrace()];
    invokedIn(sampled);

    const traceparent = await inTrace({ traceparent: unsampled.traceparent }, async () => currentTraceparent());
    await inTrace({}, async () => {});

    await daemon.received(1, sampled.id);
    expect(traceparent).toMatch(new RegExp(`^00-${unsampled.digits}-[0-9a-f]{16}-00$`));
    expect(daemon.documents.filter(({ trace_id }) => trace_id === unsampled.id)).toEqual([]);
  });

  test('that fails says with what, and not in whose words', async () => {
    const trace = aTrace();
    invokedIn(trace);

    const work = inTrace({}, async () => {
      throw new NotFound('jane@example.com is not known');
    });

    await expect(work).rejects.toThrow('jane@example.com');
    const [document] = await daemon.received(1, trace.id);
    expect(document).toMatchObject({ fault: true, cause: { exceptions: [{ type: 'NotFound' }] } });
    expect(JSON.stringify(document)).not.toContain('jane');
  });

  test('that takes long is told of before its end', async () => {
    const trace = aTrace();
    invokedIn(trace);
    jest.useFakeTimers({
      doNotFake: ['setTimeout', 'Date', 'nextTick', 'queueMicrotask', 'performance', 'setImmediate'],
    });

    await inTrace({}, async () => {
      jest.advanceTimersByTime(2_000);
      jest.useRealTimers();
      const [document] = await daemon.received(1, trace.id);
      expect(document).toMatchObject({ in_progress: true, name: 'handler' });
    });

    const [begun, ended] = await daemon.received(2, trace.id);
    expect(ended).toMatchObject({ id: begun?.id, end_time: expect.any(Number) });
  });

  test('is done where nobody listens, too', async () => {
    const { AWS_XRAY_DAEMON_ADDRESS } = process.env;
    invokedIn(aTrace());
    process.env.AWS_XRAY_DAEMON_ADDRESS = 'nowhere';

    expect(await inTrace({}, async () => 'done')).toBe('done');

    process.env.AWS_XRAY_DAEMON_ADDRESS = AWS_XRAY_DAEMON_ADDRESS;
  });
});

describe('a call', () => {
  test('of AWS is recorded, and tells AWS where it stands in the trace', async () => {
    const aws = await new AnsweringServer().start();
    aws.answers([200, { MessageId: 'm1', MD5OfMessageBody: '49f68a5c8493ec2c0bf489821c21fc3b' }]);
    const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
    const sqs = traced(new SQSClient({ endpoint: aws.url, region: 'us-east-1', credentials }));
    const trace = aTrace();
    invokedIn(trace);

    await inTrace({}, () => sqs.send(new SendMessageCommand({ QueueUrl: `${aws.url}/q`, MessageBody: 'hi' })));

    const [document] = await daemon.received(1, trace.id);
    const [call] = document?.subsegments ?? [];
    expect(call).toMatchObject({
      name: 'SQS',
      namespace: 'aws',
      aws: { operation: 'SendMessage', queue_url: `${aws.url}/q`, retries: 0 },
      http: { response: { status: 200 } },
    });
    expect(aws.requests[0]?.headers['x-amzn-trace-id']).toBe(`Root=${trace.id};Parent=${call?.id};Sampled=1`);
    await aws.stop();
  });

  test('of another service is recorded, and carries the trace there in both forms', async () => {
    const server = await new AnsweringServer().start();
    server.answers([200, { orders: [] }]);
    const trace = aTrace();
    invokedIn(trace);

    await inTrace({}, () => new Client({ baseUrl: server.url, service: 'order' }).get('/orders?user=jane', {}));

    const [document] = await daemon.received(1, trace.id);
    const [call] = document?.subsegments ?? [];
    expect(call).toMatchObject({
      name: 'order',
      namespace: 'remote',
      http: { request: { method: 'GET', url: '/orders', traced: true }, response: { status: 200 } },
    });
    expect(server.requests[0]?.headers).toMatchObject({
      traceparent: `00-${trace.digits}-${call?.id}-01`,
      'x-amzn-trace-id': `Root=${trace.id};Parent=${call?.id};Sampled=1`,
    });
    await server.stop();
  });
});

describe('a message', () => {
  const cause = aTrace();
  const body = JSON.stringify({
    detail: { metadata: { traceparent: cause.traceparent }, data: { note: '"traceparent":"x"' } },
  });

  test('is caused by what it says', () => {
    expect(traceparentOf({ body, attributes: {} as never })).toBe(cause.traceparent);
  });

  test('is caused by the call that sent it, where that is of the same trace', () => {
    const AWSTraceHeader = cause.header.replace(PARENT, 'aaaaaaaaaaaaaaaa');

    const traceparent = traceparentOf({ body, attributes: { AWSTraceHeader } as never });

    expect(traceparent).toBe(cause.traceparent.replace(PARENT, 'aaaaaaaaaaaaaaaa'));
  });

  test('that was put back by somebody still has its own cause', () => {
    expect(traceparentOf({ body, attributes: { AWSTraceHeader: aTrace().header } as never })).toBe(cause.traceparent);
  });

  test('of a schedule has none', () => {
    expect(traceparentOf({ body: '{"id":"tick"}', attributes: {} as never })).toBeUndefined();
  });
});

describe('a collector of OpenTelemetry', () => {
  test('gets the same as spans, where one is configured', async () => {
    const collector = await new AnsweringServer().start();
    collector.answers([200]);
    process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${collector.url}/v1/traces`;
    process.env.OTEL_EXPORTER_OTLP_HEADERS = 'x-api-key=a%20key, x-team=shop';
    const trace = aTrace();

    await inTrace({ traceparent: trace.traceparent, annotations: { order_id: 'o1' } }, async (span) => {
      span.begin({ name: 'DynamoDB', namespace: 'aws', aws: { operation: 'GetItem' } }).end();
    });

    expect(collector.requests[0]).toMatchObject({
      url: '/v1/traces',
      headers: { 'x-api-key': 'a key', 'x-team': 'shop' },
    });
    const { resourceSpans } = JSON.parse(collector.bodies[0] ?? '');
    const [{ resource, scopeSpans }] = resourceSpans;
    expect(resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'order' } }]);
    const [whole, call] = scopeSpans[0].spans;
    expect(whole).toMatchObject({ traceId: trace.digits, parentSpanId: PARENT, kind: 2 });
    expect(whole.attributes).toContainEqual({ key: 'order_id', value: { stringValue: 'o1' } });
    expect(call).toMatchObject({
      traceId: trace.digits,
      parentSpanId: whole.spanId,
      name: 'DynamoDB.GetItem',
      kind: 3,
    });
    expect(Number(call.endTimeUnixNano)).toBeGreaterThanOrEqual(Number(call.startTimeUnixNano));
    await collector.stop();
  });

  test('that is down costs nothing but the wait', async () => {
    const collector = await new AnsweringServer().start();
    await collector.stop();
    process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${collector.url}/v1/traces`;

    expect(await inTrace({ traceparent: aTrace().traceparent }, async () => 'done')).toBe('done');
  });
});
