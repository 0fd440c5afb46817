import { expect } from '@jest/globals';
import type { Answer } from './shop.ts';

/** The answer is problem+json (RFC 9457) and tells nothing of our insides. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status, code, title: expect.any(String), detail: expect.any(String) });
  expect(answer.body.type).toMatch(/^urn:bazaar:problem:/);
  expect(answer.body.instance).toEqual(expect.any(String));
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.mjs/);
}
