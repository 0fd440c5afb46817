import { AwsError } from '../core/aws-error.ts';

/** One step of a deployment: the new version's share of the calls, and for how long. */
export interface Step {
  /** From 0 to 1. */
  weight: number;
  waitMs: number;
}

/** As in AWS::CodeDeploy::DeploymentConfig. */
export interface TrafficRouting {
  Type: string;
  TimeBasedCanary?: { CanaryPercentage: number | string; CanaryInterval: number | string };
  TimeBasedLinear?: { LinearPercentage: number | string; LinearInterval: number | string };
}

const MINUTE_MS = 60_000;
const PREDEFINED = /^CodeDeployDefault\.Lambda(?:AllAtOnce|(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes?)$/;

/** The steps of the configurations that CodeDeploy has for Lambda, such as `CodeDeployDefault.LambdaCanary10Percent5Minutes`. */
export function predefinedPlan(name: string): Step[] | undefined {
  const match = PREDEFINED.exec(name);
  if (!match) return undefined;
  const [, kind, percent, minutes] = match;
  if (!kind) return [];
  return kind === 'Canary' ? canary(Number(percent), Number(minutes)) : linear(Number(percent), Number(minutes));
}

/** The steps before all calls go to the new version. */
export function planOf({ Type, TimeBasedCanary, TimeBasedLinear }: TrafficRouting): Step[] {
  if (Type === 'AllAtOnce') return [];
  if (Type === 'TimeBasedCanary' && TimeBasedCanary) {
    return canary(Number(TimeBasedCanary.CanaryPercentage), Number(TimeBasedCanary.CanaryInterval));
  }
  if (Type === 'TimeBasedLinear' && TimeBasedLinear) {
    return linear(Number(TimeBasedLinear.LinearPercentage), Number(TimeBasedLinear.LinearInterval));
  }
  throw new AwsError('InvalidTrafficRoutingConfigurationException', `${Type} is no way to shift traffic.`);
}

function canary(percent: number, minutes: number): Step[] {
  return [{ weight: percent / 100, waitMs: minutes * MINUTE_MS }];
}

function linear(percent: number, minutes: number): Step[] {
  const count = Math.ceil(100 / percent) - 1;
  return Array.from({ length: count }, (_, step) => ({
    weight: ((step + 1) * percent) / 100,
    waitMs: minutes * MINUTE_MS,
  }));
}
