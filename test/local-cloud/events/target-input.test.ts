import { describe, expect, test } from '@jest/globals';
import type { BusEvent, Rule, Target } from '#lib/local-cloud/events/model.ts';
import { checkTargetInput, targetInput } from '#lib/local-cloud/events/target-input.ts';

const EVENT: BusEvent = {
  version: '0',
  id: '7bf73129',
  'detail-type': 'State-change',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2015-11-11T21:29:54Z',
  region: 'us-east-1',
  resources: ['arn:one', 'arn:two'],
  detail: { 'instance-id': 'i-0123', state: 'RUNNING', count: 3, tags: [{ k: 'a' }, { k: 'b' }], note: 'a "quote"' },
};

const RULE = { name: 'my-rule', arn: 'arn:aws:events:us-east-1:000000000000:rule/my-rule' } as Rule;
const NOW = Date.parse('2015-11-11T21:30:00Z');

const target = (input: Partial<Target>): Target => ({ Id: 't1', Arn: 'arn', ...input });
const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
  target({ InputTransformer: { InputTemplate, InputPathsMap } });

const PATHS = { instance: '$.detail.instance-id', state: '$.detail.state', count: '$.detail.count' };

describe('the input of a target', () => {
  test.each<[string, Target, string]>([
    ['is the event by default', target({}), JSON.stringify(EVENT)],
    ['is a constant', target({ Input: '{"a":1}' }), '{"a":1}'],
    ['is a part', target({ InputPath: '$.detail.tags[1]' }), '{"k":"b"}'],
    ['is a part by its quoted name', target({ InputPath: "$.detail['instance-id']" }), '"i-0123"'],
    ['is a list of parts', target({ InputPath: '$.detail.tags[*].k' }), '["a","b"]'],
    ['is empty for a part that is missing', target({ InputPath: '$.detail.nothing' }), '{}'],
    ['is the whole', target({ InputPath: '$' }), JSON.stringify(EVENT)],
    ['is text in quotes', template('"<instance> is in state <state>"', PATHS), '"i-0123 is in state RUNNING"'],
    [
      'gives text its quotes in an object',
      template('{"i": <instance>, "n": <count>}', PATHS),
      '{"i": "i-0123", "n": 3}',
    ],
    ['needs no second quotes', template('{"i": "<instance>", "n": "<count>"}', PATHS), '{"i": "i-0123", "n": "3"}'],
    [
      'keeps escaped quotes',
      template('{"myStatus": "<instance> is in state \\"<state>\\""}', PATHS),
      '{"myStatus": "i-0123 is in state \\"RUNNING\\""}',
    ],
    ['escapes the quotes of a value', template('"<note>"', { note: '$.detail.note' }), '"a \\"quote\\""'],
    ['takes objects', template('{"tags": <tags>}', { tags: '$.detail.tags' }), '{"tags": [{"k":"a"},{"k":"b"}]}'],
    [
      'takes objects as text',
      template('{"tags": "<tags>"}', { tags: '$.detail.tags[0]' }),
      '{"tags": "{\\"k\\":\\"a\\"}"}',
    ],
    ['has lines of text', template('"one <state>"\n"two"', PATHS), '"one RUNNING"\n"two"'],
    [
      'has nothing for a value that is missing',
      template('{"x": <x>, "y": "-<x>-"}', { x: '$.detail.x' }),
      '{"x": "", "y": "--"}',
    ],
    [
      'knows the rule',
      template('{"n": <aws.events.rule-name>, "a": "<aws.events.rule-arn>"}'),
      `{"n": "my-rule", "a": "${RULE.arn}"}`,
    ],
    ['knows the time', template('{"t": <aws.events.event.ingestion-time>}'), '{"t": "2015-11-11T21:30:00Z"}'],
    ['knows the event', template('{"e": <aws.events.event.json>}'), `{"e": ${JSON.stringify(EVENT)}}`],
    ['leaves other angle brackets alone', template('"a < b > c"'), '"a < b > c"'],
  ])('%s', (_title, input, expected) => {
    expect(targetInput(input, EVENT, RULE, NOW)).toBe(expected);
  });

  test('can be the event without its detail', () => {
    const { detail: _detail, ...rest } = EVENT;
    const input = targetInput(template('{"e": <aws.events.event>}'), EVENT, RULE, NOW);
    expect(JSON.parse(input)).toEqual({ e: rest });
  });

  test.each<[string, Target, string]>([
    ['two inputs', target({ Input: '{}', InputPath: '$' }), 'Only one of Input, InputPath, or InputTransformer'],
    ['text that is no JSON', target({ Input: 'hello' }), 'JSON syntax error in input for target t1'],
    ['a path that is none', target({ InputPath: 'detail' }), 'InputPath for target t1 is invalid: detail'],
    ['a path with a filter', target({ InputPath: '$.detail[?(@.a)]' }), 'InputPath for target t1 is invalid'],
    ['a template with an unknown variable', template('{"a": <b>}'), 'contains invalid placeholder <b>'],
    ['a template without quotes', template('<state> it is', PATHS), 'Invalid InputTemplate for target t1'],
    ['a template that is no JSON', template('{"a": <state>', PATHS), 'Invalid InputTemplate for target t1'],
    ['a reserved variable', template('"<aws.x>"', { 'aws.x': '$.id' }), 'reserved key aws.x'],
  ])('is refused with %s', (_title, input, message) => {
    expect(() => checkTargetInput(input)).toThrow(message);
  });
});
