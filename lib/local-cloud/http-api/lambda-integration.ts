import type { CloudContext } from '../core/service.ts';
import { type ApiResponse, type Exchange, internalError } from './exchange.ts';
import { invokeLambda } from './invoke-lambda.ts';
import { integrationEvent } from './lambda-event.ts';
import { parseLambdaResponse } from './lambda-response.ts';
import type { Integration, Route } from './model.ts';

/** Hands the request to a Lambda function and turns what it returns into the response. */
export async function callLambda(
  context: CloudContext,
  exchange: Exchange,
  integration: Integration,
): Promise<ApiResponse> {
  const { payload, functionError } = await invokeLambda(context, {
    exchange,
    uri: integration.uri,
    sourceArn: routeArn(context, exchange),
    ...(integration.credentialsArn && { credentialsArn: integration.credentialsArn }),
    timeoutMs: integration.timeoutMs,
    event: integrationEvent(integration.payloadVersion, exchange),
  });
  if (functionError) {
    exchange.integration.error = `The Lambda function returned the following error: ${payload}`;
    throw internalError();
  }
  try {
    return parseLambdaResponse(payload, integration.payloadVersion);
  } catch (error) {
    exchange.integration.error =
      'The response from the Lambda function doesn’t match the format that API Gateway expects.';
    throw error;
  }
}

/** The source that a function's permission names: the path of the route, not that of the request. */
function routeArn(context: CloudContext, { api, stage, route, request }: Exchange): string {
  const path = routePath(route);
  return context.account.arn('execute-api', `${api.apiId}/${stage.name}/${request.method}${path}`);
}

function routePath(route: Route | undefined): string {
  const [, path] = route?.routeKey.split(' ') ?? [];
  return path ?? '/$default';
}
