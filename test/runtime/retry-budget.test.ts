import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RetryBudget } from '#lib/runtime/retry-budget.ts';

test('repetitions add no more than a fifth to the load, but for a few', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('request', 'repetition')), (calls) => {
      const budget = new RetryBudget();
      let [requests, repetitions] = [0, 0];
      for (const call of calls) {
        if (call === 'request') {
          budget.deposit();
          requests += 1;
        } else if (budget.withdraw()) repetitions += 1;
      }

      expect(repetitions).toBeLessThanOrEqual(10 + requests / 5);
    }),
  );
});
