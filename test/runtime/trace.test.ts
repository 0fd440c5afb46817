import { describe, expect, test } from '@jest/globals';
import { continueTrace, currentTraceparent, toTraceHeader } from '#lib/runtime/trace.ts';

const traceId = '5759e988bd862e3fe1be46a994272793';

describe('trace context', () => {
  test('goes from X-Ray to W3C and back', () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

    expect(currentTraceparent(header)).toBe(`00-${traceId}-53995c3f42cd8ad8-01`);
    expect(toTraceHeader(currentTraceparent(header))).toBe(header);
  });

  test('keeps the trace of the caller and gets a span of its own', () => {
    const sent = `00-${traceId}-53995c3f42cd8ad8-01`;

    expect(continueTrace(sent)).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(continueTrace(sent)).not.toBe(sent);
  });

  test.each(['', 'garbage', `00-${'0'.repeat(32)}-53995c3f42cd8ad8-01`, `01-${traceId}-53995c3f42cd8ad8-01`])(
    'does not continue %p',
    (sent) => {
      expect(continueTrace(sent)).toBeUndefined();
    },
  );

  test('is made anew where there is none', () => {
    expect(currentTraceparent(undefined)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
