// Run by name alone (`npm test workflows`): act is built with Go, faults takes minutes, spark needs Java and pyspark.
const BY_NAME = ['test/e2e/workflows', 'test/faults', 'test/spark']

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/lib'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...BY_NAME.filter((suite) => !process.argv.some((arg) => arg.includes(suite))),
  ],
  coverageProvider: 'v8',
  restoreMocks: true,
  maxWorkers: '100%',
  testTimeout: 240000,
}
