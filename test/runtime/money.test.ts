import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DecimalAmount, toDecimal, toMinorUnits } from '#lib/runtime/money.ts';

describe('money', () => {
  test('comes back from a decimal as it was, for every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (amount) => {
        const decimal = toDecimal(amount);
        expect(DecimalAmount.safeParse(decimal).success).toBe(true);
        expect(toMinorUnits(decimal)).toBe(amount);
      }),
    );
  });

  test.each([0, -1, 9.999, 0.001, Number.NaN, Number.POSITIVE_INFINITY, 1e12, '9.99', null])('is not %p', (value) => {
    expect(DecimalAmount.safeParse(value).success).toBe(false);
  });
});
