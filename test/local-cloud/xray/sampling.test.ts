import { describe, expect, test } from '@jest/globals';
import { Sampling, type SamplingRule } from '#lib/local-cloud/xray/sampling.ts';
import { TraceStore } from '#lib/local-cloud/xray/trace-store.ts';
import { FrozenClock } from '../core/frozen-clock.ts';

const PLACE_ORDER = { name: 'Shop-PlaceOrder', type: 'AWS::Lambda::Function' };

function aRule(changes: Partial<SamplingRule> = {}): SamplingRule {
  const any = { ServiceName: '*', ServiceType: '*', Host: '*', HTTPMethod: '*', URLPath: '*', ResourceARN: '*' };
  return {
    RuleName: 'all',
    RuleARN: 'arn',
    Priority: 100,
    ReservoirSize: 0,
    FixedRate: 0,
    Version: 1,
    ...any,
    ...changes,
  };
}

describe('sampling rules', () => {
  test('record so many a second, and a share of the rest', () => {
    const clock = new FrozenClock();
    const lots = [0.04, 0.06];
    const sampling = new Sampling(clock, () => lots.shift() ?? 1);
    sampling.put(aRule({ ReservoirSize: 2, FixedRate: 0.05 }));

    const decisions = Array.from({ length: 5 }, () => sampling.decide(PLACE_ORDER));
    clock.advance(1_000);

    expect(decisions).toEqual([true, true, true, false, false]);
    expect(sampling.decide(PLACE_ORDER)).toBe(true);
  });

  test('are asked in the order of their priority, and only for what they are for', () => {
    const sampling = new Sampling(new FrozenClock());
    sampling.put(aRule({ RuleName: 'rest', Priority: 9_000 }));
    sampling.put(aRule({ RuleName: 'shop', Priority: 10, FixedRate: 1, ServiceName: 'Shop-*' }));

    expect(sampling.decide(PLACE_ORDER)).toBe(true);
    expect(sampling.decide({ ...PLACE_ORDER, name: 'Other-PlaceOrder' })).toBe(false);
  });

  test('are not there: everything is recorded', () => {
    expect(new Sampling(new FrozenClock()).decide(PLACE_ORDER)).toBe(true);
  });
});

describe('the memory of traces', () => {
  test('forgets the oldest when there are too many', () => {
    const store = new TraceStore(400);
    const segment = (n: number) => ({ id: `${n}`, name: 'a', trace_id: `1-${n}`, start_time: n, end_time: n });

    for (let n = 1; n <= 20; n++) store.add(segment(n));

    expect(store.list()[0]).toBe('1-20');
    expect(store.read('1-1')).toEqual([]);
    expect(store.counts().bytes).toBeLessThanOrEqual(400);
    expect(store.counts().forgotten).toBeGreaterThan(0);
  });
});
