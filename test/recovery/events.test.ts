// These suites leave each other alone, so they share one shop: to start one takes ten seconds of a processor.
import './correlation.suite.ts';
import './outbox.suite.ts';
import './permissions.suite.ts';
import './poison.suite.ts';
import './subscribers.suite.ts';
