import { describe, expect, test } from '@jest/globals';
import { toBusEvent } from '#bin/events/bus-event.ts';
import { explainRule } from '#bin/events/explain.ts';
import { eventsSince } from '#bin/events/rows-again.ts';
import { anEvent } from './builders.ts';

const RULE = { name: 'r', arn: 'arn:rule', busName: 'shop', isEnabled: true, targets: [] };
const ruleOf = (pattern: object) => ({ ...RULE, pattern: JSON.stringify(pattern) });

describe('a rule', () => {
  test('that matches needs no reason', () => {
    const rule = ruleOf({ source: ['payment-service'], 'detail-type': [{ prefix: 'payment.' }] });

    expect(explainRule(rule, anEvent())).toMatchObject({ matches: true, because: [] });
  });

  test('that does not match says each field, what it wants and what the event has', () => {
    const rule = ruleOf({
      source: ['payment-service'],
      'detail-type': ['payment.failed'],
      detail: { metadata: { event_id: [{ exists: true }], aggregate_version: [{ numeric: ['>', 1] }] } },
    });

    expect(explainRule(rule, anEvent())).toMatchObject({
      matches: false,
      because: [
        { field: 'detail-type', rule_wants: ['payment.failed'], event_has: 'payment.completed' },
        { field: 'detail.metadata.aggregate_version', rule_wants: [{ numeric: ['>', 1] }], event_has: null },
      ],
    });
  });

  test('that is switched off matches nothing', () => {
    const rule = { ...ruleOf({ source: ['payment-service'] }), isEnabled: false };

    expect(explainRule(rule, anEvent())).toMatchObject({ matches: false, because: [{ event_has: 'DISABLED' }] });
  });
});

describe('an event in a file', () => {
  test.each([
    ['as the bus delivers it', anEvent()],
    ['as the relay publishes it', anEvent().detail],
    ['as a failed message shows it', { message_id: 'm-1', body: JSON.stringify(anEvent()) }],
  ])('is understood %s', (_, content) => {
    expect(toBusEvent(content)).toMatchObject(anEvent());
  });

  test.each([null, {}, { order_id: 'o-1' }])('is refused where it is none: %j', (content) => {
    expect(() => toBusEvent(content)).toThrow('no event');
  });
});

describe('a row whose changes the stream has forgotten', () => {
  const span = { from: Date.parse('2026-11-22T10:00:00Z'), to: Date.parse('2026-11-22T11:00:00Z') };
  const at = (...hours: string[]) => ({ events: hours.map((hour) => ({ occurred_at: `2026-11-22T${hour}:30:00Z` })) });

  test.each([
    ['all from the first of that time on', at('09', '10', '12'), { added: 2, within: 1 }],
    ['none when they are older', at('09'), { added: 0, within: 0 }],
    ['none when they are younger', at('11', '12'), { added: 0, within: 0 }],
    ['none when it has no events', {}, { added: 0, within: 0 }],
  ])('publishes %s', (_, row, counts) => {
    expect(eventsSince({ version: 3, ...row }, span)).toEqual(counts);
  });
});
