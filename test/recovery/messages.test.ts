// These suites leave each other alone, so they share one shop: to start one takes ten seconds of a processor.
import './correlation.suite.ts';
import './notification.suite.ts';
import './notification-erasure.suite.ts';
import './service-level.suite.ts';
import './stopped-services.suite.ts';
import './user-orders.suite.ts';
import { hostOnly } from './shop-under-test.ts';

hostOnly('order', 'product', 'cart', 'notification', 'registry');
