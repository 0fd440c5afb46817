import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { asyncApiOf } from '#bin/contract/asyncapi.ts';
import { breakingChanges } from '#bin/contract/compatibility.ts';
import { openApiOf } from '#bin/contract/openapi.ts';
import { defineEvent, type EventContract } from '#events/event.ts';
import { defineRoute, type RouteContract } from '#lib/runtime/http/route.ts';

const Item = { item_id: z.string(), size: z.enum(['small', 'large']), note: z.optional(z.string()) };
const Body = { name: z.string().check(z.maxLength(50)), count: z.optional(z.int().check(z.lte(9))) };

const route = {
  operation: 'makeItem',
  route: 'POST /api/v1/items',
  summary: 'Make an item.',
  auth: 'user' as const,
  query: z.strictObject({ dry: z.optional(z.enum(['yes', 'no'])) }),
  body: z.strictObject(Body),
  answers: { 201: z.strictObject(Item) },
  headers: ['Location' as const],
};

const contractOf = (...routes: RouteContract[]) =>
  openApiOf(
    routes.map((contract) => ({ service: 'item', contract })),
    '1.0.0',
  );
const changed = (change: Partial<RouteContract>) => contractOf(defineRoute({ ...route, ...change } as RouteContract));
const old = contractOf(defineRoute(route));

describe('a new contract', () => {
  test.each<[string, Partial<RouteContract>]>([
    ['changes nothing', {}],
    ['says more', { summary: 'Make it.', problems: { 409: ['ITEM_TAKEN'] } }],
    ['has a field more in its answers', { answers: { 201: z.strictObject({ ...Item, made_at: z.string() }) } }],
    ['always has a field that was optional', { answers: { 201: z.strictObject({ ...Item, note: z.string() }) } }],
    ['has no optional field', { answers: { 201: z.strictObject({ item_id: Item.item_id, size: Item.size }) } }],
    ['has one value fewer', { answers: { 201: z.strictObject({ ...Item, size: z.literal('small') }) } }],
    ['takes an optional field more', { body: z.strictObject({ ...Body, colour: z.optional(z.string()) }) }],
    ['takes longer names', { body: z.strictObject({ ...Body, name: z.string().check(z.maxLength(99)) }) }],
    ['takes decimals', { body: z.strictObject({ ...Body, count: z.optional(z.number().check(z.lte(9))) }) }],
    ['takes a parameter more', { query: z.strictObject({ ...route.query.shape, fast: z.optional(z.string()) }) }],
    ['is open to all', { auth: 'public' }],
  ])('may be one that %s', (_, change) => {
    expect(breakingChanges(old, changed(change))).toEqual([]);
  });

  test.each<[string, Partial<RouteContract>, string]>([
    ['has another path', { route: 'POST /api/v1/things' }, 'POST /api/v1/items: is gone'],
    ['has another method', { route: 'PUT /api/v1/items' }, 'POST /api/v1/items: is gone'],
    ['is for administrators', { auth: 'admin' }, 'POST /api/v1/items: is open to fewer callers'],
    [
      'answers another status',
      { answers: { 200: route.answers[201] } },
      'POST /api/v1/items 201: is no longer answered',
    ],
    ['has no header', { headers: [] }, 'POST /api/v1/items 201: has no Location header'],
    [
      'has a field fewer',
      { answers: { 201: z.strictObject({ size: Item.size }) } },
      'POST /api/v1/items 201.item_id: is not always there',
    ],
    [
      'has a field only sometimes',
      { answers: { 201: z.strictObject({ ...Item, size: z.optional(Item.size) }) } },
      'POST /api/v1/items 201.size: is not always there',
    ],
    [
      'has a field of another type',
      { answers: { 201: z.strictObject({ ...Item, item_id: z.int() }) } },
      'POST /api/v1/items 201.item_id: type integer against string',
    ],
    [
      'has a field that may be null',
      { answers: { 201: z.strictObject({ ...Item, item_id: z.nullable(z.string()) }) } },
      'POST /api/v1/items 201.item_id: type string or null against string',
    ],
    [
      'has one value more',
      { answers: { 201: z.strictObject({ ...Item, size: z.enum(['small', 'large', 'huge']) }) } },
      'POST /api/v1/items 201.size: "huge" against "small", "large"',
    ],
    [
      'needs a field more',
      { body: z.strictObject({ ...Body, colour: z.string() }) },
      'POST /api/v1/items body.colour: is not always there',
    ],
    [
      'takes a field fewer',
      { body: z.strictObject({ name: Body.name }) },
      'POST /api/v1/items body.count: is not taken',
    ],
    [
      'takes shorter names',
      { body: z.strictObject({ ...Body, name: z.string().check(z.maxLength(20)) }) },
      'POST /api/v1/items body.name: maxLength 50 against 20',
    ],
    [
      'wants a pattern',
      { body: z.strictObject({ ...Body, name: z.string().check(z.maxLength(50), z.regex(/^a/)) }) },
      'POST /api/v1/items body.name: pattern none against ^a',
    ],
    ['needs a key', { idempotencyKey: 'required' }, 'POST /api/v1/items Idempotency-Key: is now required'],
    ['takes a parameter fewer', { query: z.strictObject({}) }, 'POST /api/v1/items ?dry: is not taken'],
    [
      'needs a parameter',
      { query: z.strictObject({ dry: z.enum(['yes', 'no']) }) },
      'POST /api/v1/items dry: is now required',
    ],
    [
      'takes a value fewer',
      { query: z.strictObject({ dry: z.optional(z.enum(['yes'])) }) },
      'POST /api/v1/items dry: "no" against "yes"',
    ],
  ])('breaks the old one when it %s', (_, change, reason) => {
    expect(breakingChanges(old, changed(change))).toContain(reason);
  });
});

describe('a new contract of an event', () => {
  const data = { item_id: z.string(), price: z.object({ amount: z.int() }) };
  const documentOf = (contract: EventContract, name = 'ItemMade') =>
    asyncApiOf([{ name, service: 'item', description: '', contract }], [], '1.0.0');
  const event = { source: 'item-service', type: 'item.made', version: 1 };
  const oldEvent = documentOf(defineEvent({ ...event, data: z.object(data) }));

  test.each<[string, EventContract]>([
    ['changes nothing', defineEvent({ ...event, data: z.object(data) })],
    ['says more', defineEvent({ ...event, data: z.object({ ...data, colour: z.string() }) })],
  ])('may be one that %s', (_, contract) => {
    expect(breakingChanges(oldEvent, documentOf(contract))).toEqual([]);
  });

  test.each<[string, EventContract, string]>([
    [
      'says less',
      defineEvent({ ...event, data: z.object({ price: data.price }) }),
      'item.made.data.item_id: is not always there',
    ],
    [
      'says less inside',
      defineEvent({ ...event, data: z.object({ ...data, price: z.object({}) }) }),
      'item.made.data.price.amount: is not always there',
    ],
    [
      'has another name',
      defineEvent({ ...event, type: 'item.built', data: z.object(data) }),
      'item.made: is now item.built',
    ],
  ])('breaks the old one when it %s', (_, contract, reason) => {
    expect(breakingChanges(oldEvent, documentOf(contract))).toContain(reason);
  });

  test('breaks the old one when it is a new version in place of the old', () => {
    const second = defineEvent({ ...event, version: 2, data: z.object(data) });

    expect(breakingChanges(oldEvent, documentOf(second))).not.toEqual([]);
    expect(breakingChanges(oldEvent, documentOf(second, 'ItemMadeV2'))).toEqual([
      'item.made (ItemMade): is no longer published',
    ]);
  });
});
