import { NOT_FROM_OUTSIDE } from './test/setup/tests-from-outside.mjs';

const shared = {
  transform: { '\\.[mc]?[jt]s$': '<rootDir>/test/esbuild-transform.mjs' },
  // Packages that ship only ES modules have to be transformed too: jest runs everything as CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|cockatiel|jose)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.bazaar/'],
};

/** Tests that read cdk.out/, or host it in a cloud of their own. */
const recovery = [
  '<rootDir>/test/recovery/',
  '<rootDir>/test/contract/',
  '<rootDir>/test/policy/',
  '<rootDir>/test/order/order-saga.test.ts',
];

/** @type {import('jest').Config} */
export default {
  randomize: true,
  // Far more than any test takes: what never happens is noticed by `eventually`, also on a busy machine.
  testTimeout: 240_000,
  // Two cores: one more than cores, because many tests wait for something.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/setup/longest-first.mjs',
  // The set-ups of the projects run one after the other, so that stacks are synthesized once.
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/e2e/', ...recovery],
    },
    {
      ...shared,
      displayName: 'recovery',
      testMatch: ['<rootDir>/test/{recovery,contract,policy}/**/*.test.ts', '<rootDir>/test/order/order-saga.test.ts'],
      globalSetup: '<rootDir>/test/setup/global-synthesize.ts',
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...NOT_FROM_OUTSIDE],
      globalSetup: '<rootDir>/test/setup/global-setup.ts',
      globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
    },
  ],
};
