import { describe, expect, test } from '@jest/globals';
import { parseTraceHeader, parseTraceparent, toTraceHeader, toTraceparent } from '#lib/runtime/trace.ts';

const traceId = '5759e988bd862e3fe1be46a994272793';
const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

describe('trace context', () => {
  test('goes from X-Ray to W3C and back', () => {
    const context = parseTraceHeader(header);

    expect(context && toTraceparent(context)).toBe(`00-${traceId}-53995c3f42cd8ad8-01`);
    expect(toTraceHeader(`00-${traceId}-53995c3f42cd8ad8-01`)).toBe(header);
  });

  test.each([
    ['01', true],
    ['00', false],
    ['03', true],
  ])('with the flags %s is sampled: %p', (flags, sampled) => {
    expect(parseTraceparent(`00-${traceId}-53995c3f42cd8ad8-${flags}`)).toMatchObject({ traceId, sampled });
  });

  test.each([
    '',
    'garbage',
    `00-${'0'.repeat(32)}-53995c3f42cd8ad8-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `01-${traceId}-53995c3f42cd8ad8-01`,
  ])('is not in %p', (sent) => {
    expect(parseTraceparent(sent)).toBeUndefined();
  });
});
