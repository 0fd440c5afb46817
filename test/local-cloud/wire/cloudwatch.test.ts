import { describe, expect, test } from '@jest/globals';
import { createCloudWatch } from '#lib/local-cloud/cloudwatch/cloudwatch.ts';
import { decodeCbor, encodeCbor } from '#lib/local-cloud/core/cbor.ts';
import { elements, serve } from './endpoint-of.ts';

const AT = new Date('2026-11-22T12:00:00Z');
const END = new Date('2026-11-22T12:05:00Z');
const VERSION = '2010-08-01';
const TARGET = 'GraniteServiceVersion20100801';

const served = serve(({ context }) => [createCloudWatch(context)]);

async function cbor(action: string, input: object | Buffer) {
  const response = await fetch(`${served.url}/service/${TARGET}/operation/${action}`, {
    method: 'POST',
    headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
    body: new Uint8Array(input instanceof Buffer ? input : encodeCbor(input)),
  });
  const body = decodeCbor(Buffer.from(await response.arrayBuffer())) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

const query = (Action: string, fields: Record<string, string>) =>
  served.query('monitoring', { Action, Version: VERSION, ...fields });

describe('CloudWatch', () => {
  test('takes metrics in JSON, in forms and in CBOR, and adds them up', async () => {
    const datum = { MetricName: 'Orders', Dimensions: [{ Name: 'shop', Value: '1' }], Value: 1.5 };
    await served.json(`${TARGET}.PutMetricData`, {
      Namespace: 'Wire',
      MetricData: [{ ...datum, Timestamp: AT.getTime() / 1000 }],
    });
    await cbor('PutMetricData', { Namespace: 'Wire', MetricData: [{ ...datum, Timestamp: AT }] });
    const put = await query('PutMetricData', {
      Namespace: 'Wire',
      'MetricData.member.1.MetricName': 'Orders',
      'MetricData.member.1.Dimensions.member.1.Name': 'shop',
      'MetricData.member.1.Dimensions.member.1.Value': '1',
      'MetricData.member.1.Value': '1.5',
      'MetricData.member.1.Timestamp': AT.toISOString(),
    });
    expect(put.status).toBe(200);

    const asked = {
      Namespace: 'Wire',
      MetricName: 'Orders',
      Dimensions: [{ Name: 'shop', Value: '1' }],
      Period: 60,
      Statistics: ['Sum'],
      ExtendedStatistics: ['p50'],
    };
    const values = { Sum: 4.5, Unit: 'None', ExtendedStatistics: { p50: 1.5 } };
    const inJson = await served.json(`${TARGET}.GetMetricStatistics`, {
      ...asked,
      StartTime: AT.getTime() / 1000,
      EndTime: END.getTime() / 1000,
    });
    expect(inJson.body.Datapoints).toEqual([{ Timestamp: AT.getTime() / 1000, ...values }]);

    const inCbor = await cbor('GetMetricStatistics', { ...asked, StartTime: AT, EndTime: END });
    expect(inCbor.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    expect(inCbor.body).toEqual({ Label: 'Orders', Datapoints: [{ Timestamp: AT, ...values }] });

    const { xml } = await query('GetMetricStatistics', {
      Namespace: 'Wire',
      MetricName: 'Orders',
      'Dimensions.member.1.Name': 'shop',
      'Dimensions.member.1.Value': '1',
      Period: '60',
      'Statistics.member.1': 'Sum',
      'ExtendedStatistics.member.1': 'p50',
      StartTime: AT.toISOString(),
      EndTime: END.toISOString(),
    });
    expect(elements(xml, 'Timestamp')).toEqual([AT.toISOString()]);
    expect(elements(xml, 'Sum')).toEqual(['4.5']);
    expect(xml).toContain('<ExtendedStatistics><entry><key>p50</key><value>1.5</value></entry></ExtendedStatistics>');
  });

  test('reads nested queries out of a form', async () => {
    const metric = 'MetricDataQueries.member.1.MetricStat';
    const { status, xml } = await query('GetMetricData', {
      'MetricDataQueries.member.1.Id': 'a',
      'MetricDataQueries.member.1.ReturnData': 'false',
      [`${metric}.Metric.Namespace`]: 'Nothing',
      [`${metric}.Metric.MetricName`]: 'Here',
      [`${metric}.Period`]: '60',
      [`${metric}.Stat`]: 'Sum',
      'MetricDataQueries.member.2.Id': 'b',
      'MetricDataQueries.member.2.Expression': 'a * 2',
      StartTime: AT.toISOString(),
      EndTime: END.toISOString(),
    });

    expect(status).toBe(200);
    expect(elements(xml, 'Id')).toEqual(['b']);
  });

  test('names errors as each protocol does', async () => {
    const backwards = { Namespace: 'Wire', MetricName: 'Orders', Period: 60, StartTime: 2, EndTime: 1 };
    const json = await served.json(`${TARGET}.GetMetricStatistics`, backwards);
    const binary = await cbor('GetMetricStatistics', { ...backwards, StartTime: END, EndTime: AT });
    const form = await query('GetMetricStatistics', {
      Namespace: 'Wire',
      MetricName: 'Orders',
      Period: '60',
      StartTime: END.toISOString(),
      EndTime: AT.toISOString(),
    });

    const message = 'The parameter StartTime must be less than the parameter EndTime.';
    for (const { status, headers, body } of [json, binary]) {
      expect(status).toBe(400);
      expect(body).toMatchObject({ __type: 'InvalidParameterValueException', message });
      expect(headers.get('x-amzn-query-error')).toBe('InvalidParameterValue;Sender');
    }
    expect(form.status).toBe(400);
    expect(form.xml).toContain(
      `<Error><Type>Sender</Type><Code>InvalidParameterValue</Code><Message>${message}</Message></Error>`,
    );
  });

  test.each([
    ['bytes that are no CBOR', Buffer.from('6449', 'hex'), 'SerializationException'],
    ['a list', Buffer.from('80', 'hex'), 'SerializationException'],
    ['a member of the wrong type', encodeCbor({ Namespace: 5 }), 'SerializationException'],
    ['a deeply nested value', Buffer.alloc(200_000, 0x81), 'SerializationException'],
  ])('refuses %s', async (_, body, code) => {
    const answer = await cbor('ListMetrics', body);

    expect(answer.status).toBe(400);
    expect(answer.body.__type).toBe(code);
  });

  test('refuses text where a form has to hold a number', async () => {
    const { status, xml } = await query('DescribeAlarms', { MaxRecords: 'many' });

    expect(status).toBe(400);
    expect(elements(xml, 'Code')).toEqual(['MalformedInput']);
  });
});
