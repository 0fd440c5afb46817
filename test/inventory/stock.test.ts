import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  becameLow,
  FewerShards,
  OnHandBelowReserved,
  recount,
  type Stock,
  totalsOf,
} from '#functions/inventory/stock.ts';

const aShard = (shard: number, available: number, reserved = 0): Stock => ({
  product_id: 'cup',
  shard,
  available,
  reserved,
  pending: {},
  shards: 1,
  counted: 0,
});

describe('counting pieces', () => {
  test.each([
    ['of a product in one row', [aShard(0, 3, 2)], 10, undefined, [5]],
    ['splits the product', [aShard(0, 10)], 10, 4, [-7, 3, 2, 2]],
    ['evens the shards out', [aShard(0, 9, 1), aShard(1, 1)], 11, undefined, [-4, 4]],
    ['to none', [aShard(0, 3)], 0, undefined, [-3]],
  ])('%s', (_, stocks, onHand, shards, additions) => {
    expect(recount(stocks, onHand, shards)).toEqual(additions);
  });

  test('leaves as many as were counted, in even shares', () => {
    const counts = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(counts, fc.nat(10_000), fc.nat(8), (rows, more, moreShards) => {
        const stocks = rows.map(([available, reserved], shard) => aShard(shard, available, reserved));
        const { reserved } = totalsOf('cup', stocks);

        const additions = recount(stocks, reserved + more, stocks.length + moreShards);

        const shares = additions.map((added, shard) => added + (stocks[shard]?.available ?? 0));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(more);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('cannot find fewer than orders hold', () => {
    expect(() => recount([aShard(0, 1, 2), aShard(1, 0, 2)], 3)).toThrow(OnHandBelowReserved);
  });

  test('does not join shards', () => {
    expect(() => recount([aShard(0, 1), aShard(1, 1)], 3, 1)).toThrow(FewerShards);
  });
});

test.each([
  [5, 4, true],
  [9, 2, true],
  [6, 5, false],
  [4, 3, false],
])('from %d to %d pieces with a threshold of 5: low is news %p', (before, after, news) => {
  expect(becameLow(before, after, 5)).toBe(news);
});
