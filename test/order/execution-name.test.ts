import { describe, expect, test } from '@jest/globals';
import { executionName } from '#functions/order/execution-name.ts';

const ORDER = 'd29eee1a-4860-85c7-ae9a-b443417b0930';
const cause = { causation_id: `ORDER#${ORDER}#1` };

describe('the name of an execution', () => {
  test('is the same for the same event and attempt', () => {
    expect(executionName(ORDER, 1, cause)).toBe(executionName(ORDER, 1, { ...cause }));
  });

  test('is another for the next attempt, and for another event', () => {
    const names = [
      executionName(ORDER, 1, cause),
      executionName(ORDER, 2, cause),
      executionName(ORDER, 1, { causation_id: `ORDER#${ORDER}#2` }),
      executionName(ORDER, 1, { causation_id: `RESERVATION#${ORDER}#2` }),
    ];

    expect(new Set(names).size).toBe(4);
  });

  test('is one that Step Functions takes', () => {
    expect(executionName(ORDER, 4, cause)).toMatch(/^[\w-]{1,80}$/);
  });
});
