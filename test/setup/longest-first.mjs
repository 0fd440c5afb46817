import TestSequencer from '@jest/test-sequencer';

/**
 * What takes longest, lest one core waits for it at the end: the size of a file does not tell. Those that wait (for
 * retries, timeouts and alarms) are mixed with those that compute, so that cores have something to do meanwhile.
 */
const LONGEST = [
  'recovery/order-steps',
  'start/running-shop',
  'start/changed-sources',
  'recovery/messages',
  'new-service',
  'e2e/order',
  'recovery/view',
  'e2e/inventory-shards',
  'policy/independence',
  'recovery/order-path',
  'e2e/attacks-input',
  'policy/synthesis',
  'e2e/contract-fuzz',
  'recovery/kill-points',
  'recovery/events',
  'e2e/order-status',
  'e2e/gateway-forward.local',
  'recovery/chaos',
  'e2e/contract-matrix',
  'recovery/canary',
  'e2e/strangler-fig.local',
  'e2e/cart-checkout',
  'recovery/payment-choice',
  'e2e/registry.local',
];

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const placeOf = ({ path }) => LONGEST.findIndex((name) => path.replaceAll('\\', '/').endsWith(`/${name}.test.ts`));
    const first = sorted.filter((test) => placeOf(test) >= 0).sort((a, b) => placeOf(a) - placeOf(b));
    return [...first, ...sorted.filter((test) => !first.includes(test))];
  }
}
