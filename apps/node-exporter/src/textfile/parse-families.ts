// A text exposition as families: what the files of the textfile folder hold. The samples of a histogram or
// summary are gathered into one metric for each set of labels.
import {
  type Bucket,
  EntryKind,
  type FamilyType,
  KnownLines,
  type Metric,
  type MetricFamily,
  TextParser,
} from '@prometheus-ts/exposition';
import { CodedError, type LabelSet, METRIC_NAME } from '@prometheus-ts/model';

interface Parts {
  readonly labels: readonly string[];
  value: number;
  count: number;
  sum: number;
  readonly buckets: Bucket[];
  readonly quantiles: { quantile: number; value: number }[];
}

interface Growing {
  readonly name: string;
  type: FamilyType | undefined;
  help: string | undefined;
  /** By labels without `le` and `quantile`; numbers are never joined, so that duplicates stay visible. */
  readonly groups: Map<string, Parts>;
}

/** Throws CodedError with line and column where the text is malformed. */
export function parseFamilies(body: Buffer): MetricFamily[] {
  if (body.length > 0 && body[body.length - 1] !== 0x0a) {
    throw new CodedError('exposition-syntax', 'unexpected end of input stream', {
      hint: 'the last line has no newline; write to a temporary file and rename it, so that no half file is read',
    });
  }
  const families = new Map<string, Growing>();
  const parser = new TextParser(new KnownLines());
  parser.start(body, body.length);
  const words = new DataView(new ArrayBuffer(8));
  for (;;) {
    switch (parser.next()) {
      case EntryKind.end:
        return [...families.values()].filter(({ groups }) => groups.size > 0).map(finish);
      case EntryKind.help:
        addHelp(family(families, parser.familyName()), parser.text());
        break;
      case EntryKind.type:
        addType(family(families, parser.familyName()), parser.metricType());
        break;
      case EntryKind.series: {
        if (parser.hasTimestamp) {
          throw new CodedError('unsupported_timestamp', 'contains unsupported client-side timestamps', {
            hint: 'remove the number behind the value',
            place: { series: parser.labels().metricName },
          });
        }
        words.setInt32(0, parser.valueHigh);
        words.setInt32(4, parser.valueLow);
        addSample(families, parser.labels(), words.getFloat64(0));
        break;
      }
    }
  }
}

function family(families: Map<string, Growing>, name: string): Growing {
  let found = families.get(name);
  if (found === undefined) {
    found = { name, type: undefined, help: undefined, groups: new Map() };
    families.set(name, found);
  }
  return found;
}

function addHelp(target: Growing, text: string): void {
  if (target.help !== undefined) {
    throw new CodedError(
      'exposition-syntax',
      `second HELP line for metric name ${JSON.stringify(target.name)}`,
    );
  }
  target.help = text;
}

function addType(target: Growing, type: string): void {
  if (target.type !== undefined || target.groups.size > 0) {
    throw new CodedError(
      'exposition-syntax',
      `second TYPE line for metric name ${JSON.stringify(target.name)}, or TYPE reported after samples`,
    );
  }
  target.type = type === 'unknown' ? 'untyped' : (type as FamilyType);
}

/** The family that a series of this name belongs to: its own, or that of the histogram or summary around it. */
function ownerOf(families: Map<string, Growing>, name: string): Growing {
  if (!families.has(name)) {
    const [, base, suffix] = /^(.+)_(count|sum|bucket)$/.exec(name) ?? [];
    const around = base === undefined ? undefined : families.get(base);
    if (around?.type === 'histogram' || (around?.type === 'summary' && suffix !== 'bucket')) return around;
  }
  return family(families, name);
}

function addSample(families: Map<string, Growing>, labelSet: LabelSet, value: number): void {
  const name = labelSet.metricName;
  const owner = ownerOf(families, name);
  owner.type ??= 'untyped';
  const bound = owner.type === 'histogram' ? 'le' : owner.type === 'summary' ? 'quantile' : undefined;
  const labels: string[] = [];
  const { pairs } = labelSet;
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] !== METRIC_NAME && pairs[i] !== bound) labels.push(pairs[i]!, pairs[i + 1]!);
  }
  const key = bound === undefined ? String(owner.groups.size) : labels.join('\xff');
  let parts = owner.groups.get(key);
  if (parts === undefined) {
    parts = { labels, value, count: 0, sum: 0, buckets: [], quantiles: [] };
    owner.groups.set(key, parts);
  }
  if (bound === undefined) return;
  const suffix = name.slice(owner.name.length);
  if (suffix === '_count') parts.count = value;
  else if (suffix === '_sum') parts.sum = value;
  else if (suffix === '_bucket') {
    parts.buckets.push({ upperBound: boundOf(labelSet, 'le', name), cumulativeCount: value });
  } else if (bound === 'quantile') {
    parts.quantiles.push({ quantile: boundOf(labelSet, 'quantile', name), value });
  }
}

function boundOf(labels: LabelSet, label: string, series: string): number {
  const text = labels.get(label);
  const bound = text === '+Inf' ? Number.POSITIVE_INFINITY : text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(bound)) {
    throw new CodedError(
      'exposition-syntax',
      `expected float as value for '${label}' label, got ${JSON.stringify(text)}`,
      { place: { series } },
    );
  }
  return bound;
}

function finish(growing: Growing): MetricFamily {
  const groups = [...growing.groups.values()];
  const names = new Set(groups.flatMap(({ labels }) => labels.filter((_, i) => i % 2 === 0)));
  const metrics = groups.map((parts): Metric => {
    const labels = withAllNames(parts.labels, names);
    const { count, sum, quantiles } = parts;
    if (growing.type === 'summary') {
      return { labels, count, sum, quantiles: quantiles.sort((a, b) => a.quantile - b.quantile) };
    }
    if (growing.type === 'histogram') {
      return { labels, count, sum, buckets: parts.buckets.sort((a, b) => a.upperBound - b.upperBound) };
    }
    return { labels, value: parts.value };
  });
  const help = growing.help === undefined ? {} : { help: growing.help };
  return { name: growing.name, type: growing.type ?? 'untyped', ...help, metrics } as MetricFamily;
}

/** All metrics of a family have the same label names; those that one lacks are empty there. */
function withAllNames(labels: readonly string[], names: ReadonlySet<string>): readonly string[] {
  if (labels.length === names.size * 2) return labels;
  const missing = [...names].filter((name) => !labels.some((text, i) => i % 2 === 0 && text === name));
  return [...labels, ...missing.flatMap((name) => [name, ''])];
}
