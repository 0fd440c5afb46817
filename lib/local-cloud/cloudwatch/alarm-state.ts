export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingDataTreatment = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface EvaluationRule {
  evaluationPeriods: number;
  datapointsToAlarm: number;
  treatMissingData: MissingDataTreatment;
  breaches(value: number): boolean;
}

/** The state that data points (the oldest first, undefined where there was no data) put an alarm into. */
export interface Evaluation {
  state: AlarmState;
  /** The data points that decided, the newest first. */
  recent: number[];
  /** How many missing ones were filled in. */
  filled: number;
}

/**
 * CloudWatch looks at more data points than it has to judge, so that late or sparse data is not taken for missing.
 * How many more it does not say; in the tables of its guide it looks at five to judge three.
 */
const EXTRA_PERIODS = 2;

export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

/** Judges the newest existing data points; missing ones count only where there are too few. */
export function evaluateAlarm(points: (number | undefined)[], rule: EvaluationRule, current: AlarmState): Evaluation {
  const existing = points.filter((value) => value !== undefined).reverse();
  const recent = existing.slice(0, rule.evaluationPeriods);
  const filled = rule.evaluationPeriods - recent.length;
  const breaching = recent.filter((value) => rule.breaches(value)).length;
  return { state: decide({ points, rule, current }, { existing: recent.length, filled, breaching }), recent, filled };
}

interface Question {
  points: (number | undefined)[];
  rule: EvaluationRule;
  current: AlarmState;
}

function decide(
  { points, rule, current }: Question,
  count: { existing: number; filled: number; breaching: number },
): AlarmState {
  const alarms = (breaching: number): AlarmState => (breaching >= rule.datapointsToAlarm ? 'ALARM' : 'OK');
  if (count.filled === 0) return alarms(count.breaching);
  switch (rule.treatMissingData) {
    case 'breaching':
      return alarms(count.breaching + count.filled);
    case 'notBreaching':
      return alarms(count.breaching);
    case 'ignore':
      if (count.breaching >= rule.datapointsToAlarm) return 'ALARM';
      return count.breaching < count.existing ? 'OK' : current;
    case 'missing':
      if (count.breaching >= rule.datapointsToAlarm) return 'ALARM';
      if (count.breaching < count.existing) return 'OK';
      return isLastingBreach(points, rule) ? 'ALARM' : 'INSUFFICIENT_DATA';
  }
}

/** All there is breaches, and it began early enough: an alarm even if there are fewer data points than it asks for. */
function isLastingBreach(points: (number | undefined)[], { datapointsToAlarm }: EvaluationRule): boolean {
  const oldest = points.findIndex((value) => value !== undefined);
  return oldest >= 0 && points.length - oldest >= datapointsToAlarm;
}
