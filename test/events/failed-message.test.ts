import { describe, expect, test } from '@jest/globals';
import { sentenceOf } from '#bin/events/consumer-errors.ts';
import { toFailedMessage } from '#bin/events/failed-message.ts';
import { onlyQueueBehind } from '#bin/events/move-task.ts';
import { sayFailed } from '#bin/events/print.ts';
import { edgeOf } from '#bin/events/put-back.ts';
import {
  aMessage,
  anEvent,
  aStreamFailure,
  deadLettersOf,
  MAIN_QUEUE_ARN,
  NOW_MS,
  QUEUE_EDGE,
  RULE_EDGE,
  STREAM_EDGE,
} from './builders.ts';

const byConsumer = { system: { DeadLetterQueueSourceArn: MAIN_QUEUE_ARN } };
const byRule = {
  attributes: {
    RULE_ARN: 'arn:rule',
    TARGET_ARN: MAIN_QUEUE_ARN,
    ERROR_CODE: 'THROTTLING',
    ERROR_MESSAGE: 'Rate exceeded',
    EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    RETRY_ATTEMPTS: '185',
  },
};
const QUEUE = deadLettersOf(QUEUE_EDGE, RULE_EDGE);

describe('a failed message', () => {
  test('says what it carries and how old it is', () => {
    expect(toFailedMessage(QUEUE, aMessage(anEvent(), byConsumer), NOW_MS)).toMatchObject({
      queue: 'order/on-paid',
      message_id: 'm-1',
      given_up_by: 'queue',
      attempts: 6,
      event: { event_id: 'PAYMENT#1#2', event_type: 'payment.completed', aggregate_id: 'PAYMENT#1' },
      correlation_id: 'c-1',
      age_seconds: 60,
    });
  });

  test.each([
    ['its consumer', aMessage(anEvent(), byConsumer), 'queue', 'its consumer failed each time'],
    ['EventBridge', aMessage(anEvent(), byRule), 'rule', 'THROTTLING: Rate exceeded, after MaximumEventAgeInSeconds'],
    [
      'its consumer, after EventBridge once',
      aMessage(anEvent(), { ...byRule, ...byConsumer }),
      'queue',
      'its consumer',
    ],
    ['the reader of a stream', aMessage(aStreamFailure()), 'stream', 'RecordAgeExceeded'],
    ['nobody that it knows', aMessage('no JSON'), 'unknown', 'sent here directly'],
  ])('says that it was given up by %s', (_, message, given_up_by, reason) => {
    const failed = toFailedMessage(QUEUE, message, NOW_MS);

    expect(failed).toMatchObject({ given_up_by, reason: expect.stringContaining(reason) });
  });

  test('takes the cause of a message that is no event', () => {
    const deadMan = { order_id: 'o-1', attempt: 2, cause: { correlation_id: 'c-2' } };

    const failed = toFailedMessage(QUEUE, aMessage(deadMan, byConsumer), NOW_MS);

    expect(failed).toMatchObject({ event: undefined, correlation_id: 'c-2' });
  });

  test('is printed without what may be personal, unless its body is to be shown', () => {
    const { body, ...rest } = toFailedMessage(QUEUE, aMessage(anEvent(), byConsumer), NOW_MS);

    expect(sayFailed('dev', [rest])).not.toContain('jane');
    expect(sayFailed('dev', [{ ...rest, body }])).toContain('jane@example.com');
  });
});

describe('what a consumer has logged', () => {
  test.each([
    [{ name: 'SyntaxError', message: 'Unexpected token j, "jane@example.com" is not valid JSON' }, 'it is not JSON'],
    [{ name: 'Error', message: 'nobody at jane@example.com\n is known' }, 'Error: nobody at <e-mail> is known'],
    [undefined, 'Error: '],
  ])('is one line without addresses: %j', (error, sentence) => {
    expect(sentenceOf(error)).toContain(sentence);
    expect(sentenceOf(error)).not.toContain('jane');
  });
});

describe('a dead letter', () => {
  test.each([
    ['that its consumer gave up, to its queue', aMessage(anEvent(), byConsumer), QUEUE_EDGE],
    ['that EventBridge gave up, to the queue behind its rule', aMessage(anEvent(), byRule), QUEUE_EDGE],
    ['of unknown origin, to the queue that it is the dead-letter queue of', aMessage(anEvent()), QUEUE_EDGE],
    ['of a stream, to the function that reads it', aMessage(aStreamFailure()), STREAM_EDGE],
  ])('%s', (_, message, edge) => {
    expect(edgeOf(deadLettersOf(QUEUE_EDGE, RULE_EDGE, STREAM_EDGE), message)).toBe(edge);
  });

  test('stays where it is when the way that it came is gone', () => {
    const message = aMessage(anEvent(), { system: { DeadLetterQueueSourceArn: 'arn:aws:sqs:::removed' } });

    expect(() => edgeOf(QUEUE, message)).toThrow('arn:aws:sqs:::removed');
    expect(() => edgeOf(deadLettersOf(STREAM_EDGE), aMessage('no document'))).toThrow('Nothing leads from');
  });

  test('is moved by SQS with all others where there is one way back only', () => {
    expect(onlyQueueBehind(QUEUE)).toBe(MAIN_QUEUE_ARN);
    expect(onlyQueueBehind(deadLettersOf(STREAM_EDGE))).toBeUndefined();
    expect(onlyQueueBehind(deadLettersOf(QUEUE_EDGE, STREAM_EDGE))).toBeUndefined();
  });
});
