// What the mount probe and its helper say to each other: one JSON object a line.
import type { MountStats } from './mount-probe.ts';

/** Threads of the helper, which is also the bound on calls under way. */
export const HELPER_THREADS = 64;

/** The argument that turns this program into the helper. */
export const HELPER_ARGUMENT = 'mount-probe-helper';

export interface ProbeRequest {
  readonly id: string;
  readonly operation: 'statfs' | 'list' | 'read';
  readonly path: string;
}

/** The field of the operation, or `code` and `message` of the error. */
export interface ProbeAnswer {
  readonly id: string;
  readonly stats?: MountStats;
  readonly names?: string[];
  readonly text?: string;
  readonly mtimeMs?: number;
  readonly code?: string;
  readonly message?: string;
}
