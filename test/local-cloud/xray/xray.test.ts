import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '#lib/local-cloud/cloud.ts';
import { eventually } from '#test/setup/eventually.ts';
import { CloudApp } from '../cloud-app.ts';

const TRACE = '1-5759e988-bd862e3fe1be46a994272793';
const app = new CloudApp();
let cloud: Cloud;

beforeEach(async () => {
  app.addAssets({});
  app.synthesize({ Traces: {} });
  cloud = await startCloud({ assemblyDir: app.directory, apiPort: 0, awsPort: 0 });
});

afterEach(() => cloud.stop());

function aSegment(id: string, changes: object = {}) {
  return { id: id.padStart(16, '0'), name: 'shop', trace_id: TRACE, start_time: 1000, end_time: 1002, ...changes };
}

async function call(path: string, input: object) {
  const response = await fetch(`${cloud.awsUrl}${path}`, { method: 'POST', body: JSON.stringify(input) });
  return response.json() as Promise<Record<string, never>>;
}

const put = (...segments: object[]) =>
  call('/TraceSegments', { TraceSegmentDocuments: segments.map((segment) => JSON.stringify(segment)) });

async function segmentsOf(traceId = TRACE): Promise<Record<string, unknown>[]> {
  const { Traces } = (await call('/Traces', { TraceIds: [traceId] })) as unknown as {
    Traces: { Segments: { Document: string }[] }[];
  };
  return Traces.flatMap(({ Segments }) => Segments.map(({ Document }) => JSON.parse(Document)));
}

describe('X-Ray', () => {
  test('takes segments by its API, and says of each that it does not take why', async () => {
    const answer = await put(
      aSegment('a'),
      aSegment('b', { trace_id: 'none' }),
      aSegment('c', { end_time: undefined }),
    );

    expect(answer).toEqual({
      UnprocessedTraceSegments: [
        expect.objectContaining({ Id: '000000000000000b', ErrorCode: 'InvalidTraceId' }),
        expect.objectContaining({ Id: '000000000000000c', ErrorCode: 'MissingEndTime' }),
      ],
    });
    expect(await segmentsOf()).toHaveLength(1);
  });

  test('takes them by UDP, as its daemon does', async () => {
    const socket = createSocket('udp4');
    const [host = '', port] = cloud.services.xray.daemonAddress().split(':');

    socket.send(`{"format": "json", "version": 1}\n${JSON.stringify(aSegment('a'))}`, Number(port), host);

    await eventually(async () => (await segmentsOf()).length === 1);
    socket.close();
  });

  test('puts parts that were sent for themselves where they belong, and what was sent again in place of the first', async () => {
    const part = aSegment('b', { type: 'subsegment', parent_id: '000000000000000a', name: 'handler' });

    await put(aSegment('a', { in_progress: true, end_time: undefined }), part, aSegment('a'));

    expect(await segmentsOf()).toEqual([{ ...aSegment('a'), subsegments: [part] }]);
  });

  test('infers a segment of what was called and says nothing itself', async () => {
    const aws = { operation: 'GetItem', table_name: 'orders' };
    const query = { ...aSegment('b', { name: 'DynamoDB', namespace: 'aws', aws }), trace_id: undefined };

    await put(aSegment('a', { subsegments: [query] }));

    const [, inferred] = await segmentsOf();
    expect(inferred).toMatchObject({
      name: 'orders',
      origin: 'AWS::DynamoDB::Table',
      inferred: true,
      parent_id: query.id,
    });
  });

  test.each([
    ['annotation.order_id = "o1"', 1],
    ['annotation[order_id] = "o1" AND fault', 0],
    ['annotation.order_id = "o2" OR annotation.user_id = "u1"', 1],
    ['annotation.order_id = "o"', 0],
    ['http.status = 404', 1],
    ['service("shop")', 1],
    ['duration >= 2', 1],
    ['responsetime > 2', 0],
  ])('finds traces: %s', async (FilterExpression, count) => {
    const annotations = { order_id: 'o1', user_id: 'u1' };
    await put(aSegment('a', { annotations, http: { response: { status: 404 } } }));

    const { TraceSummaries } = await call('/TraceSummaries', { StartTime: 900, EndTime: 1100, FilterExpression });

    expect(TraceSummaries).toHaveLength(count);
  });

  test('tells of a trace what it is about', async () => {
    const http = { request: { method: 'POST', url: '/orders' }, response: { status: 202 } };
    await put(aSegment('a', { annotations: { order_id: 'o1' }, http }));

    const { TraceSummaries } = await call('/TraceSummaries', { StartTime: 900, EndTime: 1100 });

    expect(TraceSummaries).toEqual([
      expect.objectContaining({
        Id: TRACE,
        Duration: 2,
        HasFault: false,
        Http: { HttpURL: '/orders', HttpMethod: 'POST', HttpStatus: 202 },
        Annotations: { order_id: [{ AnnotationValue: { StringValue: 'o1' } }] },
      }),
    ]);
  });

  test('refuses what it does not model by name', async () => {
    const range = { StartTime: 900, EndTime: 1100 };

    const answer = await call('/TraceSummaries', { ...range, FilterExpression: 'edge("a", "b")' });

    expect(answer).toMatchObject({ message: expect.stringContaining('edge("a", "b")') });
  });

  test('draws what calls what', async () => {
    const inside = { ...aSegment('b', { name: 'payment', namespace: 'remote' }), trace_id: undefined };
    await put(
      aSegment('a', { subsegments: [inside] }),
      aSegment('c', { name: 'payment', parent_id: inside.id, fault: true }),
    );

    const { Services } = await call('/ServiceGraph', { StartTime: 900, EndTime: 1100 });

    expect(Services).toEqual([
      expect.objectContaining({ Name: 'shop', Root: true, Edges: [expect.objectContaining({ ReferenceId: 1 })] }),
      expect.objectContaining({
        Name: 'payment',
        Root: false,
        SummaryStatistics: expect.objectContaining({
          TotalCount: 1,
          FaultStatistics: { OtherCount: 1, TotalCount: 1 },
        }),
      }),
    ]);
  });

  test('says of all traces whether they are connected', async () => {
    const page = async () => (await fetch(`${cloud.awsUrl}/_bazaar/trace-connections`)).json();
    await put(aSegment('a'), aSegment('b', { parent_id: '000000000000000a' }));
    expect(await page()).toMatchObject({ traces: 1, hops: 1, unconnected: [] });

    await put(aSegment('c', { parent_id: '00000000000000ff' }));

    expect(await page()).toMatchObject({ unconnected: [TRACE] });
  });
});
