// One group: everything pushed under one grouping key, family by family, and who pushed it.
import {
  encodeFamilies,
  type Format,
  type Metric,
  type MetricFamily,
  TEXT_1_0_0,
  textHeader,
} from '@prometheus-ts/exposition';
import { compareStrings } from '@prometheus-ts/model';
import type { GroupingKey } from '../push/grouping-key.ts';

export const PUSH_TIME = 'push_time_seconds';
export const PUSH_FAILURE_TIME = 'push_failure_time_seconds';
const HELP: Readonly<Record<string, string>> = {
  [PUSH_TIME]: 'Last Unix time when changing this group in the Pushgateway succeeded.',
  [PUSH_FAILURE_TIME]: 'Last Unix time when changing this group in the Pushgateway failed.',
};

/** A family as it is stored: labels complete and sorted. */
export interface StoredFamily {
  readonly family: MetricFamily;
  /** When it was pushed, milliseconds. */
  readonly timestampMs: number;
}

export interface Pusher {
  readonly address: string;
  readonly timeMs: number;
  readonly method: string;
  readonly failed: boolean;
}

/** How many of the last pushers a group remembers. */
const REMEMBERED_PUSHERS = 5;

export class Group {
  readonly key: GroupingKey;
  readonly families = new Map<string, StoredFamily>();
  /** Newest first. */
  pushers: readonly Pusher[] = [];
  /** When the last accepted push came, milliseconds; 0 for none. */
  pushedAtMs = 0;
  failedAtMs = 0;
  /** How long after the last accepted push the group is forgotten; 0 for never. */
  ttlMs = 0;

  constructor(key: GroupingKey) {
    this.key = key;
  }

  get lastPushSucceeded(): boolean {
    return this.pushedAtMs >= this.failedAtMs;
  }

  /** Milliseconds since the epoch, or undefined where the group stays. */
  get expiresAtMs(): number | undefined {
    return this.ttlMs > 0 && this.pushedAtMs > 0 ? this.pushedAtMs + this.ttlMs : undefined;
  }

  remember(pusher: Pusher): void {
    this.pushers = [pusher, ...this.pushers].slice(0, REMEMBERED_PUSHERS);
  }

  /** Renews the two families that say when a push succeeded and failed last. */
  stampTimes(nowMs: number): void {
    for (const [name, timeMs] of [
      [PUSH_TIME, this.pushedAtMs],
      [PUSH_FAILURE_TIME, this.failedAtMs],
    ] as const) {
      const metric = { labels: completeLabels([], this.key), value: timeMs / 1000 };
      const family: MetricFamily = { name, help: HELP[name]!, type: 'gauge', metrics: [metric] };
      const known = this.families.get(name);
      const unchanged = known?.family.type === 'gauge' && known.family.metrics[0]?.value === metric.value;
      if (!unchanged) this.families.set(name, { family, timestampMs: nowMs });
    }
  }
}

/**
 * The labels of a metric as they are stored: the grouping key wins over what was pushed, `instance` is always
 * there (empty when nobody gave one, so that a scrape with honor_labels does not add its own), sorted by name.
 */
export function completeLabels(pushed: readonly string[], key: GroupingKey): readonly string[] {
  const labels = new Map<string, string>([['instance', '']]);
  for (let i = 0; i < pushed.length; i += 2) labels.set(pushed[i]!, pushed[i + 1]!);
  for (let i = 0; i < key.labels.length; i += 2) labels.set(key.labels[i]!, key.labels[i + 1]!);
  return [...labels.keys()].sort(compareStrings).flatMap((name) => [name, labels.get(name)!]);
}

/** A family as it is stored in the group of `key`. */
export function completeFamily(family: MetricFamily, key: GroupingKey): MetricFamily {
  const complete = <M extends Metric>(metrics: readonly M[]): M[] =>
    metrics.map((metric) => ({ ...metric, labels: completeLabels(metric.labels, key) }));
  switch (family.type) {
    case 'summary':
      return { ...family, metrics: complete(family.metrics) };
    case 'histogram':
    case 'gaugehistogram':
      return { ...family, metrics: complete(family.metrics) };
    default:
      return { ...family, metrics: complete(family.metrics) };
  }
}

/** Names as they are: `textHeader`, whose length is cut off, does not escape either. */
const UNESCAPED_TEXT: Format = { ...TEXT_1_0_0, escaping: 'allow-utf-8' };

/** The lines of a family in the text format without HELP and TYPE, made once for each stored family. */
const encodedLines = new WeakMap<MetricFamily, Buffer>();

export function linesOf(family: MetricFamily): Buffer {
  let lines = encodedLines.get(family);
  if (!lines) {
    const encoded = Buffer.from(encodeFamilies([family], UNESCAPED_TEXT));
    lines = encoded.subarray(Buffer.byteLength(textHeader(family)));
    encodedLines.set(family, lines);
  }
  return lines;
}
