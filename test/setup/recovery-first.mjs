import TestSequencer from '@jest/test-sequencer';

/** Begins with the tests that take longest, lest one core waits for them at the end: their files do not look it. */
export default class RecoveryFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isOfRecovery = ({ path }) => /[\\/]test[\\/]recovery[\\/]/.test(path);
    return [...sorted.filter(isOfRecovery), ...sorted.filter((test) => !isOfRecovery(test))];
  }
}
