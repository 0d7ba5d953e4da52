// The targets of one job and their loops. Targets are told apart by their labels and URL: one that is found
// again keeps its loop, its caches and its phase.
import type { Logger } from '@prometheus-ts/log';
import type { Appendable, LabelSet } from '@prometheus-ts/model';
import type { ScrapeConfig } from '../config/types.ts';
import type { ScrapeClient } from './http-scrape-client.ts';
import { type LoopEnvironment, ScrapeLoop } from './loop.ts';
import { removeJob } from './metrics.ts';
import { Target } from './target.ts';
import { discoveredLabels, type TargetGroup, targetLabels } from './target-labels.ts';
import { TargetState } from './target-state.ts';

export interface PoolOptions {
  readonly environment: LoopEnvironment;
  readonly storage: Appendable;
  readonly config: ScrapeConfig;
  readonly client: ScrapeClient;
  readonly offsetSeed: bigint;
  readonly log: Logger;
  readonly failureLog: ((target: Target, error: Error) => void) | undefined;
}

/** What a reload may change of a pool. */
export type PoolChange = Pick<PoolOptions, 'config' | 'client' | 'offsetSeed' | 'failureLog'>;

interface Entry {
  readonly target: Target;
  loop: ScrapeLoop;
}

export class ScrapePool {
  #options: PoolOptions;
  readonly #entries = new Map<string, Entry>();
  #dropped: LabelSet[] = [];
  #droppedCount = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { metrics } = options.environment;
    metrics.targetLimit.labels(options.config.job_name).set(options.config.target_limit);
  }

  get config(): ScrapeConfig {
    return this.#options.config;
  }

  /** In order of their URLs. */
  get targets(): Target[] {
    const targets = [...this.#entries.values()].map((entry) => entry.target);
    return targets.sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0));
  }

  /** Discovered labels of dropped targets, up to `keep_dropped_targets`. */
  get droppedTargets(): readonly LabelSet[] {
    return this.#dropped;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Takes over what discovery found. Loops of targets that are gone end in their own time. */
  sync(groups: readonly TargetGroup[]): void {
    const { environment, config } = this.#options;
    const { metrics } = environment;
    const startMs = performance.now();
    const found = this.#build(groups);
    const kept = new Set<string>();
    for (const target of found) {
      const existing = this.#entries.get(target.key);
      kept.add(target.key);
      if (existing) existing.target.discovered = target.discovered;
      else this.#entries.set(target.key, { target, loop: this.#loop(target) });
    }
    for (const [key, { loop }] of this.#entries) {
      if (kept.has(key)) continue;
      this.#entries.delete(key);
      void loop.stop();
    }
    metrics.targets.labels(config.job_name).set(this.#entries.size);
    this.#applyTargetLimit();
    const seconds = (performance.now() - startMs) / 1000;
    metrics.syncLength.labels(config.job_name).observe(seconds);
    metrics.syncLengthHistogram.labels(config.job_name).observe(seconds);
    metrics.syncs.labels(config.job_name).inc();
  }

  /** Restarts all loops with another configuration. What they know of their series is kept where it still holds. */
  async reload(change: PoolChange): Promise<void> {
    const startMs = performance.now();
    const reusable = stateKey(this.#options.config) === stateKey(change.config);
    const oldClient = this.#options.client;
    this.#options = { ...this.#options, ...change };
    const { environment, config } = this.#options;
    environment.metrics.poolReloads.inc();
    environment.metrics.targetLimit.labels(config.job_name).set(config.target_limit);
    await Promise.all([...this.#entries.values()].map((entry) => this.#restart(entry, reusable)));
    this.#applyTargetLimit();
    await oldClient.close();
    environment.metrics.reloadLength
      .labels(`${config.scrape_interval / 1000}s`)
      .observe((performance.now() - startMs) / 1000);
  }

  /** The job is gone: loops end, and their series are marked stale later. */
  async stop(): Promise<void> {
    removeJob(this.#options.environment.metrics, this.config.job_name);
    await Promise.all([...this.#entries.values()].map(({ loop }) => loop.stop()));
    this.#entries.clear();
    await this.#options.client.close();
  }

  /** The server ends. */
  async abort(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ loop }) => loop.abort()));
    await this.#options.client.close();
  }

  setFailureLog(failureLog: PoolOptions['failureLog']): void {
    this.#options = { ...this.#options, failureLog };
  }

  #loop(target: Target, state?: TargetState): ScrapeLoop {
    const { environment, storage, config, client, offsetSeed, log } = this.#options;
    const loop = new ScrapeLoop({
      environment,
      config,
      target,
      state: state ?? new TargetState(storage, target, config, environment.texts),
      client,
      offsetSeed,
      log: log.with({ target: target.url }),
      failureLog: (failed, error) => this.#options.failureLog?.(failed, error),
    });
    loop.start();
    return loop;
  }

  /** The new loop begins when the old one has ended its scrape, so that only one writes to the state. */
  async #restart(entry: Entry, reusable: boolean): Promise<void> {
    let state: TargetState | undefined;
    if (reusable) state = await entry.loop.handOver();
    else await entry.loop.stop();
    // The target may be gone by now.
    if (this.#entries.get(entry.target.key) === entry) entry.loop = this.#loop(entry.target, state);
    else state?.close();
  }

  #build(groups: readonly TargetGroup[]): Target[] {
    const { config, environment, log } = this.#options;
    const targets: Target[] = [];
    this.#dropped = [];
    this.#droppedCount = 0;
    for (const group of groups) {
      group.targets.forEach((labels, index) => {
        try {
          const discovered = discoveredLabels(config, labels, group.labels);
          const final = targetLabels(config, discovered);
          if (final) targets.push(new Target(final, discovered, config));
          else this.#drop(discovered);
        } catch (error) {
          const place = `instance ${index} in group ${group.source}`;
          log.error('Creating target failed', { err: `${place}: ${(error as Error).message}` });
          environment.metrics.syncFailed.labels(config.job_name).inc();
        }
      });
    }
    return targets;
  }

  #drop(discovered: LabelSet): void {
    const kept = this.config.keep_dropped_targets;
    this.#droppedCount++;
    if (kept === 0 || this.#dropped.length < kept) this.#dropped.push(discovered);
  }

  #applyTargetLimit(): void {
    const limit = this.config.target_limit;
    const count = this.#entries.size;
    let error: Error | undefined;
    if (limit > 0 && count > limit) {
      this.#options.environment.metrics.exceededTargetLimit.inc();
      error = new Error(`target_limit exceeded (number of targets: ${count}, limit: ${limit})`);
    }
    for (const { loop } of this.#entries.values()) loop.setForcedError(error);
  }
}

/** Equal for configurations under which the same line of a target becomes the same series. */
function stateKey(config: ScrapeConfig): string {
  return JSON.stringify([
    config.honor_labels,
    config.honor_timestamps,
    config.track_timestamps_staleness,
    config.metric_name_validation_scheme,
    config.extra_scrape_metrics,
    config.label_limit,
    config.label_name_length_limit,
    config.label_value_length_limit,
    config.scrape_native_histograms,
    config.always_scrape_classic_histograms,
    config.convert_classic_histograms_to_nhcb,
    config.metric_relabel_configs.map((rule) => ({ ...rule, regex: rule.regex.source })),
  ]);
}
