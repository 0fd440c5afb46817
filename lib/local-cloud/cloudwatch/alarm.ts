import type { AlarmState, MissingDataTreatment } from './alarm-state.ts';
import type { MetricDataQuery } from './metric-query.ts';

export interface AlarmActions {
  enabled: boolean;
  ok: string[];
  alarm: string[];
  insufficientData: string[];
}

interface AlarmBase {
  name: string;
  arn: string;
  description?: string;
  actions: AlarmActions;
  state: AlarmState;
  stateReason: string;
  stateChangedAtMs: number;
  configuredAtMs: number;
}

export interface MetricAlarm extends AlarmBase {
  kind: 'metric';
  /** One metric, or metrics with expressions of which one gives the data. */
  queries: MetricDataQuery[];
  /** The id among `queries` whose values are compared with the threshold. */
  watched: string;
  comparison: ComparisonOperator;
  threshold: number;
  periodMs: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  treatMissingData: MissingDataTreatment;
  /** Set for alarms on expressions. */
  isMath: boolean;
}

export interface CompositeAlarm extends AlarmBase {
  kind: 'composite';
  rule: string;
}

export type Alarm = MetricAlarm | CompositeAlarm;

export type ComparisonOperator = keyof typeof COMPARISONS;

/** Whether a value breaches the threshold, and how CloudWatch puts that into words. */
export const COMPARISONS = {
  GreaterThanThreshold: { breaches: (value: number, threshold: number) => value > threshold, words: 'greater than' },
  GreaterThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { breaches: (value: number, threshold: number) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to',
  },
};
