import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { currentMap, filesOf, outdated } from '#bin/map/files.ts';
import { serviceMapOf } from '#bin/map/service-map.ts';
import { readTemplates } from '#bin/map/templates.ts';
import { root } from './templates.ts';

const { services, edges } = serviceMapOf(readTemplates(join(root, 'cdk.out')));

/** `order saga inventory`, with what it is about. */
function whatOf(ends: string): string[] | undefined {
  return edges.find(({ from, kind, to }) => `${from} ${kind} ${to}` === ends)?.what;
}

test('README.md and docs/map.md show the map as it is now: else npm run map', () => {
  expect(outdated(root, filesOf(root, currentMap(root)))).toEqual([]);
});

describe('the map of the deployed services', () => {
  test('has every service', () => {
    expect(services.map(({ name }) => name)).toEqual([
      'cart',
      'gateway',
      'inventory',
      'notification',
      'order',
      'payment',
      'platform',
      'product',
      'registry',
      'sandbox',
      'user',
      'view',
    ]);
  });

  test('has the order saga, forward and back', () => {
    expect(whatOf('order saga inventory')).toEqual(['release-stock', 'reserve-stock']);
    expect(whatOf('order saga payment')).toEqual(['refund-payment', 'take-payment']);
  });

  test('has who calls whom, and nobody else', () => {
    const calls = edges.filter(({ kind }) => kind === 'calls').map(({ from, to, what }) => [from, to, what]);

    expect(calls).toEqual([
      ['gateway', 'registry', ['GET /api/v1/services']],
      ['payment', 'sandbox', ['GET /v1/charges/{key}', 'POST /v1/charges', 'POST /v1/refunds']],
      ['sandbox', 'payment', ['POST /api/v1/payments/webhooks/{provider}']],
      ['user', 'order', ['GET /internal/v1/orders/user/{user_id}']],
      ['user', 'registry', ['GET /api/v1/services']],
    ]);
  });

  test('has who hears of what', () => {
    expect(whatOf('cart events order')).toEqual(['cart.checked_out']);
    expect(whatOf('order events inventory')).toEqual(['order.confirmed']);
    expect(whatOf('payment events notification')).toEqual(['payment.refunded']);
    expect(whatOf('inventory events order')).toEqual(['inventory.reservation.expired']);
    expect(edges.filter(({ from, kind }) => from === 'sandbox' && kind === 'events')).toEqual([]);
  });

  test('has the registry asking every service of the shop how it is', () => {
    const asked = edges.filter(({ kind }) => kind === 'health').map(({ from, to }) => `${from} ${to}`);
    const shop = ['cart', 'gateway', 'inventory', 'notification', 'order', 'payment', 'product', 'user', 'view'];

    expect(asked).toEqual(shop.map((service) => `registry ${service}`));
  });
});
