// Size of a memory page.
import { libc } from './kernel/libc.ts';

let bytes: number | undefined;

/** Bytes of a page: asked of the C library once, 4096 where it cannot be asked. */
export function pageSize(): number {
  if (bytes === undefined) {
    try {
      bytes = libc().getpagesize();
    } catch {
      bytes = 4096;
    }
  }
  return bytes;
}
