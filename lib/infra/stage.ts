import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** All that differs between stages. There are no conditions by stage anywhere else. */
export interface StageSettings {
  /** What becomes of tables, token keys, the bus with its archive and the front door when they leave their stack. */
  removalPolicy: RemovalPolicy;
  /** Whether CloudFormation and DynamoDB refuse to delete stacks and tables until somebody switches that off. */
  deletionProtection: boolean;
  /** How far back tables can be brought, to any second. */
  recoveryPeriodInDays?: number;
  logRetention: RetentionDays;
  /** Whether new versions first get a tenth of the calls, or all of them at once. */
  canary: boolean;
  /** People are called when events wait for longer than this to be published; usually it is a second or two. */
  relayLagLimit: Duration;
  /** Of requests that nobody upstream has decided about. */
  traces: {
    /** So many a second are traced in any case. */
    perSecond: number;
    /** And this share of the rest; a million traces are $5. */
    share: number;
  };
}

const TRIAL: StageSettings = {
  // A stage to try things in goes without a trace when its stacks do.
  removalPolicy: RemovalPolicy.DESTROY,
  deletionProtection: false,
  logRetention: RetentionDays.ONE_MONTH,
  canary: false,
  relayLagLimit: Duration.minutes(5),
  traces: { perSecond: 1, share: 1 },
};

const PRODUCTION: StageSettings = {
  removalPolicy: RemovalPolicy.RETAIN,
  deletionProtection: true,
  // The most that DynamoDB offers.
  recoveryPeriodInDays: 35,
  logRetention: RetentionDays.ONE_YEAR,
  canary: true,
  relayLagLimit: Duration.minutes(2),
  traces: { perSecond: 5, share: 0.05 },
};

/** Where a stack leaves its stage for the constructs inside. */
export const STAGE_CONTEXT = 'bazaar:stage';

/** `-c stage=prod`, and any other name that begins so, is for customers: `production`, `prod-eu`. */
export function settingsOfStage(stage: string): StageSettings {
  return stage.startsWith('prod') ? PRODUCTION : TRIAL;
}

/** The stage of the stack that the construct is in. */
export function stageOf(scope: Construct): string {
  return scope.node.getContext(STAGE_CONTEXT);
}

export function settingsOf(scope: Construct): StageSettings {
  return settingsOfStage(stageOf(scope));
}
