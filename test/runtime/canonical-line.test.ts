import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import type { HttpResponse } from '#lib/runtime/http/response.ts';
import { asFunction, linesWrittenBy, textsWrittenBy } from './written-lines.ts';

beforeAll(() => asFunction());

/** What the issue asks of a typical line, bytes. */
const TYPICAL = 460;
const ORDER_ID = 'cb6361ce-6f73-8fd2-abec-d7502c99c20c';
/** As API Gateway makes them, where the client sends none. */
const CORRELATION_ID = 'IOg29tFHp3Zogdo=';
const TRACEPARENT = '00-6b038cef9044548b25dd437841bd8674-53995c3f42cd8ad8-01';

const context = { awsRequestId: 'r1' } as Context;

function aRequest(more: Partial<APIGatewayProxyEventV2> = {}) {
  return {
    routeKey: 'GET /api/v1/orders/{order_id}',
    rawPath: `/api/v1/orders/${ORDER_ID}`,
    headers: { 'x-correlation-id': CORRELATION_ID, traceparent: TRACEPARENT },
    pathParameters: { order_id: ORDER_ID, user_id: CORRELATION_ID },
    requestContext: { requestId: 'IOg29tFHp3Zogdo=', http: { method: 'GET', sourceIp: '192.0.2.7' } },
    ...more,
  } as APIGatewayProxyEventV2;
}

/** A handler that does this, and answers as those of routes do. */
async function handlerThat(serve: () => Promise<object> | object, probe?: true) {
  const { requestLine } = await import('#lib/runtime/http/request-line.ts');
  const { problemResponses } = await import('#lib/runtime/http/problem-responses.ts');
  const { ok } = await import('#lib/runtime/http/response.ts');
  return (event: APIGatewayProxyEventV2) =>
    requestLine(event, { probe }, async () => {
      try {
        return ok(await serve());
      } catch (error) {
        const request = { event, error } as never as { response: HttpResponse };
        problemResponses().onError?.(request as never);
        return request.response;
      }
    });
}

describe('a request', () => {
  test('has one line that tells all of it, in few bytes', async () => {
    const handler = await handlerThat(() => ({}));
    await linesWrittenBy(() => handler(aRequest()));

    const [text = '', ...others] = await textsWrittenBy(() => handler(aRequest()));

    expect(others).toEqual([]);
    expect(JSON.parse(text)).toEqual({
      level: 'INFO',
      message: 'GET /api/v1/orders/{order_id}',
      timestamp: expect.stringMatching(/Z$/),
      service: 'order',
      function: 'get-order',
      correlation_id: CORRELATION_ID,
      trace_id: '6b038cef9044548b25dd437841bd8674',
      order_id: ORDER_ID,
      status: 200,
      outcome: 'ok',
      duration_ms: expect.any(Number),
      Fault: 0,
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{ Namespace: 'Bazaar', Dimensions: [['service']], Metrics: [{ Name: 'Fault' }] }],
      },
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TYPICAL);
  });

  test('that is refused tells why, and has not failed', async () => {
    const { NotFound } = await import('#lib/runtime/errors.ts');
    const handler = await handlerThat(() => Promise.reject(new NotFound('order')));

    const [line] = await linesWrittenBy(() => handler(aRequest()));

    expect(line).toMatchObject({ level: 'INFO', outcome: 'NOT_FOUND', status: 404, Fault: 0 });
    expect(line).not.toHaveProperty('error');
  });

  test('that meets a mistake of ours has failed, and tells of the error what is of no person', async () => {
    const error = Object.assign(new TypeError('x is undefined', { cause: new Error('deeper') }), { Item: 'jane' });
    const handler = await handlerThat(() => Promise.reject(error));

    const [text = ''] = await textsWrittenBy(() => handler(aRequest()));

    expect(JSON.parse(text)).toMatchObject({
      level: 'ERROR',
      outcome: 'INTERNAL_ERROR',
      status: 500,
      Fault: 1,
      error: { name: 'TypeError', message: 'x is undefined', stack: expect.any(String), cause: { message: 'deeper' } },
    });
    expect(text).not.toContain('jane');
  });

  test('for the health of the service counts for no service level', async () => {
    const handler = await handlerThat(() => ({}), true);

    const [line] = await linesWrittenBy(() => handler(aRequest()));

    expect(line).not.toHaveProperty('Fault');
  });

  test('does not bring what stands in its path into the log, unless it is an id of ours', async () => {
    const handler = await handlerThat(() => ({}));
    const request = aRequest({ pathParameters: { order_id: 'jane@example.com' } });

    const [text] = await textsWrittenBy(() => handler(request));

    expect(text).not.toContain('jane');
  });
});

describe('a step of a saga', () => {
  const aStep = async (perform: () => Promise<{ outcome: string }>) => {
    const { sagaStep } = await import('#lib/runtime/saga-step.ts');
    const Input = z.object({ order_id: z.string(), cause: z.any() });
    const cause = { correlation_id: CORRELATION_ID, causation_id: 'c', traceparent: TRACEPARENT };
    return () => sagaStep(Input, perform)({ order_id: ORDER_ID, cause });
  };

  test('tells its answer, in few bytes', async () => {
    const step = await aStep(async () => ({ outcome: 'reserved' }));

    const [text = ''] = await textsWrittenBy(step);

    const told = { message: 'step done', order_id: ORDER_ID, outcome: 'reserved', Fault: 0 };
    expect(JSON.parse(text)).toMatchObject({ ...told, correlation_id: CORRELATION_ID });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TYPICAL);
  });

  test('that throws has failed', async () => {
    const step = await aStep(() => Promise.reject(new RangeError('no')));

    const [line] = await linesWrittenBy(() => step().catch(() => undefined));

    expect(line).toMatchObject({ level: 'WARN', message: 'step failed', outcome: 'RangeError', Fault: 1 });
  });
});

describe('messages of a batch', () => {
  test('have a line each, with what was logged, noted and counted for them, though they are handled side by side', async () => {
    const { queueConsumer } = await import('#lib/runtime/events/queue-consumer.ts');
    const { log } = await import('#lib/runtime/log.ts');
    const { countMetric } = await import('#lib/runtime/metrics.ts');
    const { note } = await import('#lib/runtime/work.ts');
    const handler = queueConsumer(z.object({ id: z.string(), pause: z.number() }), {
      originOf: ({ id }) => ({ correlation_id: id }),
      async consume({ id, pause }) {
        await wait(pause);
        log.info('half way', { of: id });
        countMetric(`Counted_${id}`);
        note({ noted: id });
        await wait(pause);
      },
    });
    const attributes = { ApproximateReceiveCount: '1' };
    const Records = ['a', 'b'].map((id, index) => ({
      body: JSON.stringify({ id, pause: 2 - index }),
      messageId: id,
      attributes,
      eventSource: 'aws:sqs',
    }));

    const lines = await linesWrittenBy(() => handler({ Records } as unknown as SQSEvent, context));

    for (const id of ['a', 'b']) {
      const own = lines.filter(({ correlation_id }) => correlation_id === id);
      expect(own.map(({ message }) => message)).toEqual(['half way', 'message handled']);
      expect(own[0]).toMatchObject({ of: id });
      expect(own[1]).toMatchObject({ noted: id, [`Counted_${id}`]: 1 });
    }
    expect(lines).toHaveLength(4);
  });

  test.each([
    ['4', undefined],
    ['5', 1],
  ])('received %s times and failed are counted as dead letters: %s', async (ApproximateReceiveCount, counted) => {
    const { queueConsumer } = await import('#lib/runtime/events/queue-consumer.ts');
    const handler = queueConsumer(z.object({ id: z.string() }), {
      originOf: ({ id }) => ({ correlation_id: id }),
      consume: () => Promise.reject(new Error('no')),
    });
    const record = {
      body: '{"id":"a"}',
      messageId: 'm',
      attributes: { ApproximateReceiveCount },
      eventSource: 'aws:sqs',
    };

    const [line] = await linesWrittenBy(() => handler({ Records: [record] } as unknown as SQSEvent, context));

    expect(line).toMatchObject({ message: 'message not handled', message_id: 'm', correlation_id: 'a' });
    expect(line?.DeadLetters).toBe(counted);
  });
});

describe('what is counted', () => {
  test('is summed up by name, listed where it is measured, and told apart by its dimensions', async () => {
    const { embedded } = await import('#lib/runtime/metrics.ts');

    const fields = embedded([
      { name: 'OrdersPlaced', value: 1 },
      { name: 'OrdersPlaced', value: 1 },
      { name: 'SagaDuration', value: 900, unit: 'Milliseconds' },
      { name: 'SagaDuration', value: 1100, unit: 'Milliseconds' },
      { name: 'OrdersCancelled', value: 1, dimensions: { reason: 'payment_declined' } },
    ]);

    expect(fields).toMatchObject({
      OrdersPlaced: 2,
      SagaDuration: [900, 1100],
      OrdersCancelled: 1,
      reason: 'payment_declined',
      _aws: {
        CloudWatchMetrics: [
          {
            Dimensions: [['service']],
            Metrics: [{ Name: 'OrdersPlaced' }, { Name: 'SagaDuration', Unit: 'Milliseconds' }],
          },
          { Dimensions: [['service', 'reason']], Metrics: [{ Name: 'OrdersCancelled' }] },
        ],
      },
    });
  });
});

test('what is below the level of the function is not written', async () => {
  const { log } = await import('#lib/runtime/log.ts');
  asFunction('WARN');

  const lines = await linesWrittenBy(() => {
    log.info('too little');
    log.warn('enough');
  });

  asFunction();
  expect(lines.map(({ message }) => message)).toEqual(['enough']);
});
