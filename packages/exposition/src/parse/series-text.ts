// From the offsets of names and values in a line to a label set, with upstream's unescaping, its float text for
// `le` and `quantile`, and its refusal of a name that stands twice.
import { CodedError, compareStrings, LabelSet, METRIC_NAME, type MetricType } from '@prometheus-ts/model';
import { formatOpenMetricsFloat } from '../float-text.ts';
import { decodeText } from './byte-text.ts';
import { parseFloatText } from './decimal.ts';

const ESCAPES = /\\["\\n]/g;

/** Undoes `\"`, `\\` and `\n`; a backslash before anything else stands for itself. */
export function unescapeLabel(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPES, (found) => (found === '\\n' ? '\n' : found[1]!));
}

/** The same for help texts, where quotes need no escape. */
export function unescapeHelp(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\[\\n]/g, (found) => (found === '\\n' ? '\n' : '\\'));
}

/** Bucket bounds of histograms and quantiles of summaries in OpenMetrics float text: `1` becomes `1.0`. */
export function normalizeFloatLabel(type: MetricType, name: string, value: string): string {
  if (!((type === 'summary' && name === 'quantile') || (type === 'histogram' && name === 'le'))) return value;
  const parsed = parseFloatText(value);
  return 'value' in parsed ? formatOpenMetricsFloat(parsed.value) : value;
}

/**
 * Builds the label set of a series.
 * @param names `[metric name, '', label, value, label, value, …]` unescaped
 */
export function labelSetOf(pairs: readonly (readonly [string, string])[]): LabelSet {
  const sorted = pairs.toSorted((a, b) => compareStrings(a[0], b[0]));
  const flat: string[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const [name, value] = sorted[i]!;
    if (i > 0 && sorted[i - 1]![0] === name) {
      throw new CodedError('label-not-unique', `label name "${name}" is not unique: invalid sample`, {
        hint: 'the target exposes a series with the same label twice; mend the exporter',
      });
    }
    if (value !== '') flat.push(name, value);
  }
  return new LabelSet(flat);
}

/**
 * @param offsets start and end of the metric name, then of each label name and value, in `bytes`
 * @param type what the last TYPE line said
 * @param unit '' for none; only used with `withMetadata`
 * @param withMetadata adds `__type__` and `__unit__` in place of labels of those names
 */
export function readLabels(
  bytes: Uint8Array,
  offsets: readonly number[],
  type: MetricType,
  unit: string,
  withMetadata: boolean,
): LabelSet {
  const pairs: [string, string][] = [];
  const metadata = new Map<string, string>();
  metadata.set(METRIC_NAME, unescapeLabel(decodeText(bytes, offsets[0]!, offsets[1]!)));
  if (withMetadata && type !== 'unknown') metadata.set('__type__', type);
  if (withMetadata && unit !== '') metadata.set('__unit__', unit);
  pairs.push(...metadata);
  for (let i = 2; i < offsets.length; i += 4) {
    const name = unescapeLabel(decodeText(bytes, offsets[i]!, offsets[i + 1]!));
    if (withMetadata && metadata.has(name)) continue;
    const value = unescapeLabel(decodeText(bytes, offsets[i + 2]!, offsets[i + 3]!));
    pairs.push([name, normalizeFloatLabel(type, name, value)]);
  }
  return labelSetOf(pairs);
}
