import { defineConfig } from 'vitest/config';

// The style rules that are tests; `npm run check` runs them apart from the rest.
export default defineConfig({
  test: { include: ['test/tidy/**/*.test.ts'], pool: 'threads', maxWorkers: 1 },
});
