// The series that every target gets besides its own: whether it answered, how long that took, what came.
import {
  type Appender,
  AppendOutcome,
  LabelSet,
  METRIC_NAME,
  type SeriesRef,
  STALE_HIGH,
  STALE_LOW,
} from '@prometheus-ts/model';

export interface ScrapeFigures {
  readonly up: boolean;
  readonly durationSeconds: number;
  /** Samples in the body. */
  readonly scraped: number;
  /** Samples left after metric relabelling. */
  readonly added: number;
  readonly seriesAdded: number;
  readonly timeoutSeconds: number;
  readonly sampleLimit: number;
  /** Uncompressed; -1 where body_size_limit was passed, 0 after other failures. */
  readonly bodyBytes: number;
}

const METRICS: readonly { name: string; extra: boolean; value: (figures: ScrapeFigures) => number }[] = [
  { name: 'up', extra: false, value: (figures) => (figures.up ? 1 : 0) },
  { name: 'scrape_duration_seconds', extra: false, value: (figures) => figures.durationSeconds },
  { name: 'scrape_samples_scraped', extra: false, value: (figures) => figures.scraped },
  { name: 'scrape_samples_post_metric_relabeling', extra: false, value: (figures) => figures.added },
  { name: 'scrape_series_added', extra: false, value: (figures) => figures.seriesAdded },
  { name: 'scrape_timeout_seconds', extra: true, value: (figures) => figures.timeoutSeconds },
  { name: 'scrape_sample_limit', extra: true, value: (figures) => figures.sampleLimit },
  { name: 'scrape_body_size_bytes', extra: true, value: (figures) => figures.bodyBytes },
];

const value = new Float64Array(1);
const words = new Int32Array(value.buffer);

/** Appends the report of each scrape of one target. */
export class ReportSeries {
  readonly #labels: LabelSet[];
  readonly #refs: SeriesRef[];

  /** @param extra whether the three extra metrics are wanted */
  constructor(target: LabelSet, extra: boolean) {
    this.#labels = METRICS.filter((metric) => extra || !metric.extra).map((metric) =>
      reportLabels(metric.name, target),
    );
    this.#refs = this.#labels.map(() => 0);
  }

  append(appender: Appender, timeMs: number, figures: ScrapeFigures): void {
    for (let i = 0; i < this.#labels.length; i++) {
      value[0] = METRICS[i]!.value(figures);
      this.#append(appender, i, timeMs, words[0]!, words[1]!);
    }
  }

  /** The target is gone. */
  appendStale(appender: Appender, timeMs: number): void {
    for (let i = 0; i < this.#labels.length; i++) this.#append(appender, i, timeMs, STALE_LOW, STALE_HIGH);
  }

  /**
   * Rejections are left alone: a target that went away and came back has written these series already.
   */
  #append(appender: Appender, i: number, timeMs: number, low: number, high: number): void {
    if (this.#refs[i] === 0) this.#refs[i] = appender.series(this.#labels[i]!);
    if (appender.append(this.#refs[i]!, timeMs, low, high) !== AppendOutcome.unknownSeries) return;
    this.#refs[i] = appender.series(this.#labels[i]!);
    appender.append(this.#refs[i]!, timeMs, low, high);
  }
}

function reportLabels(name: string, target: LabelSet): LabelSet {
  return LabelSet.from({ ...target.toRecord(), [METRIC_NAME]: name });
}
