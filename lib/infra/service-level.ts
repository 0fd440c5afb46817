import { Duration } from 'aws-cdk-lib';
import {
  AlarmRule,
  AlarmState,
  CompositeAlarm,
  type IMetric,
  MathExpression,
  type Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { callingPeople, LimitAlarm } from './alarms.ts';
import { withRunbook } from './runbook.ts';

export interface ServiceLevelProps {
  /** What is measured, as people read it in the night. */
  what: string;
  /** 0 for a request that was answered, 1 for one that failed: its average is the share of those that failed. */
  metric: Metric;
}

/** Of a thousand requests one may fail: in 30 days, 43 minutes of failing altogether. That is the error budget. */
export const OBJECTIVE = 0.999;

interface Burn {
  id: string;
  /** How many times faster than in 30 days the budget is spent. */
  rate: number;
  /** Enough of it has to be spent to be worth a call ... */
  long: Duration;
  /** ... and it has to go on: the alarm ends soon after its reason does. */
  short: Duration;
}

/** 2 % of the budget in an hour, and 5 % in six: Google's SRE workbook, "Alerting on SLOs", its fifth way. */
const BURNS: Burn[] = [
  { id: 'Fast', rate: 14.4, long: Duration.hours(1), short: Duration.minutes(5) },
  { id: 'Slow', rate: 6, long: Duration.hours(6), short: Duration.minutes(30) },
];

/** Where there are few requests, fewer failures than these say nothing about a share. */
const FEWEST_FAILURES = 3;

/** Calls people when requests fail so fast that the error budget of 30 days will not last. */
export class ServiceLevel extends Construct {
  constructor(scope: Construct, id: string, { what, metric }: ServiceLevelProps) {
    super(scope, id);
    for (const burn of BURNS) {
      const above = Number((burn.rate * (1 - OBJECTIVE)).toFixed(4));
      const description = `${what}: ${(100 * above).toFixed(2)} % of requests fail, ${burn.rate} times what the budget allows`;
      const windows = [
        this.#alarm(`${burn.id}Long`, shareOfFailed(metric, burn.long), { above, description, over: burn.long }),
        this.#alarm(`${burn.id}Short`, metric.with({ statistic: 'Average', period: burn.short }), {
          above,
          description,
          over: burn.short,
        }),
      ];
      const alarm = new CompositeAlarm(this, `${burn.id}BurnAlarm`, {
        alarmRule: AlarmRule.allOf(...windows.map((window) => AlarmRule.fromAlarm(window, AlarmState.ALARM))),
        alarmDescription: withRunbook(description, 'error-budget'),
      });
      alarm.addAlarmAction(callingPeople(this, `${burn.id}Burn`));
    }
  }

  /** One window of a burn rate: calls nobody by itself. */
  #alarm(
    id: string,
    metric: IMetric,
    { above, description, over }: { above: number; description: string; over: Duration },
  ) {
    const alarmDescription = `${description}, looking at ${over.toHumanString()}`;
    return new LimitAlarm(this, id, { metric, above, alarmDescription, runbook: 'error-budget' });
  }
}

function shareOfFailed(metric: Metric, period: Duration): MathExpression {
  return new MathExpression({
    expression: `IF(failed >= ${FEWEST_FAILURES}, failed / requests, 0)`,
    usingMetrics: { failed: metric.with({ statistic: 'Sum' }), requests: metric.with({ statistic: 'SampleCount' }) },
    label: 'share of requests that failed',
    period,
  });
}
