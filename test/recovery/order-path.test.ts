// These suites leave each other alone, so they share one shop: to start one takes ten seconds of a processor.
import './dead-man.suite.ts';
import './saga.suite.ts';
import './subscribers.suite.ts';
import { hostOnly } from './shop-under-test.ts';

hostOnly('order', 'product');
