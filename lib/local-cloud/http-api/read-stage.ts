import { UnsupportedError } from '../core/aws-error.ts';
import type { Resource } from '../core/service.ts';
import type { RouteSettings, Stage } from './model.ts';

const LIMITS = ['ThrottlingBurstLimit', 'ThrottlingRateLimit'] as const;
const WITHOUT_EFFECT = ['LoggingLevel', 'DataTraceEnabled'];

export function stageOf({ stackName, logicalId, properties }: Resource): Stage {
  const where = `${stackName}/${logicalId}`;
  const autoDeploy = properties.AutoDeploy === true || properties.AutoDeploy === 'true';
  const routeSettings = Object.entries(properties.RouteSettings ?? {}).map(
    ([routeKey, settings]) => [routeKey, settingsOf(`${where}: RouteSettings ${routeKey}`, settings)] as const,
  );
  return {
    name: properties.StageName,
    autoDeploy,
    deployed: autoDeploy || properties.DeploymentId !== undefined,
    deploymentId: properties.DeploymentId,
    variables: properties.StageVariables,
    accessLog: accessLogOf(where, properties.AccessLogSettings),
    defaultRouteSettings: settingsOf(`${where}: DefaultRouteSettings`, properties.DefaultRouteSettings ?? {}),
    routeSettings: Object.fromEntries(routeSettings),
  };
}

function accessLogOf(where: string, settings?: { DestinationArn?: string; Format?: string }): Stage['accessLog'] {
  if (!settings?.DestinationArn) return undefined;
  const group = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(settings.DestinationArn)?.[1];
  if (!group)
    throw new UnsupportedError(`${where}: only log groups are supported locally as AccessLogSettings.DestinationArn`);
  return { group, format: settings.Format ?? '$context.requestId' };
}

function settingsOf(where: string, settings: unknown): RouteSettings {
  const result: RouteSettings = {};
  for (const [name, value] of Object.entries(settings as Record<string, unknown>)) {
    const limit = LIMITS.find((known) => known === name);
    if (limit) result[limit] = Number(value);
    else if (name === 'DetailedMetricsEnabled') result.DetailedMetricsEnabled = value === true || value === 'true';
    else if (!WITHOUT_EFFECT.includes(name)) throw new UnsupportedError(`${where}: ${name} is not supported locally`);
  }
  return result;
}
