// The contract of a collector, and what it is given.

import type { FlagDefinition } from '@prometheus-ts/cli';
import type { Logger } from '@prometheus-ts/log';
import type { Clock } from '@prometheus-ts/model';
import type { FlagValues } from './flags.ts';
import type { MetricSink } from './metric-sink.ts';
import type { MountProbe } from './mount-probe.ts';
import type { Paths } from './paths.ts';

/** What the host lets a collector see and use. */
export interface CollectorContext {
  readonly paths: Paths;
  readonly flags: FlagValues;
  readonly log: Logger;
  readonly clock: Clock;
  /** File system calls that may never return go through this. */
  readonly probe: MountProbe;
  /** Whether another collector runs as well. */
  enabled(name: string): boolean;
}

/** A collector with its flags taken in. */
export interface Collector {
  /**
   * Puts the current values into `sink`. Throws `NoData` where the host has nothing to show, anything else
   * where reading failed; what is in the sink by then is served all the same. A returned promise lets other
   * collectors run meanwhile; the same collector is never updated twice at once.
   */
  update(sink: MetricSink): void | Promise<void>;
  /** Frees sockets, handles and helpers. */
  close?(): void | Promise<void>;
}

export type Platform = 'linux' | 'darwin';

/** One row of the list of collectors. `name` is the name in `--collector.<name>` and in the `collector` label. */
export interface CollectorDefinition {
  readonly name: string;
  readonly enabledByDefault: boolean;
  readonly platforms: readonly Platform[];
  readonly flags?: readonly FlagDefinition[];
  /** Throws CodedError for flags that contradict each other or expressions that do not compile. */
  create(context: CollectorContext): Collector;
}

/** The host has nothing for this collector: no success, but no error in the log either. */
export class NoData extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoData';
  }
}
