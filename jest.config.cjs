/** @type {import('jest').Config} */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // Published as ES modules only, which jest does not load as they are.
  transformIgnorePatterns: ['/node_modules/(?!temporal-polyfill/|temporal-utils/)'],
};

module.exports = {
  testTimeout: 120_000,
  // A process of its own for the tests, and a new one once it has grown: jest keeps much of each file, and the garbage
  // collector would look through all of it again and again.
  workerIdleMemoryLimit: '800MB',
  projects: [
    // Pure or with parts that a test starts for itself.
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{architecture,calendar,config,commands,embedded,mail,metrics,store,activities}/**/*.test.ts'],
    },
    // Time-skipping Temporal server and recorded histories; the workflow bundle is built once.
    {
      ...common,
      displayName: 'workflows',
      testMatch: ['<rootDir>/test/{workflows,replay}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/build-workflow-bundle.ts',
    },
    // The pages and the API in the process of the test, on a real database.
    {
      ...common,
      displayName: 'api',
      testMatch: ['<rootDir>/test/api/**/*.test.ts'],
    },
    // The whole product on its real servers.
    {
      ...common,
      displayName: 'stack',
      testMatch: ['<rootDir>/test/{browser,faults}/**/*.test.ts'],
    },
  ],
};
