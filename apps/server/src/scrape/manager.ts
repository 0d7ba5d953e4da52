// All scrape pools of the server. A reload is prepared whole before anything changes; pools whose configuration
// is the same keep their loops.
import { hostname } from 'node:os';
import type { Logger } from '@prometheus-ts/log';
import { type Appendable, formatLabelSet, type LabelSet } from '@prometheus-ts/model';
import type { ScrapeConfig } from '../config/types.ts';
import { FailureLogs } from './failure-log.ts';
import { fnv1a64 } from './fnv.ts';
import type { ScrapeClient } from './http-scrape-client.ts';
import type { LoopEnvironment } from './loop.ts';
import { ScrapePool } from './pool.ts';
import type { Target } from './target.ts';
import type { TargetGroup } from './target-labels.ts';

export interface ManagerOptions {
  readonly environment: LoopEnvironment;
  readonly storage: () => Appendable;
  /** Throws CodedError when the configuration asks for what cannot be had (an unreadable key). */
  readonly createClient: (config: ScrapeConfig) => ScrapeClient;
  /** Text that is equal exactly for equal configurations, secrets included. */
  readonly configKey: (config: ScrapeConfig) => string;
  readonly log: Logger;
}

/** One pool as the API shows it. */
export interface PoolView {
  readonly job: string;
  readonly config: ScrapeConfig;
  readonly targets: readonly Target[];
  readonly droppedTargets: readonly LabelSet[];
  readonly droppedCount: number;
}

/** A reload that was checked and can no longer fail. */
export interface PreparedScrapes {
  /** Switches over. Resolves when pools that are gone or changed have ended their scrapes. */
  apply(): Promise<void>;
  /** Gives up what was opened for it. */
  discard(): Promise<void>;
}

export class ScrapeManager {
  readonly #options: ManagerOptions;
  readonly #pools = new Map<string, ScrapePool>();
  #keys = new Map<string, string>();
  #failureLogs = new FailureLogs([]);

  constructor(options: ManagerOptions) {
    this.#options = options;
    options.environment.metrics.metadata.collect = () => this.#collectMetadata();
  }

  /** In order of their names. */
  pools(): PoolView[] {
    return [...this.#pools.keys()].sort().map((job) => {
      const pool = this.#pools.get(job)!;
      const { config, targets, droppedTargets, droppedCount } = pool;
      return { job, config, targets, droppedTargets, droppedCount };
    });
  }

  activeTargets(): Target[] {
    return this.pools().flatMap((pool) => pool.targets);
  }

  /**
   * Opens what the new configurations need.
   * @param externalLabels part of the seed that spreads the scrapes of several servers
   */
  prepare(configs: readonly ScrapeConfig[], externalLabels: LabelSet): PreparedScrapes {
    const failureLogs = new FailureLogs(configs);
    const clients = new Map<string, ScrapeClient>();
    const keys = new Map(configs.map((config) => [config.job_name, this.#options.configKey(config)]));
    const discard = async () => {
      failureLogs.close();
      await Promise.all([...clients.values()].map((client) => client.close()));
    };
    try {
      for (const config of configs) {
        const { job_name: job } = config;
        if (keys.get(job) !== this.#keys.get(job)) clients.set(job, this.#options.createClient(config));
      }
    } catch (error) {
      void discard();
      throw error;
    }
    const seed = fnv1a64(hostname() + formatLabelSet(externalLabels));
    return { apply: () => this.#apply(configs, keys, clients, failureLogs, seed), discard };
  }

  /** New target groups of a job, from discovery. */
  updateTargets(job: string, groups: readonly TargetGroup[]): void {
    this.#pools.get(job)?.sync(groups);
  }

  /** Ends all loops at once; nothing more is written. */
  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.abort()));
    this.#pools.clear();
    this.#failureLogs.close();
  }

  async #apply(
    configs: readonly ScrapeConfig[],
    keys: Map<string, string>,
    clients: ReadonlyMap<string, ScrapeClient>,
    failureLogs: FailureLogs,
    offsetSeed: bigint,
  ): Promise<void> {
    const ending: Promise<void>[] = [];
    for (const [job, pool] of this.#pools) {
      if (keys.has(job)) continue;
      this.#pools.delete(job);
      ending.push(pool.stop());
    }
    for (const config of configs) {
      const failureLog = failureLogs.forPool(config);
      const client = clients.get(config.job_name);
      const pool = this.#pools.get(config.job_name);
      if (!client) pool!.setFailureLog(failureLog);
      else if (pool) ending.push(this.#change(pool, { config, client, offsetSeed, failureLog }));
      else this.#add({ config, client, offsetSeed, failureLog });
    }
    const oldLogs = this.#failureLogs;
    this.#failureLogs = failureLogs;
    this.#keys = keys;
    await Promise.all(ending);
    oldLogs.close();
  }

  async #change(pool: ScrapePool, change: Parameters<ScrapePool['reload']>[0]): Promise<void> {
    await pool.reload(change);
    pool.sync(staticGroups(change.config));
  }

  #add(change: Parameters<ScrapePool['reload']>[0]): void {
    const { environment, storage, log } = this.#options;
    environment.metrics.pools.inc();
    const pool = new ScrapePool({
      environment,
      storage: storage(),
      log: log.with({ scrape_pool: change.config.job_name }),
      ...change,
    });
    this.#pools.set(change.config.job_name, pool);
    pool.sync(staticGroups(change.config));
  }

  #collectMetadata(): void {
    const { metadataEntries, metadataBytes } = this.#options.environment.metrics;
    metadataEntries.reset();
    metadataBytes.reset();
    for (const { job, targets } of this.pools()) {
      let entries = 0;
      let bytes = 0;
      for (const { metadata } of targets) {
        entries += metadata.size;
        bytes += metadata.bytes;
      }
      metadataEntries.labels(job).set(entries);
      metadataBytes.labels(job).set(bytes);
    }
  }
}

function staticGroups(config: ScrapeConfig): TargetGroup[] {
  return config.static_configs.map(({ targets, labels }, index) => ({
    source: String(index),
    targets: targets.map((address) => ({ __address__: address })),
    labels: labels.toRecord(),
  }));
}
