// These suites leave each other alone, so they share one shop: to start one takes ten seconds of a processor.
import './outbox.suite.ts';
import './permissions.suite.ts';
import './poison.suite.ts';
