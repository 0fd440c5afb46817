import { describe, expect, test } from '@jest/globals';
import { planOf, predefinedPlan } from '#lib/local-cloud/codedeploy/traffic-plan.ts';

const MINUTE_MS = 60_000;

describe('the plan of', () => {
  test.each([
    ['CodeDeployDefault.LambdaAllAtOnce', []],
    ['CodeDeployDefault.LambdaCanary10Percent5Minutes', [{ weight: 0.1, waitMs: 5 * MINUTE_MS }]],
    ['CodeDeployDefault.LambdaCanary10Percent30Minutes', [{ weight: 0.1, waitMs: 30 * MINUTE_MS }]],
  ])('%s is CodeDeploy’s own', (name, steps) => {
    expect(predefinedPlan(name)).toEqual(steps);
  });

  test('a linear configuration grows in equal steps, and ends before all calls', () => {
    const steps = predefinedPlan('CodeDeployDefault.LambdaLinear10PercentEvery2Minutes') ?? [];

    expect(steps.map(({ weight }) => Math.round(weight * 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(steps.map(({ waitMs }) => waitMs))).toEqual(new Set([2 * MINUTE_MS]));
  });

  test('a configuration of one’s own is what it says', () => {
    const canary = { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 25, CanaryInterval: 3 } };
    const linear = { Type: 'TimeBasedLinear', TimeBasedLinear: { LinearPercentage: '40', LinearInterval: '1' } };

    expect(planOf(canary)).toEqual([{ weight: 0.25, waitMs: 3 * MINUTE_MS }]);
    expect(planOf(linear).map(({ weight }) => weight)).toEqual([0.4, 0.8]);
    expect(planOf({ Type: 'AllAtOnce' })).toEqual([]);
    expect(() => planOf({ Type: 'Gradual' })).toThrow('Gradual is no way to shift traffic.');
  });

  test('what is no configuration for functions is none', () => {
    expect(predefinedPlan('CodeDeployDefault.OneAtATime')).toBeUndefined();
  });
});
