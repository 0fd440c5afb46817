import { describe, expect, test } from '@jest/globals';
import { asTraceId } from '#bin/traces/find.ts';
import { rowsOf } from '#bin/traces/rows.ts';
import { seenServiceMap } from '#bin/traces/service-map.ts';
import { type Segment, treesOf } from '#bin/traces/tree.ts';
import { waterfall } from '#bin/traces/waterfall.ts';
import { toOtlp } from '#lib/runtime/tracing/otlp.ts';

const TRACE = '1-5759e988-bd862e3fe1be46a994272793';
const PLACE_ORDER = 'Bazaar-dev-Order-PlaceOrderC1FF4CFE-FCW4XDDLEUWW';
const RESERVE_STOCK = 'Bazaar-dev-Inventory-ReserveStock6192D533-47WSPIKEXUR5';

/** Milliseconds from the beginning. */
function aSegment(id: string, [fromMs, untilMs]: [number, number], more: Partial<Segment> = {}): Segment {
  return { id, name: id, trace_id: TRACE, start_time: 1000 + fromMs / 1000, end_time: 1000 + untilMs / 1000, ...more };
}

/** A request that publishes an event; a saga of its service runs a step of another one. */
function anOrder(): Segment[] {
  const put = aSegment('put', [62, 78], { name: 'EventBridge', namespace: 'aws', aws: { operation: 'PutEvents' } });
  const task = aSegment('task', [90, 100], { name: 'lambda', namespace: 'aws', aws: { operation: 'lambda:invoke' } });
  const own = { origin: 'AWS::Lambda::Function' };
  return [
    aSegment('l1', [0, 60], { name: PLACE_ORDER, origin: 'AWS::Lambda' }),
    aSegment('f1', [10, 60], { name: PLACE_ORDER, ...own, parent_id: 'l1' }),
    aSegment('h1', [12, 58], {
      name: 'handler',
      type: 'subsegment',
      parent_id: 'f1',
      annotations: { service: 'order' },
      http: { request: { method: 'POST', url: '/api/v1/orders' }, response: { status: 202 } },
    }),
    aSegment('relay', [60, 80], {
      name: 'Bazaar-dev-Order-OutboxRelay85CF49A4-2GLSZFHLTQGH',
      ...own,
      parent_id: 'h1',
      annotations: { service: 'order', event_type: 'order.created' },
      subsegments: [put],
    }),
    aSegment('view', [82, 95], {
      name: 'Bazaar-dev-View-OnOrderChanged240E663A-S3NVY5WXCVYG',
      ...own,
      parent_id: 'put',
      annotations: { service: 'view', event_type: 'order.created' },
    }),
    aSegment('saga', [85, 120], { origin: 'AWS::StepFunctions::StateMachine', parent_id: 'h1', subsegments: [task] }),
    aSegment('l2', [91, 99], { name: RESERVE_STOCK, origin: 'AWS::Lambda', parent_id: 'task' }),
    aSegment('f2', [91, 99], { name: RESERVE_STOCK, ...own, parent_id: 'l2' }),
    aSegment('h2', [92, 98], {
      name: 'handler',
      type: 'subsegment',
      parent_id: 'f2',
      annotations: { service: 'inventory' },
      fault: true,
      cause: { exceptions: [{ id: 'x', type: 'TimeoutError' }] },
    }),
    aSegment('guess', [62, 78], { parent_id: 'put', inferred: true }),
  ];
}

describe('a trace', () => {
  test('is drawn as one tree, a line for each piece of work', () => {
    const rows = rowsOf(treesOf(anOrder()));

    expect(rows.map(({ depth, name, detail, outcome }) => [depth, name, detail, outcome])).toEqual([
      [0, 'order/place-order', 'POST /api/v1/orders 202', 'ok'],
      [1, 'order/outbox-relay', 'order.created', 'ok'],
      [2, 'EventBridge PutEvents', '', 'ok'],
      [3, 'view/on-order-changed', 'order.created', 'ok'],
      [1, 'saga', '', 'ok'],
      [2, 'lambda:invoke', '', 'ok'],
      [3, 'inventory/reserve-stock', 'TimeoutError', 'fault'],
    ]);
  });

  test('says when it is not connected', () => {
    const segments = anOrder().filter(({ id }) => id !== 'h1');

    expect(treesOf(segments)).toHaveLength(3);
    expect(waterfall({ id: TRACE, segments })).toContain('3 parts that are not connected');
  });

  test('is drawn to scale', () => {
    const [title = '', first = '', relay = ''] = waterfall({ id: TRACE, segments: anOrder() }).split('\n');

    expect(title).toBe(`${TRACE}  120 ms, 7 pieces of work, one connected trace`);
    expect(first).toMatch(/^ {4}12 {5}46 {7}█{14} +order\/place-order +POST \/api\/v1\/orders 202$/);
    expect(relay).toMatch(/^ {4}60 {5}20 {21}█{6} +order\/outbox-relay +order\.created$/);
  });

  test('says which service has to do with which', () => {
    expect(seenServiceMap([{ segments: anOrder() }])).toEqual([
      { from: 'order', to: 'inventory', kind: 'saga', what: ['reserve-stock'] },
      { from: 'order', to: 'view', kind: 'events', what: ['order.created'] },
    ]);
  });

  test('becomes spans of OpenTelemetry, each under what caused it', () => {
    const { resourceSpans } = toOtlp(anOrder());

    const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    expect(spans.find(({ spanId }) => spanId === 'put')).toMatchObject({ parentSpanId: 'relay', kind: 3 });
    expect(spans.find(({ spanId }) => spanId === 'h2')).toMatchObject({ parentSpanId: 'f2', status: { code: 2 } });
  });
});

test.each([
  [TRACE, TRACE],
  ['5759e988bd862e3fe1be46a994272793', TRACE],
  ['00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01', TRACE],
  ['d6477e66-2f60-85e6-adc9-7b5aa234e5e2', undefined],
])('%s names the trace %s', (id, traceId) => {
  expect(asTraceId(id)).toBe(traceId);
});
