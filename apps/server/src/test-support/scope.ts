import { afterAll, onTestFinished } from 'vitest';

/** How long something made for a test lives: as long as the test, or as all tests of its file. */
export type Scope = 'test' | 'file';

/** Calls back when the scope ends. `file` only works in hooks and at the top of a file. */
export function atEndOf(scope: Scope, callback: () => Promise<void>): void {
  if (scope === 'test') onTestFinished(callback);
  else ended.push(callback);
}

const ended: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const callback of ended.splice(0).reverse()) await callback();
});
