import type { Resource, Template } from '#bin/map/templates.ts';

export type { Resource };

/** Parts of templates, as small as they can be. */
export function stack(resources: Record<string, Resource>, parameters: Template['Parameters'] = {}): Template {
  return { Parameters: parameters, Resources: resources };
}

/** A template's parameter that takes what another stack has left. */
export function parameter(name: string) {
  return { Type: 'AWS::SSM::Parameter::Value<String>', Default: name };
}

export function published(name: string, value: unknown): Resource {
  return { Type: 'AWS::SSM::Parameter', Properties: { Name: name, Value: value } };
}

export function api(service: string): Resource {
  return { Type: 'AWS::ApiGatewayV2::Api', Properties: { Tags: { Service: service } } };
}

/** A route with the integration that brings it to a function. */
export function route(key: string, fn: string, { internal = false, apiId = 'ApiId' } = {}): Record<string, Resource> {
  const integration = `${key} integration`;
  const Target = { 'Fn::Join': ['', ['integrations/', { Ref: integration }]] };
  const AuthorizationType = internal ? 'AWS_IAM' : 'NONE';
  return {
    [key]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { RouteKey: key, ApiId: { Ref: apiId }, Target, AuthorizationType },
    },
    [integration]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { IntegrationUri: { 'Fn::GetAtt': [fn, 'Arn'] } },
    },
  };
}

export function rule(pattern: object | undefined, queue: string, schedule?: string): Resource {
  const Targets = [{ Arn: { 'Fn::GetAtt': [queue, 'Arn'] } }];
  return { Type: 'AWS::Events::Rule', Properties: { EventPattern: pattern, ScheduleExpression: schedule, Targets } };
}

/** A queue whose messages a function gets. */
export function queueOf(queue: string, fn: string): Record<string, Resource> {
  return {
    [queue]: { Type: 'AWS::SQS::Queue' },
    [`${queue}Mapping`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] }, FunctionName: { Ref: fn } },
    },
  };
}
