import { describe, expect, test } from '@jest/globals';
import { type AlarmState, evaluateAlarm, type MissingDataTreatment } from '#lib/local-cloud/cloudwatch/alarm-state.ts';

const TREATMENTS: MissingDataTreatment[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** Data points as in the tables of the CloudWatch guide, the newest last: 0 within, X breaching, - missing. */
function statesOf(points: string, datapointsToAlarm: number): AlarmState[] {
  const values = points.split(' ').map((point) => ({ '0': 0, X: 1 })[point]);
  return TREATMENTS.map((treatMissingData) => {
    const rule = { evaluationPeriods: 3, datapointsToAlarm, treatMissingData, breaches: (value: number) => value > 0 };
    return evaluateAlarm(values, rule, 'INSUFFICIENT_DATA').state;
  });
}

// The current state, which `ignore` keeps, is INSUFFICIENT_DATA here.
const KEPT = 'INSUFFICIENT_DATA';

describe('an alarm on 3 out of 3 data points', () => {
  test.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - - - X', 'INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK'],
    ['X - - - -', 'ALARM', KEPT, 'ALARM', 'OK'],
    ['X X X X 0', 'OK', 'OK', 'OK', 'OK'],
  ])('judges %s', (points, ...expected) => {
    expect(statesOf(points, 3)).toEqual(expected);
  });
});

describe('an alarm on 2 out of 3 data points', () => {
  test.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - X', 'INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK'],
  ])('judges %s', (points, ...expected) => {
    expect(statesOf(points, 2)).toEqual(expected);
  });
});
