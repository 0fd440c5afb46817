import { UnsupportedError } from '../core/aws-error.ts';
import type { Resource } from '../core/service.ts';
import type { ApiAuthorizer } from './model.ts';

export function authorizerOf({ stackName, logicalId, properties }: Resource, authorizerId: string): ApiAuthorizer {
  const where = `${stackName}/${logicalId}`;
  const { Name: name, AuthorizerType, IdentitySource = [] } = properties;
  const identitySources = [IdentitySource].flat() as string[];
  if (AuthorizerType === 'JWT') {
    const { Issuer: issuer, Audience: audience } = properties.JwtConfiguration ?? {};
    if (!issuer || !audience) throw new UnsupportedError(`${where}: JwtConfiguration needs Issuer and Audience`);
    const identitySource = identitySources[0] ?? '$request.header.Authorization';
    return { kind: 'jwt', authorizerId, name, identitySource, issuer, audience };
  }
  if (AuthorizerType !== 'REQUEST') {
    throw new UnsupportedError(`${where}: AuthorizerType ${AuthorizerType} is not supported by HTTP APIs`);
  }
  if (!properties.AuthorizerUri) throw new UnsupportedError(`${where}: AuthorizerUri is missing`);
  const ttlSeconds = Number(properties.AuthorizerResultTtlInSeconds ?? 0);
  if (ttlSeconds > 0 && identitySources.length === 0) {
    throw new UnsupportedError(`${where}: an authorizer that caches its results needs an IdentitySource`);
  }
  return {
    kind: 'lambda',
    authorizerId,
    name,
    uri: properties.AuthorizerUri,
    payloadVersion: properties.AuthorizerPayloadFormatVersion === '2.0' ? '2.0' : '1.0',
    simpleResponses: properties.EnableSimpleResponses === true || properties.EnableSimpleResponses === 'true',
    identitySources,
    ttlSeconds,
    credentialsArn: properties.AuthorizerCredentialsArn,
  };
}
