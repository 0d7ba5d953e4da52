import { defineConfig } from 'vitest/config';

// One run for the whole workspace. `LONG=1` (npm run test:long) adds *.long.test.ts files.
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      'test/tidy/**',
      ...(process.env['LONG'] === '1' ? [] : ['**/*.long.test.ts']),
    ],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/test-reporter.ts'],
  },
});
