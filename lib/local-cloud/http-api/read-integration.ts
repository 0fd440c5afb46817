import { UnsupportedError } from '../core/aws-error.ts';
import type { Resource } from '../core/service.ts';
import type { Integration, ResponseParameter } from './model.ts';
import { parseDestination } from './parameter-mapping.ts';

/** The longest that an HTTP API waits for an integration, and what it waits when nothing is said. */
const MAX_TIMEOUT_MS = 30_000;
/** API Gateway keeps these to itself. */
const RESERVED =
  /^(access-control-.*|apigw-.*|authorization|connection|content-(encoding|length|location)|forwarded|keep-alive|origin|proxy-auth.*|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-(for|host|proto)|via)$/i;

export function integrationOf({ stackName, logicalId, properties }: Resource, integrationId: string): Integration {
  const where = `${stackName}/${logicalId}`;
  const { IntegrationType, IntegrationUri, PayloadFormatVersion = '1.0', TimeoutInMillis } = properties;
  if (IntegrationType !== 'AWS_PROXY' && IntegrationType !== 'HTTP_PROXY') {
    throw new UnsupportedError(`${where}: IntegrationType ${IntegrationType} is not supported locally`);
  }
  if ((properties.ConnectionType ?? 'INTERNET') !== 'INTERNET') {
    throw new UnsupportedError(`${where}: ConnectionType ${properties.ConnectionType} is not supported locally`);
  }
  if (!IntegrationUri) throw new UnsupportedError(`${where}: IntegrationUri is missing`);
  const timeoutMs = Number(TimeoutInMillis ?? MAX_TIMEOUT_MS);
  if (timeoutMs < 50 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new UnsupportedError(`${where}: TimeoutInMillis has to be between 50 and ${MAX_TIMEOUT_MS}`);
  }
  return {
    integrationId,
    type: IntegrationType,
    uri: IntegrationUri,
    method: properties.IntegrationMethod,
    payloadVersion: PayloadFormatVersion === '2.0' ? '2.0' : '1.0',
    timeoutMs,
    credentialsArn: properties.CredentialsArn,
    description: properties.Description,
    requestParameters: requestParameters(where, properties.RequestParameters),
    responseParameters: responseParameters(where, properties.ResponseParameters),
  };
}

function requestParameters(where: string, parameters: Record<string, string> = {}): Record<string, string> {
  for (const destination of Object.keys(parameters)) checkDestination(where, destination);
  return parameters;
}

/** CloudFormation wraps the list for each status code in a `ResponseParameters` of its own. */
function responseParameters(
  where: string,
  byStatus: Record<string, { ResponseParameters?: ResponseParameter[] }> = {},
): Record<string, ResponseParameter[]> {
  const lists = Object.entries(byStatus).map(([status, { ResponseParameters = [] }]) => {
    for (const { Destination } of ResponseParameters) checkDestination(where, Destination);
    return [status, ResponseParameters] as const;
  });
  return Object.fromEntries(lists);
}

function checkDestination(where: string, destination: string): void {
  const change = parseDestination(destination);
  if (!change) throw new UnsupportedError(`${where}: mapping key ${destination} is not valid`);
  if (change.target === 'header' && RESERVED.test(change.name)) {
    throw new UnsupportedError(`${where}: operations on header ${change.name} are restricted`);
  }
}
