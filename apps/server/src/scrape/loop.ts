// The life of one target: wait for the slot, fetch, append, report, commit, again. What goes wrong with one
// target stays there. A failed scrape marks the target's series stale and writes `up 0`.
//
// A loop that ends because its target is gone waits a little more than two intervals, in case the target comes
// back in another loop, and then marks its series stale; one that ends at shutdown writes nothing.
import type { LinePool } from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import { type Clock, CodedError, type Timer } from '@prometheus-ts/model';
import type { ScrapeConfig } from '../config/types.ts';
import { acceptHeader, mediaType } from './accept.ts';
import { type AppendCounts, BodyAppender, finishScrape, markDisappeared } from './body-appender.ts';
import type { BodyBuffers } from './body-buffers.ts';
import { expositionOf } from './content-type.ts';
import { BODY_SIZE_LIMIT, type ScrapeClient } from './http-scrape-client.ts';
import type { ScrapeMetrics } from './metrics.ts';
import { offsetMs, Schedule, type ScheduleOptions } from './schedule.ts';
import type { Target } from './target.ts';
import type { TargetState } from './target-state.ts';

/** What loops of one server share. */
export interface LoopEnvironment {
  readonly clock: Clock;
  readonly metrics: ScrapeMetrics;
  readonly buffers: BodyBuffers;
  /** What targets expose alike, kept once. */
  readonly texts: LinePool;
  readonly schedule: ScheduleOptions;
}

export interface LoopOptions {
  readonly environment: LoopEnvironment;
  readonly config: ScrapeConfig;
  readonly target: Target;
  readonly state: TargetState;
  readonly client: ScrapeClient;
  readonly offsetSeed: bigint;
  readonly log: Logger;
  /** Told of each failed scrape, where the configuration names a log for them. */
  readonly failureLog: ((target: Target, error: Error) => void) | undefined;
}

const NOTHING: AppendCounts = {
  scraped: 0,
  added: 0,
  seriesAdded: 0,
  outOfOrder: 0,
  duplicates: 0,
  outOfBounds: 0,
};

export class ScrapeLoop {
  readonly #options: LoopOptions;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #shutdown = new AbortController();
  #schedule: Schedule | undefined;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #markAtEnd = true;
  #forcedError: Error | undefined;
  #lastStartMs = 0;
  #lastBodyBytes = 0;

  constructor(options: LoopOptions) {
    const { config, target } = options;
    this.#options = options;
    this.#intervalMs = target.intervalMs;
    this.#timeoutMs = target.timeoutMs;
    this.#headers = {
      Accept: acceptHeader(config.scrape_protocols, config.metric_name_escaping_scheme),
      'Accept-Encoding': config.enable_compression ? 'gzip' : 'identity',
      'X-Prometheus-Scrape-Timeout-Seconds': String(this.#timeoutMs / 1000),
    };
  }

  /** Begins at the target's next slot. */
  start(): void {
    const { environment, target, offsetSeed } = this.#options;
    const nowMs = environment.clock.nowMs();
    const delayMs = offsetMs(nowMs, this.#intervalMs, target.hash, offsetSeed);
    this.#schedule = new Schedule(nowMs + delayMs, this.#intervalMs, environment.schedule);
    this.#timer = environment.clock.after(delayMs, () => this.#tick());
  }

  /** Scrapes fail with this error, without a request, until it is taken back. */
  setForcedError(error: Error | undefined): void {
    this.#forcedError = error;
  }

  /** Ends the loop and hands over its state; series are not marked. Resolves when no scrape runs. */
  async handOver(): Promise<TargetState> {
    this.#markAtEnd = false;
    await this.stop();
    return this.#options.state;
  }

  /** Ends the loop because its target is gone; its series are marked later. Resolves when no scrape runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
    if (this.#markAtEnd) this.#scheduleEnd();
  }

  /** Ends the loop with the server: a running request is given up, nothing more is written. */
  async abort(): Promise<void> {
    this.#markAtEnd = false;
    this.#stopped = true;
    this.#timer?.cancel();
    this.#shutdown.abort();
    await this.#running;
    this.#options.state.close();
  }

  #tick(): void {
    this.#running = this.#scrape()
      .catch((error: unknown) => this.#options.log.error('Scrape failed unexpectedly', { err: error }))
      .finally(() => {
        this.#running = undefined;
        if (this.#stopped) return;
        const { clock } = this.#options.environment;
        this.#timer = clock.after(this.#schedule!.delayMs(clock.nowMs()), () => this.#tick());
      });
  }

  async #scrape(): Promise<void> {
    const { environment, config, state, target } = this.#options;
    const timeMs = this.#schedule!.begin(environment.clock.nowMs());
    const startMs = performance.now();
    this.#observeInterval(startMs);
    const result = await this.#attempt(timeMs);
    if (this.#shutdown.signal.aborted) {
      state.appender.rollback();
      return;
    }
    const durationSeconds = (performance.now() - startMs) / 1000;
    target.report({ startMs: timeMs, durationSeconds, error: result.error });
    state.report.append(state.appender, timeMs, {
      up: result.error === undefined,
      durationSeconds,
      ...result.counts,
      timeoutSeconds: this.#timeoutMs / 1000,
      sampleLimit: config.sample_limit,
      bodyBytes: result.bodyBytes,
    });
    state.appender.commit();
    if (config.extra_scrape_metrics) {
      environment.metrics.scrapeDuration.observe((performance.now() - startMs) / 1000);
    }
  }

  /** Fetches and appends, without report and commit. Whatever fails leaves only staleness markers. */
  async #attempt(
    timeMs: number,
  ): Promise<{ error: Error | undefined; counts: AppendCounts; bodyBytes: number }> {
    if (this.#forcedError) {
      this.#appendNothing(timeMs);
      return { error: this.#forcedError, counts: NOTHING, bodyBytes: 0 };
    }
    const { environment, config, target, client, log } = this.#options;
    const buffer = environment.buffers.take(this.#lastBodyBytes);
    let counts = NOTHING;
    let bodyBytes = 0;
    try {
      const response = await client.fetch(
        {
          url: target.url,
          headers: this.#headers,
          timeoutMs: this.#timeoutMs,
          bodyLimitBytes: config.body_size_limit,
          signal: this.#shutdown.signal,
        },
        buffer,
      );
      bodyBytes = response.length;
      if (bodyBytes > 0) this.#lastBodyBytes = bodyBytes;
      counts = { ...NOTHING };
      await this.#appendBody(timeMs, buffer.bytes, bodyBytes, response.contentType, counts);
      return { error: undefined, counts, bodyBytes };
    } catch (caught) {
      const error = caught instanceof Error ? caught : new Error(String(caught));
      log.debug('Scrape failed', { err: error });
      this.#options.failureLog?.(target, error);
      if (error instanceof CodedError && error.code === BODY_SIZE_LIMIT) {
        environment.metrics.exceededBodySizeLimit.inc();
        bodyBytes = -1;
      }
      this.#options.state.appender.rollback();
      this.#appendNothing(timeMs);
      return { error, counts, bodyBytes };
    } finally {
      environment.buffers.give(buffer);
    }
  }

  /** @param counts filled in as far as the body was read */
  async #appendBody(
    timeMs: number,
    body: Uint8Array,
    length: number,
    contentType: string,
    counts: AppendCounts,
  ): Promise<void> {
    if (length === 0) {
      this.#appendNothing(timeMs);
      return;
    }
    const { environment, config, target, state, log } = this.#options;
    const exposition = expositionOf(contentType, mediaType(config.fallback_scrape_protocol));
    if (exposition.note !== undefined) log.debug('Invalid content type on scrape', { err: exposition.note });
    const parser = state.parserFor(exposition.type);
    parser.start(body, length);
    const appender = new BodyAppender(
      config,
      target,
      state.cache,
      parser,
      state.appender,
      timeMs,
      environment.clock.nowMs(),
    );
    try {
      while (!appender.run()) await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
      this.#countFailure(error);
      throw error;
    } finally {
      parser.release();
      Object.assign(counts, appender.counts);
      this.#countRejected(appender.counts);
    }
    finishScrape(state.cache, state.known, true);
    target.metadata.evict(state.cache.scrape);
  }

  /** A failed scrape is an empty one: all series that were there are marked stale. */
  #appendNothing(timeMs: number): void {
    const { state, environment } = this.#options;
    markDisappeared(state.cache, state.appender, timeMs);
    if (finishScrape(state.cache, state.known, false)) environment.metrics.cacheFlushForced.inc();
  }

  #observeInterval(startMs: number): void {
    const { metrics } = this.#options.environment;
    if (this.#lastStartMs > 0) {
      const seconds = (startMs - this.#lastStartMs) / 1000;
      const interval = this.#options.target.intervalText;
      metrics.intervalLength.labels(interval).observe(seconds);
      metrics.intervalLengthHistogram.labels(interval).observe(seconds);
    }
    this.#lastStartMs = startMs;
  }

  #countFailure(error: unknown): void {
    const { metrics } = this.#options.environment;
    const code = error instanceof CodedError ? error.code : '';
    if (code === 'sample-limit') metrics.exceededSampleLimit.inc();
    if (code === 'label-limit') metrics.exceededLabelLimits.inc();
  }

  #countRejected(counts: AppendCounts): void {
    const { environment, log } = this.#options;
    const { metrics } = environment;
    const kinds = [
      [counts.outOfOrder, metrics.outOfOrder, 'Error on ingesting out-of-order samples'],
      [
        counts.duplicates,
        metrics.duplicateTimestamp,
        'Error on ingesting samples with different value but same timestamp',
      ],
      [
        counts.outOfBounds,
        metrics.outOfBounds,
        'Error on ingesting samples that are too old or are too far into the future',
      ],
    ] as const;
    for (const [count, metric, message] of kinds) {
      if (count === 0) continue;
      metric.inc(count);
      log.warn(message, { num_dropped: count });
    }
  }

  /** Waits for the two slots after the end, and a tenth of an interval more. */
  #scheduleEnd(): void {
    const { environment, state } = this.#options;
    const { clock } = environment;
    if (this.#lastStartMs === 0) {
      state.close();
      return;
    }
    const intervalMs = this.#intervalMs;
    this.#timer = clock.after(this.#schedule!.delayMs(clock.nowMs()), () => {
      const staleMs = clock.nowMs();
      this.#timer = clock.after(intervalMs + Math.floor(intervalMs / 10), () => this.#markEnd(staleMs));
    });
  }

  #markEnd(timeMs: number): void {
    const { state } = this.#options;
    this.#appendNothing(timeMs);
    state.report.appendStale(state.appender, timeMs);
    state.appender.commit();
    state.close();
  }
}
