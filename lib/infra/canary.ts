import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { Role } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { parameterName } from './names.ts';
import { withRunbook } from './runbook.ts';
import type { ServiceFunction } from './service-function.ts';
import { stageOf } from './stage.ts';

/** What the context may ask for, `-c shift=at-once`: to go back there is no need to be careful. */
const SHIFTS: Record<string, ILambdaDeploymentConfig | undefined> = {
  // A tenth of the calls for five minutes, then all of them.
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  'at-once': LambdaDeploymentConfig.ALL_AT_ONCE,
};

/** A version is too slow when one call in a hundred takes more than this part of the time that the function may take. */
const SLOW = 1 / 4;

const A_MINUTE = Duration.minutes(1);

/**
 * How a new version of a function gets its calls: a few first, and all when no alarm has gone off by then. An alarm
 * takes them back to the version before, and CloudFormation then rolls back the stack. The alarms watch what the new
 * version does, not the old one beside it, and call nobody: who deploys sees the deployment fail.
 */
export class Canary extends Construct {
  readonly #group: LambdaDeploymentGroup;

  constructor(scope: Construct, id: string, { fn }: { fn: ServiceFunction }) {
    super(scope, id);
    const roleArn = StringParameter.valueForStringParameter(
      this,
      parameterName(stageOf(this), 'platform', 'deployment-role-arn'),
    );
    this.#group = new LambdaDeploymentGroup(this, 'Group', {
      application: applicationOf(this),
      alias: fn.live,
      deploymentConfig: this.#shift(),
      role: Role.fromRoleArn(this, 'Role', roleArn, { mutable: false }),
      alarms: [this.#failures(fn), this.#slowness(fn)],
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
  }

  #shift(): ILambdaDeploymentConfig {
    const name = this.node.tryGetContext('shift') ?? 'canary';
    const shift = SHIFTS[name];
    if (!shift) throw new Error(`shift is "${name}": choose canary or at-once.`);
    return shift;
  }

  rollBackOn(alarmName: string): void {
    this.#group.addAlarm(Alarm.fromAlarmArn(this, `On-${alarmName}`, this.#alarmArn(alarmName)));
  }

  #alarmArn(alarmName: string): string {
    return Stack.of(this).formatArn({ service: 'cloudwatch', resource: `alarm:${alarmName}` });
  }

  /**
   * Lambda counts calls that throw; what a handler answers with 500, or hands back of a batch, counts the runtime
   * (lib/runtime/failure-metric.ts).
   */
  #failures(fn: ServiceFunction): Alarm {
    const [thrown, handled] = [this.#metric(fn, 'Errors'), handledFailures(fn)];
    const metric = new MathExpression({
      expression: 'FILL(thrown, 0) + FILL(handled, 0)',
      usingMetrics: { thrown, handled },
      period: A_MINUTE,
    });
    return this.#alarm('Failures', {
      metric,
      threshold: 0,
      // It stays for as long as the canary does.
      evaluationPeriods: 5,
      datapointsToAlarm: 1,
      alarmDescription: withRunbook('the new version fails', 'deployment-rolled-back'),
    });
  }

  #slowness(fn: ServiceFunction): Alarm {
    const timeout = fn.timeout ?? Duration.seconds(3);
    return this.#alarm('Slowness', {
      metric: this.#metric(fn, 'Duration', 'p99'),
      threshold: timeout.toMilliseconds() * SLOW,
      // The first calls of a new version are slow by nature: they open all connections.
      evaluationPeriods: 5,
      datapointsToAlarm: 2,
      alarmDescription: withRunbook('the new version is slow, ms', 'deployment-rolled-back'),
    });
  }

  #metric(fn: ServiceFunction, metricName: string, statistic = 'Sum'): Metric {
    const { functionName, currentVersion, live } = fn;
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      statistic,
      period: A_MINUTE,
      dimensionsMap: {
        FunctionName: functionName,
        Resource: `${functionName}:${live.aliasName}`,
        ExecutedVersion: currentVersion.version,
      },
    });
  }

  #alarm(id: string, props: Omit<AlarmProps, 'comparisonOperator' | 'treatMissingData'>): Alarm {
    return new Alarm(this, id, {
      ...props,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function handledFailures({ service, functionName, currentVersion }: ServiceFunction): Metric {
  return new Metric({
    namespace: 'Bazaar',
    metricName: 'HandledFailures',
    statistic: 'Sum',
    period: A_MINUTE,
    dimensionsMap: { service, FunctionName: functionName, ExecutedVersion: currentVersion.version },
  });
}

/** CodeDeploy's name for what belongs together: the functions of a stack. */
function applicationOf(scope: Construct): LambdaApplication {
  const stack = Stack.of(scope);
  const id = 'Deployments';
  return (stack.node.tryFindChild(id) as LambdaApplication | undefined) ?? new LambdaApplication(stack, id);
}
