// These suites leave each other alone, so they share one shop: to start one takes ten seconds of a processor.
import './inventory.suite.ts';
import './payment.suite.ts';
import './repair.suite.ts';
import './saga-steps.suite.ts';
import { hostOnly } from './shop-under-test.ts';

hostOnly('order', 'product', 'notification');
