// Where workers and page files come from: the source tree, or the assets of a single executable.
import { readFileSync } from 'node:fs';
import { getAsset, isSea } from 'node:sea';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Source files of workers by name; in an executable the asset `worker-<name>.cjs` takes their place. */
const SOURCES = {
  query: './query/worker.ts',
  maintenance: './storage/maintenance-worker.ts',
} as const;
export type WorkerName = keyof typeof SOURCES;

/** Starts a worker thread. `workerData` may hold SharedArrayBuffers; they are shared, not copied. */
export function startWorker(name: WorkerName, workerData: unknown): Worker {
  const options: WorkerOptions = { workerData, name };
  if (isSea()) return new Worker(getAsset(`worker-${name}.cjs`, 'utf8'), { ...options, eval: true });
  return new Worker(new URL(SOURCES[name], import.meta.url), options);
}

/** A file of the first web page. */
export function pageFile(name: string): Buffer {
  if (isSea()) return Buffer.from(getAsset(`page/${name}`));
  return readFileSync(new URL(`./page/${name}`, import.meta.url));
}
