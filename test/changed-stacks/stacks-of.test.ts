import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stackId, stacksOf } from '#bin/changed-stacks/stacks-of.ts';

const root = join(__dirname, '../..');
const FILES = readdirSync(join(root, 'stacks')).filter((file) => file.endsWith('-stack.ts'));
const ALL = FILES.map(stackId);

describe('a change', () => {
  test.each([
    [['functions/order/place-order.ts'], ['Bazaar-Order']],
    [['stacks/order-saga.ts'], ['Bazaar-Order']],
    [
      ['stacks/order-stack.ts', 'functions/cart/get-cart.ts'],
      ['Bazaar-Cart', 'Bazaar-Order'],
    ],
    [['functions/gateway/forward-request.ts'], ['Bazaar-Gateway', 'Bazaar-Gateway-Routes']],
    [['stacks/gateway-routes-stack.ts'], ['Bazaar-Gateway-Routes']],
    [['stacks/gateway-stack.ts'], ['Bazaar-Gateway']],
    [['contracts/openapi.json'], ['Bazaar-Gateway']],
    [['README.md', 'docs/orders.md', 'test/e2e/order.test.ts', 'lib/local-cloud/cloud.ts', 'bin/orders.ts'], []],
  ])('of %j touches %j', (paths, stacks) => {
    expect(stacksOf(paths, FILES).sort()).toEqual(stacks);
  });

  test.each([
    'lib/runtime/http/http-handler.ts',
    'lib/infra/canary.ts',
    'events/order-events.ts',
    'bin/bazaar.ts',
    'bin/build/bundle.ts',
    'package-lock.json',
    'cdk.json',
  ])('of %s touches all stacks', (path) => {
    expect(stacksOf([path], FILES)).toEqual(ALL);
  });
});

test('the stacks are called as the app calls them', () => {
  const names = [...readFileSync(join(root, 'bin/bazaar.ts'), 'utf8').matchAll(/new (\w+)Stack\(/g)];
  expect(ALL.map((id) => id.replaceAll(/Bazaar|-/g, '')).sort()).toEqual(names.map(([, name]) => name).sort());
});
