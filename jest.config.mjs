/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.[mc]?[jt]s$': '<rootDir>/test/esbuild-transform.mjs' },
  // Packages that ship only ES modules have to be transformed too: jest runs everything as CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.bazaar/'],
  randomize: true,
  testTimeout: 30_000,
  // Two cores: two workers keep both busy without starving the shop that they share.
  maxWorkers: 2,
};
