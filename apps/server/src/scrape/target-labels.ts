// From what discovery found and the scrape configuration says to the final labels of a target.
import { CodedError, formatDuration, LabelSet, parseDuration, quoteGo } from '@prometheus-ts/model';
import { relabel } from '@prometheus-ts/relabel';
import type { ScrapeConfig } from '../config/types.ts';

export const ADDRESS = '__address__';
export const SCHEME = '__scheme__';
export const METRICS_PATH = '__metrics_path__';
export const SCRAPE_INTERVAL = '__scrape_interval__';
export const SCRAPE_TIMEOUT = '__scrape_timeout__';
export const PARAMETER_PREFIX = '__param_';
export const META_PREFIX = '__meta_';
/** Labels that begin so never reach storage. */
export const RESERVED_PREFIX = '__';
export const CONVERT_CLASSIC_HISTOGRAMS = '__convert_classic_histograms_to_nhcb__';
export const ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS = '__always_scrape_classic_histograms__';
export const SCRAPE_NATIVE_HISTOGRAMS = '__scrape_native_histograms__';

type Labels = Readonly<Record<string, string>>;

/** Targets that discovery found together. Each target has at least `__address__`. */
export interface TargetGroup {
  /** Where the group comes from, unique within its job. */
  readonly source: string;
  readonly targets: readonly Labels[];
  /** Labels that all targets of the group share; a target's own win. */
  readonly labels: Labels;
}

/** The labels before relabelling, as the service discovery page shows them. */
export function discoveredLabels(config: ScrapeConfig, target: Labels, group: Labels): LabelSet {
  const labels: Record<string, string> = Object.assign(Object.create(null), group, target);
  const defaults: [string, string][] = [
    ['job', config.job_name],
    [SCRAPE_INTERVAL, formatDuration(config.scrape_interval)],
    [SCRAPE_TIMEOUT, formatDuration(config.scrape_timeout)],
    [METRICS_PATH, config.metrics_path],
    [SCHEME, config.scheme],
    [CONVERT_CLASSIC_HISTOGRAMS, String(config.convert_classic_histograms_to_nhcb)],
    [ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS, String(config.always_scrape_classic_histograms)],
    [SCRAPE_NATIVE_HISTOGRAMS, String(config.scrape_native_histograms)],
  ];
  for (const [name, values] of config.params) {
    if (values.length > 0) defaults.push([PARAMETER_PREFIX + name, values[0]!]);
  }
  for (const [name, value] of defaults) if (!labels[name]) labels[name] = value;
  return LabelSet.from(labels);
}

/**
 * Relabels and completes the labels of one target.
 * @returns undefined where relabelling drops the target
 * @throws CodedError `target-invalid` when the result is no target
 */
export function targetLabels(config: ScrapeConfig, discovered: LabelSet): LabelSet | undefined {
  const labels = relabel(discovered, config.relabel_configs, config.metric_name_validation_scheme);
  if (labels === undefined || labels.size === 0) return undefined;
  const address = labels.get(ADDRESS);
  if (address === '') throw invalid('no address');
  if (address.includes('/')) throw invalid(`${quoteGo(address)} is not a valid hostname`);
  const intervalMs = positiveDuration(labels.get(SCRAPE_INTERVAL), 'scrape interval');
  const timeoutMs = positiveDuration(labels.get(SCRAPE_TIMEOUT), 'scrape timeout');
  if (timeoutMs > intervalMs) {
    const values = `${quoteGo(labels.get(SCRAPE_TIMEOUT))} > ${quoteGo(labels.get(SCRAPE_INTERVAL))}`;
    throw invalid(`scrape timeout cannot be greater than scrape interval (${values})`);
  }
  checkFlag(labels, CONVERT_CLASSIC_HISTOGRAMS, 'convert classic histograms to nhcb');
  checkFlag(labels, ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS, 'always scrape classic histograms');
  checkFlag(labels, SCRAPE_NATIVE_HISTOGRAMS, 'scrape native histograms');
  const kept = labels.filter((name) => !name.startsWith(META_PREFIX));
  for (let i = 0; i < kept.pairs.length; i += 2) {
    if (!kept.pairs[i + 1]!.isWellFormed()) {
      throw invalid(`invalid label value for ${quoteGo(kept.pairs[i]!)}: ${quoteGo(kept.pairs[i + 1]!)}`);
    }
  }
  return kept.has('instance') ? kept : kept.with('instance', address);
}

const GO_BOOLEANS = new Map(
  ['1', 't', 'T', 'TRUE', 'true', 'True']
    .map((text): [string, boolean] => [text, true])
    .concat(['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false])),
);

/** A flag that travels as a label, `fallback` where it is absent. */
export function booleanLabel(labels: LabelSet, name: string, fallback: boolean): boolean {
  return GO_BOOLEANS.get(labels.get(name)) ?? fallback;
}

function checkFlag(labels: LabelSet, name: string, description: string): void {
  const value = labels.get(name);
  if (value !== '' && !GO_BOOLEANS.has(value)) {
    const reason = `strconv.ParseBool: parsing ${quoteGo(value)}: invalid syntax`;
    throw invalid(`error parsing ${description}: ${reason}`);
  }
}

function positiveDuration(text: string, description: string): number {
  let duration: number;
  try {
    duration = parseDuration(text);
  } catch (error) {
    throw invalid(`error parsing ${description}: ${(error as Error).message}`, error);
  }
  if (duration === 0) throw invalid(`${description} cannot be 0`);
  return duration;
}

function invalid(message: string, cause?: unknown): CodedError {
  return new CodedError('target-invalid', message, { cause });
}
