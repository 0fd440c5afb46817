import { describe, expect, test } from '@jest/globals';
import { evaluateMath, type MathValue } from '#lib/local-cloud/cloudwatch/metric-math.ts';
import type { Series } from '#lib/local-cloud/cloudwatch/metric-store.ts';

const TIMES = [0, 60_000, 120_000, 180_000];

/** `-` where there is no value. */
function series(text: string): Series {
  const values = text.split(' ').map((value, i) => [TIMES[i] ?? 0, Number(value)] as const);
  return new Map(values.filter(([, value]) => !Number.isNaN(value)));
}

function show(value: MathValue): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(show).join(' | ');
  return TIMES.map((at) => value.get(at) ?? '-').join(' ');
}

const metrics = new Map([
  ['m1', series('30 20 0 0')],
  ['m2', series('20 - 20 -')],
  ['errors5xx', series('1 - 2 -')],
]);

const compute = (expression: string) =>
  show(
    evaluateMath(expression, {
      values: new Map<string, MathValue>(metrics),
      metrics,
      timestamps: TIMES,
      periodSeconds: 60,
    }),
  );

describe('metric math', () => {
  test.each([
    ['m1 + m2', '50 20 20 0'],
    ['m1 - m2', '10 20 -20 0'],
    ['m1 * 2', '60 40 0 0'],
    ['100 * m2 / m1', '66.66666666666667 0 - -'],
    ['-m2', '-20 - -20 -'],
    ['2 + 3 * 4 ^ 2', '50'],
    ['(2 + 3) * 4', '20'],
    ['m1 < m2', '0 0 1 0'],
    ['m1 >= 30', '1 0 0 0'],
    ['m1 > 15 AND m2 > 15', '1 0 0 0'],
    ['m1 > 25 || m2 > 15', '1 0 1 0'],
    ['FILL(m2, 0)', '20 0 20 0'],
    ['FILL(m2, REPEAT)', '20 20 20 20'],
    ['FILL(m2, LINEAR)', '20 20 20 -'],
    ['FILL(m2, m1)', '20 20 20 0'],
    ['IF(m1 > 10, m1, 1)', '30 20 1 1'],
    ['IF(m1 > 10, m2)', '20 - - -'],
    ['IF(1, m1, m2)', '30 20 0 0'],
    ['SUM([m1, m2])', '50 20 20 0'],
    ['SUM(METRICS())', '51 20 22 0'],
    ['SUM(METRICS("5xx"))', '1 - 2 -'],
    ['MAX([m1, m2])', '30 20 20 0'],
    ['AVG([m1, m2])', '25 10 10 0'],
    ['MIN(m1)', '0'],
    ['SUM(m1)', '50'],
    ['m1 / SUM(m1)', '0.6 0.4 0 0'],
    ['ABS(m2 - m1)', '10 20 20 0'],
    ['[m1, m2] * 2', '60 40 0 0 | 40 - 40 -'],
    ['m1 / PERIOD(m1)', '0.5 0.3333333333333333 0 0'],
    ['RATE(m1)', '- -0.16666666666666666 -0.3333333333333333 0'],
  ])('%s is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected);
  });

  test.each([
    ['m1 + missing', 'There is no metric or expression with the id missing'],
    ['ANOMALY_DETECTION_BAND(m1)', 'The function ANOMALY_DETECTION_BAND is not modelled locally'],
    ['m1 +', "Error in expression 'm1 +'"],
    ['SUM([1, 2])', 'A list is made of time series'],
  ])('refuses %s', (expression, message) => {
    expect(() => compute(expression)).toThrow(message);
  });
});
