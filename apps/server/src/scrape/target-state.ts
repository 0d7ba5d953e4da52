// What a target's loop keeps between scrapes. It outlives the loop when a reload changes nothing that matters
// to it: then the next loop goes on with it and no series has to be found again.
import {
  createParser,
  type ExpositionParser,
  KnownLines,
  type LinePool,
  type MediaType,
} from '@prometheus-ts/exposition';
import type { Appendable, Appender } from '@prometheus-ts/model';
import type { ScrapeConfig } from '../config/types.ts';
import { ReportSeries } from './report-series.ts';
import { SeriesCache } from './series-cache.ts';
import type { Target } from './target.ts';

export class TargetState {
  readonly cache = new SeriesCache();
  readonly known: KnownLines;
  readonly report: ReportSeries;
  readonly appender: Appender;
  readonly #storage: Appendable;
  readonly #lane: number;
  #mediaType: MediaType | undefined;
  #parser: ExpositionParser | undefined;

  /** @param texts shared by all targets of the server */
  constructor(storage: Appendable, target: Target, config: ScrapeConfig, texts?: LinePool) {
    this.known = new KnownLines(texts);
    this.#storage = storage;
    this.#lane = storage.openLane();
    this.appender = storage.appender(this.#lane);
    this.report = new ReportSeries(target.publicLabels, config.extra_scrape_metrics);
  }

  /** The parser for bodies of this type. A target that changes its type begins with no known lines. */
  parserFor(mediaType: MediaType): ExpositionParser {
    if (this.#parser && this.#mediaType === mediaType) return this.#parser;
    this.known.clear();
    this.#mediaType = mediaType;
    // Storage takes floats: a native histogram is read by its classic parts.
    this.#parser = createParser(mediaType, this.known, { ignoreNativeHistograms: true });
    return this.#parser;
  }

  close(): void {
    this.#storage.closeLane(this.#lane);
  }
}
