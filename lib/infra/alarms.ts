import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { parameterName } from './names.ts';
import { stageOf } from './stage.ts';

export interface CallingAlarmProps {
  metric: IMetric;
  /** People are called when the metric is above this; above zero unless it is said. */
  above?: number;
  /** What it means, as people read it in the night. */
  alarmDescription: string;
}

/** An alarm that calls people, by the topic of the platform. */
export class CallingAlarm extends Alarm {
  constructor(scope: Construct, id: string, { metric, above = 0, alarmDescription }: CallingAlarmProps) {
    super(scope, `${id}Alarm`, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription,
    });
    const name = parameterName(stageOf(scope), 'platform', 'alarm-topic-arn');
    const topicArn = StringParameter.valueForStringParameter(scope, name);
    this.addAlarmAction(new SnsAction(Topic.fromTopicArn(scope, `${id}AlarmTopic`, topicArn)));
  }
}
