import { type Alarm, COMPARISONS, type MetricAlarm } from './alarm.ts';
import { type AlarmState, type Evaluation, evaluateAlarm, evaluationRange } from './alarm-state.ts';
import { MetricMathError } from './metric-math.ts';
import { runQueries } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';

export interface Judgement {
  state: AlarmState;
  reason: string;
}

/** Judges an alarm by the periods that ended at `endMs`; data points of the time after that do not count yet. */
export function judge(alarm: MetricAlarm, store: MetricStore, endMs: number): Judgement {
  try {
    const points = datapoints(alarm, store, endMs);
    const { breaches } = COMPARISONS[alarm.comparison];
    const rule = { ...alarm, breaches: (value: number) => breaches(value, alarm.threshold) };
    const evaluation = evaluateAlarm(points, rule, alarm.state);
    return { state: evaluation.state, reason: explain(alarm, evaluation) };
  } catch (error) {
    if (!(error instanceof MetricMathError || error instanceof SyntaxError)) throw error;
    return { state: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${error.message}` };
  }
}

function datapoints(alarm: MetricAlarm, store: MetricStore, endMs: number): (number | undefined)[] {
  const count = evaluationRange(alarm.evaluationPeriods);
  const startMs = endMs - count * alarm.periodMs;
  const values = runQueries(store, alarm.queries, { startMs, endMs, periodMs: alarm.periodMs });
  const watched = values.get(alarm.watched);
  const series = Array.isArray(watched) ? watched[0] : watched;
  if (series === undefined || typeof series === 'number') {
    throw new MetricMathError(`${alarm.watched} is not a time series`);
  }
  return Array.from({ length: count }, (_, i) => series.get(startMs + i * alarm.periodMs));
}

/** The reason in the form in which CloudWatch gives it. */
function explain(alarm: MetricAlarm, { state, recent, filled }: Evaluation): string {
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${filled} ${filled === 1 ? 'datapoint was' : 'datapoints were'} unknown.`;
  }
  const { breaches, words } = COMPARISONS[alarm.comparison];
  const treated = `treated as [${alarm.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'}]`;
  if (recent.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${plural(filled, 'period')} and ${plural(filled, 'missing datapoint')} ${filled === 1 ? 'was' : 'were'} ${treated}.`;
  }
  const crossing = recent.filter((value) => breaches(value, alarm.threshold) === (state === 'ALARM'));
  const verb = `${crossing.length === 1 ? 'was' : 'were'} ${state === 'ALARM' ? '' : 'not '}${words} the threshold`;
  const minimum = `minimum ${plural(alarm.datapointsToAlarm, 'datapoint')} for ${state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'} transition`;
  return `Threshold Crossed: ${crossing.length} out of the last ${plural(recent.length, 'datapoint')} [${crossing.join(', ')}] ${verb} (${alarm.threshold}) (${minimum}).`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

export function actionsOf({ actions }: Alarm, state: AlarmState): string[] {
  if (!actions.enabled) return [];
  return { OK: actions.ok, ALARM: actions.alarm, INSUFFICIENT_DATA: actions.insufficientData }[state];
}
