const shared = {
  transform: { '\\.[mc]?[jt]s$': '<rootDir>/test/esbuild-transform.mjs' },
  // Packages that ship only ES modules have to be transformed too: jest runs everything as CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.bazaar/'],
};

/** @type {import('jest').Config} */
export default {
  randomize: true,
  testTimeout: 30_000,
  // Two cores: two workers keep both busy without starving the shop that the end-to-end tests share.
  maxWorkers: 2,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/e2e/'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/test/setup/global-setup.ts',
      globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
    },
  ],
};
