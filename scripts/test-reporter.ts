// Ends a run with one plain line that other programs can read: `N passed, N failed, N skipped`.
import type { Reporter, TestModule } from 'vitest/node';

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    const skippedTitles = new Set<string>();
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) {
        counts.failed += suite.errors().length;
        if (suite.name.includes('[skipped: ')) skippedTitles.add(suite.name);
      }
      for (const test of module.children.allTests()) counts[test.result().state]++;
    }
    for (const title of skippedTitles) console.log(`skipped: ${title}`);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
