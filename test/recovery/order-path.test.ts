// These suites leave each other alone, so they share one shop: to start one takes ten seconds of a processor.
import './dead-man.suite.ts';
import './saga.suite.ts';
import './subscribers.suite.ts';
import { beforeAll } from '@jest/globals';
import { shop } from './shop-under-test.ts';

// What they have no part in would be a fourth of all calls.
beforeAll(() => shop.leaveOut('cart', 'notification', 'view'));
