import { beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { idsInPath, pathParameters } from '#lib/runtime/http/path-parameters.ts';
import { asFunction, linesWrittenBy } from './written-lines.ts';

beforeAll(() => asFunction());

const ORDER_ID = 'cb6361ce-6f73-8fd2-abec-d7502c99c20c';

/** A request with these parameters, or with none, as API Gateway says it (`undefined`) or as others do (`null`). */
function aRequest(params: Record<string, string> | null | undefined): APIGatewayProxyEventV2 {
  return {
    routeKey: 'GET /api/v1/orders',
    headers: {},
    requestContext: { requestId: 'IOg29tFHp3Zogdo=', http: { method: 'GET', sourceIp: '192.0.2.7' } },
    pathParameters: params,
  } as unknown as APIGatewayProxyEventV2;
}

describe('the parameters of a path', () => {
  test('are logged and traced where they are ids of ours', () => {
    const params = { order_id: ORDER_ID, provider: 'sandbox', user_id: '%00' };

    expect(pathParameters(aRequest(params))).toEqual(params);
    expect(idsInPath(aRequest(params))).toEqual({ order_id: ORDER_ID });
  });

  test.each([undefined, null])('may be none: %j', async (none) => {
    const { requestLine } = await import('#lib/runtime/http/request-line.ts');
    const { tracedRequest } = await import('#lib/runtime/http/traced-request.ts');
    const answer = async (event: APIGatewayProxyEventV2) => {
      expect(pathParameters(event)).toEqual({});
      return { statusCode: 200, headers: {}, body: '' };
    };
    const handler = tracedRequest((event) => requestLine(event, {}, () => answer(event)));

    const lines = await linesWrittenBy(() => handler(aRequest(none), { awsRequestId: 'r1' } as Context));

    expect(lines).toMatchObject([{ status: 200, outcome: 'ok' }]);
  });
});
