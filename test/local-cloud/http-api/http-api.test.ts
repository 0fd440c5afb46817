import { describe, expect, test } from '@jest/globals';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';
import { fakeCloud, startApi } from './api-on-fake-cloud.ts';

const LOG_GROUP_ARN = 'arn:aws:logs:us-east-1:000000000000:log-group:/access:*';

describe('an access log', () => {
  test('gets a line for each request in the format of the stage', async () => {
    const cloud = fakeCloud({ main: () => ({ statusCode: 418, body: 'tea' }) });
    const format =
      '{"route":"$context.routeKey","status":$context.status,"bytes":$context.responseLength,"error":"$context.error.message"}';
    const { url, module } = await startApi(cloud, {
      routes: { 'GET /': {} },
      stage: { AccessLogSettings: { DestinationArn: LOG_GROUP_ARN, Format: format } },
    });

    await fetch(url);
    await fetch(`${url}/missing`);
    await module.settle();

    const writes = cloud.calls.filter(({ action }) => action === 'PutLogEvents').map(({ input }) => input);
    expect(writes.map(({ logEvents }) => logEvents[0].message)).toEqual([
      '{"route":"GET /","status":418,"bytes":3,"error":"-"}',
      '{"route":"-","status":404,"bytes":23,"error":"Not Found"}',
    ]);
    expect(writes[0].logGroupName).toBe('/access');
    expect(cloud.calls.filter(({ action }) => action === 'CreateLogStream')).toHaveLength(1);
  });
});

describe('metrics of an API', () => {
  test('count requests, errors and latency by API and by stage', async () => {
    const cloud = fakeCloud({ main: () => ({ statusCode: 503 }) });
    const { url, module, apiId } = await startApi(cloud, { routes: { 'GET /': {} } });

    await fetch(url);
    await module.settle();

    const [put] = cloud.calls.filter(({ action }) => action === 'PutMetricData');
    const data = put?.input.MetricData as { MetricName: string; Value: number; Dimensions: object[] }[];
    const ofApi = data.filter(({ Dimensions }) => Dimensions.length === 1);
    expect(put?.input.Namespace).toBe('AWS/ApiGateway');
    expect(ofApi[0]?.Dimensions).toEqual([{ Name: 'ApiId', Value: apiId }]);
    expect(Object.fromEntries(ofApi.map(({ MetricName, Value }) => [MetricName, Value]))).toMatchObject({
      Count: 1,
      '4xx': 0,
      '5xx': 1,
      Latency: expect.any(Number),
      IntegrationLatency: expect.any(Number),
    });
    expect(data).toHaveLength(12);
  });
});

describe('the read actions of apigatewayv2', () => {
  test.each([
    ['GetApis', [{ name: 'shop', protocolType: 'HTTP' }]],
    ['GetRoutes', [{ routeKey: 'GET /orders/{id}', authorizationType: 'NONE' }]],
    ['GetIntegrations', [{ integrationType: 'AWS_PROXY', payloadFormatVersion: '2.0', timeoutInMillis: 30_000 }]],
    ['GetStages', [{ stageName: '$default', autoDeploy: true }]],
    ['GetAuthorizers', []],
  ])('%s lists what the template made', async (action, items) => {
    const { module, apiId } = await startApi(fakeCloud(), { routes: { 'GET /orders/{id}': {} } });

    const output = await module.operations[action]?.run({ ApiId: apiId }, { caller: OPERATOR });

    expect(output).toMatchObject({ items });
  });

  test('say that an API does not exist', async () => {
    const { module } = await startApi(fakeCloud(), { routes: {} });

    expect(() => module.operations.GetRoutes?.run({ ApiId: 'nope' }, { caller: OPERATOR })).toThrow(
      'Invalid API identifier specified nope',
    );
  });
});

describe('what an HTTP API does not know', () => {
  test.each([
    ['Api', { Name: 'chat', ProtocolType: 'WEBSOCKET' }, 'ProtocolType WEBSOCKET is not supported locally'],
    [
      'Integration',
      { IntegrationType: 'AWS_PROXY', IntegrationUri: 'x', ConnectionType: 'VPC_LINK' },
      'ConnectionType VPC_LINK',
    ],
    ['Integration', { IntegrationType: 'HTTP_PROXY', IntegrationUri: 'x', TimeoutInMillis: 31_000 }, 'TimeoutInMillis'],
    [
      'Integration',
      {
        IntegrationType: 'HTTP_PROXY',
        IntegrationUri: 'x',
        RequestParameters: { 'overwrite:header.host': 'a', 'append:header.Via': 'b' },
      },
      'operations on header Via are restricted',
    ],
    ['Route', { RouteKey: 'FETCH /' }, 'RouteKey FETCH / is not valid'],
    ['Route', { RouteKey: 'GET /x', AuthorizationType: 'CUSTOM' }, 'AuthorizerId is missing'],
    ['Stage', { StageName: 'x', RouteSettings: { 'GET /': { Caching: true } } }, 'Caching is not supported locally'],
    ['DomainName', { DomainName: 'shop.example' }, 'the API is reached at its own port'],
  ])('is refused by name: %s %j', async (type, properties, message) => {
    const { create, apiId } = await startApi(fakeCloud(), { routes: {} });

    await expect((async () => create(type, 'Odd', { ApiId: apiId, ...properties }))()).rejects.toThrow(message);
  });
});
