import { UnsupportedError } from '../core/aws-error.ts';
import type { Resource } from '../core/service.ts';
import type { AuthorizationType, Route } from './model.ts';

const ROUTE_KEY = /^(\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) \/\S*)$/;
const AUTHORIZATION_TYPES = ['NONE', 'CUSTOM', 'JWT', 'AWS_IAM'];

export function routeOf({ stackName, logicalId, properties }: Resource, routeId: string): Route {
  const where = `${stackName}/${logicalId}`;
  const { RouteKey, Target, AuthorizationType = 'NONE', AuthorizerId, AuthorizationScopes = [] } = properties;
  if (!ROUTE_KEY.test(RouteKey)) throw new UnsupportedError(`${where}: RouteKey ${RouteKey} is not valid`);
  if (!AUTHORIZATION_TYPES.includes(AuthorizationType)) {
    throw new UnsupportedError(`${where}: AuthorizationType ${AuthorizationType} is not valid`);
  }
  const needsAuthorizer = AuthorizationType === 'CUSTOM' || AuthorizationType === 'JWT';
  if (needsAuthorizer && !AuthorizerId) throw new UnsupportedError(`${where}: AuthorizerId is missing`);
  return {
    routeId,
    routeKey: RouteKey,
    integrationId: Target?.replace(/^integrations\//, ''),
    authorizationType: AuthorizationType as AuthorizationType,
    authorizerId: AuthorizerId,
    scopes: AuthorizationScopes,
    operationName: properties.OperationName,
  };
}
