// One endpoint: its labels, its URL, and how its last scrape went. A target lives as long as its labels and
// URL stay the same; reloads that do not touch it keep it, its loop and its phase.
import { CodedError, formatGoDuration, type LabelSet, parseDuration } from '@prometheus-ts/model';
import type { Hint } from '../api/hint.ts';
import type { ScrapeConfig } from '../config/types.ts';
import { fnv1a64 } from './fnv.ts';
import { MetadataStore } from './metadata-store.ts';
import {
  ADDRESS,
  METRICS_PATH,
  PARAMETER_PREFIX,
  RESERVED_PREFIX,
  SCHEME,
  SCRAPE_INTERVAL,
  SCRAPE_TIMEOUT,
} from './target-labels.ts';
import { formatTargetUrl } from './target-url.ts';

export type TargetHealth = 'unknown' | 'up' | 'down';

/** How a scrape ended. */
export interface ScrapeReport {
  readonly startMs: number;
  readonly durationSeconds: number;
  /** Undefined for a good scrape. */
  readonly error: Error | undefined;
}

export class Target {
  /** All labels, the reserved ones included. */
  readonly labels: LabelSet;
  /** What its series carry. */
  readonly publicLabels: LabelSet;
  readonly url: string;
  /** Equal exactly for targets that are the same one. */
  readonly key: string;
  readonly metadata = new MetadataStore();
  /** Labels before relabelling, by the newest configuration and discovery. */
  discovered: LabelSet;
  health: TargetHealth = 'unknown';
  lastError: Error | undefined;
  /** Milliseconds, 0 before the first scrape. */
  lastScrapeMs = 0;
  lastDurationSeconds = 0;

  constructor(labels: LabelSet, discovered: LabelSet, config: ScrapeConfig) {
    this.labels = labels;
    this.publicLabels = labels.filter((name) => !name.startsWith(RESERVED_PREFIX));
    this.discovered = discovered;
    this.url = urlOf(labels, config);
    this.key = `${labels.key}\xff\xff${this.url}`;
  }

  /** 64 bits that place the target's slot within its interval. */
  get hash(): bigint {
    return fnv1a64(this.key);
  }

  /** Advice on the last error. */
  get lastHint(): Hint | undefined {
    const error = this.lastError;
    if (!(error instanceof CodedError) || error.hint === undefined) return undefined;
    return { code: error.code, text: error.hint };
  }

  get intervalMs(): number {
    return parseDuration(this.labels.get(SCRAPE_INTERVAL));
  }

  /** As Go prints it, for the labels of metrics. */
  get intervalText(): string {
    return formatGoDuration(this.intervalMs);
  }

  get timeoutMs(): number {
    return parseDuration(this.labels.get(SCRAPE_TIMEOUT));
  }

  report(report: ScrapeReport): void {
    this.health = report.error ? 'down' : 'up';
    this.lastError = report.error;
    this.lastScrapeMs = report.startMs;
    this.lastDurationSeconds = report.durationSeconds;
  }
}

function urlOf(labels: LabelSet, config: ScrapeConfig): string {
  const parameters = new Map([...config.params].map(([name, values]) => [name, [...values]]));
  for (let i = 0; i < labels.pairs.length; i += 2) {
    const name = labels.pairs[i]!;
    if (!name.startsWith(PARAMETER_PREFIX)) continue;
    const key = name.slice(PARAMETER_PREFIX.length);
    const values = parameters.get(key);
    if (values && values.length > 0) values[0] = labels.pairs[i + 1]!;
    else parameters.set(key, [labels.pairs[i + 1]!]);
  }
  return formatTargetUrl({
    scheme: labels.get(SCHEME),
    host: labels.get(ADDRESS),
    path: labels.get(METRICS_PATH),
    parameters,
  });
}
