import { describe, expect, test } from '@jest/globals';
import type { Edge } from '#bin/map/edges.ts';
import { merged } from '#bin/map/edges.ts';
import { withPart } from '#bin/map/files.ts';
import { pictureOf } from '#bin/map/picture.ts';

const edge = (from: string, kind: Edge['kind'], to: string, what: string[]): Edge => ({ from, kind, to, what });

describe('the picture of a map', () => {
  test('has sagas, calls and events, and no health checks', () => {
    const edges = [
      edge('shop', 'events', 'view', ['shop.opened', 'sold']),
      edge('shop', 'events', 'post', ['a', 'b', 'c']),
      edge('user', 'calls', 'shop', ['GET /internal/v1/shops/user/{user_id}', 'PUT /internal/v1/shops/user/{user_id}']),
      edge('shop', 'saga', 'stock', ['release-stock', 'reserve-stock']),
      edge('registry', 'health', 'shop', ['GET /health']),
    ];

    expect(pictureOf(edges).split('\n').slice(3, -1)).toEqual([
      '  shop ==>|release stock<br>reserve stock| stock',
      '  user -->|/shops/user| shop',
      '  shop -.->|opened, sold| view',
      '  shop -.->|3 events| post',
    ]);
  });

  test('has one arrow of a kind between two services', () => {
    const edges = [
      edge('b', 'events', 'c', ['two', 'one']),
      edge('a', 'calls', 'b', ['GET /b']),
      edge('b', 'events', 'c', ['two']),
      edge('b', 'calls', 'b', ['GET /b']),
    ];

    expect(merged(edges)).toEqual([edge('a', 'calls', 'b', ['GET /b']), edge('b', 'events', 'c', ['one', 'two'])]);
  });

  test('stands between its markers, and nothing else changes', () => {
    const readme = 'before\n<!-- map: written by `npm run map` -->\nold\n<!-- /map -->\nafter\n';
    const written = withPart(readme, 'new');

    expect(written).toBe('before\n<!-- map: written by `npm run map` -->\nnew\n<!-- /map -->\nafter\n');
    expect(withPart(written, 'new')).toBe(written);
    expect(() => withPart('no place', 'new')).toThrow('README.md has no place for the map');
  });
});
