// What a target's loop keeps between scrapes. It outlives the loop when a reload changes nothing that matters
// to it: then the next loop goes on with it and no series has to be found again.
import { type ExpositionParser, KnownLines, TextParser } from '@prometheus-ts/exposition';
import type { Appendable, Appender } from '@prometheus-ts/model';
import type { ScrapeConfig } from '../config/types.ts';
import { ReportSeries } from './report-series.ts';
import { SeriesCache } from './series-cache.ts';
import type { Target } from './target.ts';

export class TargetState {
  readonly cache = new SeriesCache();
  readonly known = new KnownLines();
  readonly parser: ExpositionParser;
  readonly report: ReportSeries;
  readonly appender: Appender;
  readonly #storage: Appendable;
  readonly #lane: number;

  constructor(storage: Appendable, target: Target, config: ScrapeConfig) {
    this.#storage = storage;
    this.#lane = storage.openLane();
    this.appender = storage.appender(this.#lane);
    this.parser = new TextParser(this.known);
    this.report = new ReportSeries(target.publicLabels, config.extra_scrape_metrics);
  }

  close(): void {
    this.#storage.closeLane(this.#lane);
  }
}
