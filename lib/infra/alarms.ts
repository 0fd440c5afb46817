import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { parameterName } from './names.ts';
import { type RunbookSection, withRunbook } from './runbook.ts';
import { stageOf } from './stage.ts';

export interface CallingAlarmProps {
  metric: IMetric;
  /** People are called when the metric is above this; above zero unless it is said. */
  above?: number;
  /** What it means, as people read it in the night. */
  alarmDescription: string;
  /** Where they read on. */
  runbook: RunbookSection;
  /** Where others have to know it by a name; CloudFormation makes one otherwise. */
  alarmName?: string;
}

/** An alarm for when a metric is above a limit. */
export class LimitAlarm extends Alarm {
  constructor(
    scope: Construct,
    id: string,
    { metric, above = 0, alarmName, alarmDescription, runbook }: CallingAlarmProps,
  ) {
    super(scope, `${id}Alarm`, {
      metric,
      alarmName,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: withRunbook(alarmDescription, runbook),
    });
  }
}

/** An alarm that calls people, by the topic of the platform. */
export class CallingAlarm extends LimitAlarm {
  constructor(scope: Construct, id: string, props: CallingAlarmProps) {
    super(scope, id, props);
    this.addAlarmAction(callingPeople(scope, id));
  }
}

/** What an alarm does that is to call people. */
export function callingPeople(scope: Construct, id: string): SnsAction {
  const name = parameterName(stageOf(scope), 'platform', 'alarm-topic-arn');
  const topicArn = StringParameter.valueForStringParameter(scope, name);
  return new SnsAction(Topic.fromTopicArn(scope, `${id}AlarmTopic`, topicArn));
}
