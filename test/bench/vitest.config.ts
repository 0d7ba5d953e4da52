import { defineConfig } from 'vitest/config';
import { root } from '../../scripts/root.ts';

// The benches beside the code, one file at a time so that they do not disturb each other.
export default defineConfig({
  root,
  test: {
    include: ['packages/*/src/**/*.bench.ts', 'apps/*/src/**/*.bench.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 600_000,
    // Modules run as they are: the runner's own export getters cost more than what is measured here.
    experimental: { viteModuleRunner: false },
  },
});
