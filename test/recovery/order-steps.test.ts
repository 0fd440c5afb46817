// These suites leave each other alone, so they share one shop: to start one takes ten seconds of a processor.
import './inventory.suite.ts';
import './payment.suite.ts';
import './repair.suite.ts';
import './saga-steps.suite.ts';
import { beforeAll } from '@jest/globals';
import { shop } from './shop-under-test.ts';

// What they have no part in would be a fourth of all calls.
beforeAll(() => shop.leaveOut('cart', 'notification', 'view'));
