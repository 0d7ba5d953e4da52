/** Repeats `check` until it returns without throwing, and returns its value; rethrows its last error after `withinMs`. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  withinMs = 10_000,
  everyMs = 25,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
