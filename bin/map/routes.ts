import { type Found, nameOfFunction, type Resources } from './templates.ts';

export interface ServedRoute {
  service: string;
  /** `GET /api/v1/orders/{order_id}`, or `$default` for whatever has no route. */
  route: string;
  fn: string;
  /** Whether IAM guards it: it is for services. */
  internal: boolean;
  /** The HTTP API that it is on, often that of another stack. */
  api: Found | undefined;
}

export function routesOf(resources: Resources): ServedRoute[] {
  return resources.ofType('AWS::ApiGatewayV2::Route').map(({ stack, service, properties }) => {
    const integration = resources.referredTo(stack, properties.Target)[0];
    const [fn] = resources.functionsIn(stack, integration?.properties.IntegrationUri);
    return {
      service,
      route: properties.RouteKey,
      fn: fn ? nameOfFunction(fn) : '',
      internal: properties.AuthorizationType === 'AWS_IAM',
      api: resources.referredTo(stack, properties.ApiId)[0],
    };
  });
}

/**
 * Whether a route is served at a path: as it is called, with a value for each parameter, or as a policy has it, with
 * `*` for them.
 */
export function isServedAt({ route }: ServedRoute, path: string): boolean {
  const [, own] = route.split(' ');
  if (!own) return false;
  const segments = path.split('/');
  const ownSegments = own.split('/');
  return (
    segments.length === ownSegments.length &&
    ownSegments.every((segment, index) => segment === segments[index] || segment.startsWith('{'))
  );
}
