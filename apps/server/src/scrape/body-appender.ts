// One exposition body into storage: parse, look up or create the series, append, count. Works in slices, so
// that a first scrape with very many new series lets the event loop breathe; the transaction stays one.
//
// Known lines cost no allocation. New lines get the target's labels, metric relabelling, the checks and a
// series number, and are remembered by the parser beside their bytes.
import { EntryKind, type ExpositionParser, type KnownLines } from '@prometheus-ts/exposition';
import {
  type Appender,
  AppendOutcome,
  CodedError,
  formatLabelSet,
  isValidLabelName,
  isValidMetricName,
  type LabelSet,
  METRIC_NAME,
  type NameScheme,
  type SeriesRef,
  STALE_HIGH,
  STALE_LOW,
} from '@prometheus-ts/model';
import { relabel } from '@prometheus-ts/relabel';
import type { ScrapeConfig } from '../config/types.ts';
import { addTargetLabels, checkLabelLimits, type LabelLimits } from './sample-labels.ts';
import type { SeriesCache } from './series-cache.ts';
import type { Target } from './target.ts';

/** Samples further ahead of now than this are refused. */
const MAX_AHEAD_MS = 10 * 60_000;
/** New series in one slice of work: some milliseconds. */
const NEW_SERIES_PER_SLICE = 500;
/** Known lines in one slice. */
const LINES_PER_SLICE = 50_000;

export interface AppendCounts {
  /** Samples in the body, dropped ones included. */
  scraped: number;
  /** Samples left after relabelling, rejected ones included. */
  added: number;
  /** Lines never seen before whose sample went in. */
  seriesAdded: number;
  outOfOrder: number;
  duplicates: number;
  outOfBounds: number;
}

export class BodyAppender {
  readonly counts: AppendCounts = {
    scraped: 0,
    added: 0,
    seriesAdded: 0,
    outOfOrder: 0,
    duplicates: 0,
    outOfBounds: 0,
  };
  readonly #config: ScrapeConfig;
  readonly #target: Target;
  readonly #cache: SeriesCache;
  readonly #parser: ExpositionParser;
  readonly #appender: Appender;
  readonly #timeMs: number;
  readonly #maxTimeMs: number;
  readonly #limits: LabelLimits;
  #attempts = 0;
  #overSampleLimit = false;
  #newInSlice = 0;

  /**
   * @param nowMs wall clock, for the bound on the future
   * @param timeMs the time of samples without one of their own
   */
  constructor(
    config: ScrapeConfig,
    target: Target,
    cache: SeriesCache,
    parser: ExpositionParser,
    appender: Appender,
    timeMs: number,
    nowMs: number,
  ) {
    this.#config = config;
    this.#target = target;
    this.#cache = cache;
    this.#parser = parser;
    this.#appender = appender;
    this.#timeMs = timeMs;
    this.#maxTimeMs = nowMs + MAX_AHEAD_MS;
    this.#limits = {
      count: config.label_limit,
      nameLength: config.label_name_length_limit,
      valueLength: config.label_value_length_limit,
    };
  }

  /**
   * Works off a slice of the body that the parser was started with.
   * @returns whether the body has been read to its end
   * @throws CodedError for what fails the whole scrape: syntax, a limit, an invalid series
   */
  run(): boolean {
    const parser = this.#parser;
    this.#newInSlice = 0;
    for (let lines = 0; lines < LINES_PER_SLICE && this.#newInSlice < NEW_SERIES_PER_SLICE; lines++) {
      const kind = parser.next();
      switch (kind) {
        case EntryKind.series:
          this.#series();
          break;
        case EntryKind.type:
        case EntryKind.help:
        case EntryKind.unit:
          this.#metadata(kind);
          break;
        case EntryKind.end:
          this.#end();
          return true;
      }
    }
    return false;
  }

  #metadata(kind: EntryKind): void {
    const parser = this.#parser;
    const { metadata } = this.#target;
    const scrape = this.#cache.scrape;
    if (parser.known >= 0 && metadata.see(parser.known, scrape)) return;
    const family = metadata.family(parser.familyName(), scrape);
    if (kind === EntryKind.type) metadata.setType(family, parser.metricType());
    else if (kind === EntryKind.help) metadata.setHelp(family, parser.text());
    else metadata.setUnit(family, parser.text());
    parser.remember(family);
  }

  #series(): void {
    const parser = this.#parser;
    const cache = this.#cache;
    this.counts.scraped++;
    const explicit = this.#config.honor_timestamps && parser.hasTimestamp;
    const timeMs = explicit ? parser.timestampMs : this.#timeMs;
    const entry = parser.known;
    if (entry < 0) {
      this.#newSeries(timeMs, explicit);
      return;
    }
    const again = cache.see(entry);
    if (cache.isDropped(entry)) return;
    if (again && !explicit) {
      this.counts.duplicates++;
      this.counts.added++;
      return;
    }
    const low = parser.valueLow;
    const high = parser.valueHigh;
    if (this.#passesLimits(timeMs)) {
      let outcome = this.#appender.append(cache.ref(entry), timeMs, low, high);
      if (outcome === AppendOutcome.unknownSeries) {
        cache.setRef(entry, this.#appender.series(this.#labels()!));
        outcome = this.#appender.append(cache.ref(entry), timeMs, low, high);
      }
      if (outcome === AppendOutcome.appended) {
        if (!explicit || this.#config.track_timestamps_staleness) cache.track(entry);
      } else this.#rejected(outcome);
    }
    this.counts.added++;
  }

  #newSeries(timeMs: number, explicit: boolean): void {
    const parser = this.#parser;
    const cache = this.#cache;
    this.#newInSlice++;
    const labels = this.#labels();
    if (labels === undefined) {
      parser.remember(cache.addDropped());
      return;
    }
    this.#check(labels);
    if (this.#passesLimits(timeMs)) {
      const ref: SeriesRef = this.#appender.series(labels);
      const outcome = this.#appender.append(ref, timeMs, parser.valueLow, parser.valueHigh);
      if (outcome === AppendOutcome.appended) {
        const entry = cache.addSeries(ref);
        parser.remember(entry);
        if (!explicit || this.#config.track_timestamps_staleness) cache.track(entry);
        if (!this.#overSampleLimit) this.counts.seriesAdded++;
      } else this.#rejected(outcome);
    }
    this.counts.added++;
  }

  /** The labels to store the current line under; undefined where relabelling drops it. */
  #labels(): LabelSet | undefined {
    const exposed = this.#parser.labels();
    const labels = addTargetLabels(exposed, this.#target.publicLabels, this.#config.honor_labels);
    const relabelled = relabel(
      labels,
      this.#config.metric_relabel_configs,
      this.#config.metric_name_validation_scheme,
    );
    return relabelled === undefined || relabelled.size === 0 ? undefined : relabelled;
  }

  #check(labels: LabelSet): void {
    if (!labels.has(METRIC_NAME)) {
      throw new CodedError('metric-name-missing', `missing metric name (${METRIC_NAME} label)`, {
        hint: 'metric_relabel_configs removed the name of a series; drop the series instead',
      });
    }
    if (!isStorable(labels, this.#config.metric_name_validation_scheme)) {
      throw new CodedError('series-invalid', `invalid metric name or label names: ${formatLabelSet(labels)}`);
    }
    checkLabelLimits(labels, this.#limits);
  }

  #passesLimits(timeMs: number): boolean {
    const limit = this.#config.sample_limit;
    if (limit > 0 && ++this.#attempts > limit) {
      this.#overSampleLimit = true;
      return false;
    }
    if (timeMs <= this.#maxTimeMs) return true;
    this.counts.outOfBounds++;
    return false;
  }

  #rejected(outcome: AppendOutcome): void {
    if (outcome === AppendOutcome.outOfOrder) this.counts.outOfOrder++;
    else if (outcome === AppendOutcome.duplicate) this.counts.duplicates++;
    else this.counts.outOfBounds++;
  }

  #end(): void {
    if (this.#overSampleLimit) {
      throw new CodedError('sample-limit', 'sample limit exceeded', {
        hint: `the target has ${this.counts.added} samples after relabelling and sample_limit is ${this.#config.sample_limit}: raise it, or drop series with metric_relabel_configs`,
      });
    }
    markDisappeared(this.#cache, this.#appender, this.#timeMs);
  }
}

/** Writes staleness markers for what the running scrape lacks. */
export function markDisappeared(cache: SeriesCache, appender: Appender, timeMs: number): void {
  cache.forEachDisappeared((ref) => appender.append(ref, timeMs, STALE_LOW, STALE_HIGH));
}

/** Ends the running scrape of the cache and of the parser's table of lines. */
export function finishScrape(cache: SeriesCache, known: KnownLines, complete: boolean): boolean {
  return cache.finish(complete, (entry) => known.forget(entry));
}

function isStorable(labels: LabelSet, scheme: NameScheme): boolean {
  for (let i = 0; i < labels.pairs.length; i += 2) {
    const name = labels.pairs[i]!;
    const value = labels.pairs[i + 1]!;
    if (!value.isWellFormed()) return false;
    if (!(name === METRIC_NAME ? isValidMetricName(value, scheme) : isValidLabelName(name, scheme)))
      return false;
  }
  return true;
}
