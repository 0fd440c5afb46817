import { describe, expect, test } from '@jest/globals';
import { allEvents } from '#bin/contract/events.ts';
import { allSubscriptions } from '#bin/contract/templates.ts';
import type { Json } from '../setup/shop.ts';
import { allExamples, eventValidators, missingFrom, promised } from './examples.ts';

const examples = allExamples();

describe('the examples of the consumers', () => {
  test('are there for every event that a service subscribes to, and for no other', () => {
    const subscribed = allSubscriptions().flatMap(({ service, types }) =>
      types.map((type) => `${service}/${type}.json`),
    );
    const written = examples.map(({ consumer, type }) => `${consumer}/${type}.json`);

    expect(written).toEqual([...new Set(subscribed)].sort());
  });

  test.each(examples)('$consumer reads of $type only what its publisher promises', ({ type, reads }) => {
    expect(promised(type, reads).filter(({ promise }) => promise === 'none')).toEqual([]);
  });
});

describe('an event', () => {
  const event = { data: { id: '1', items: [{ n: 1 }, { n: 2 }], price: { amount: 1 } } };

  test.each<[Json, string[]]>([
    [{ data: { id: 'x' } }, []],
    [{ data: { items: [{ n: 0 }], price: { amount: 5 } } }, []],
    [{ data: { name: 'x' } }, ['data.name: undefined instead of string']],
    [{ data: { id: 1 } }, ['data.id: string instead of number']],
    [
      { data: { items: [{ n: 0, m: 0 }] } },
      ['data.items.0.m: undefined instead of number', 'data.items.1.m: undefined instead of number'],
    ],
    [{ data: { price: { currency: 'USD' } } }, ['data.price.currency: undefined instead of string']],
  ])('is compared with what is read: %j', (reads, missing) => {
    expect(missingFrom(event, reads)).toEqual(missing);
  });

  test('of each type has a validator in the contract', async () => {
    const types = (await allEvents()).map(({ contract }) => contract.type);

    expect([...eventValidators().keys()].sort()).toEqual([...new Set(types)].sort());
  });
});
