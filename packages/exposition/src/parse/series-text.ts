// From the offsets of names and values in a line to a label set, with upstream's unescaping, its float text for
// `le` and `quantile`, and its refusal of a name that stands twice.
import {
  CodedError,
  compareStrings,
  LabelSet,
  METRIC_NAME,
  type MetricType,
  parseGoFloat,
} from '@prometheus-ts/model';
import { formatOpenMetricsFloat } from '../float-text.ts';
import { decodeAscii, decodeText, isAscii } from './byte-text.ts';

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
  const parsed = parseGoFloat(value);
  return parsed === undefined ? value : formatOpenMetricsFloat(parsed);
}

/**
 * The set of these labels; empty values drop out.
 * @param pairs `[name, value, name, value, …]`, sorted in place
 */
export function labelSetOf(pairs: string[]): LabelSet {
  // Insertion sort: most expositions have their few labels sorted already.
  for (let i = 2; i < pairs.length; i += 2) {
    const name = pairs[i]!;
    const value = pairs[i + 1]!;
    let at = i;
    for (; at > 0 && compareStrings(pairs[at - 2]!, name) > 0; at -= 2) {
      pairs[at] = pairs[at - 2]!;
      pairs[at + 1] = pairs[at - 1]!;
    }
    pairs[at] = name;
    pairs[at + 1] = value;
  }
  let hasEmpty = false;
  for (let i = 0; i < pairs.length; i += 2) {
    if (i > 0 && pairs[i - 2] === pairs[i]) {
      throw new CodedError('label-not-unique', `label name "${pairs[i]}" is not unique: invalid sample`, {
        hint: 'the target exposes a series with the same label twice; mend the exporter',
      });
    }
    hasEmpty ||= pairs[i + 1] === '';
  }
  if (!hasEmpty) return new LabelSet(pairs);
  return new LabelSet(pairs.filter((_, index) => pairs[index | 1] !== ''));
}

function isMetadataLabel(pairs: readonly string[], length: number, name: string): boolean {
  for (let i = 0; i < length; i += 2) if (pairs[i] === name) return true;
  return false;
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
  // ASCII lines are decoded once and cut up.
  const first = Math.min(offsets[0]!, offsets[2] ?? offsets[0]!);
  const last = Math.max(offsets[1]!, offsets[offsets.length - 1]!);
  const line = isAscii(bytes, first, last) ? decodeAscii(bytes, first, last) : undefined;
  const isPlain = line !== undefined && !line.includes('\\');
  const slice = (start: number, end: number) => {
    if (line === undefined) return unescapeLabel(decodeText(bytes, start, end));
    const text = line.slice(start - first, end - first);
    return isPlain ? text : unescapeLabel(text);
  };
  const pairs = [METRIC_NAME, slice(offsets[0]!, offsets[1]!)];
  if (withMetadata && type !== 'unknown') pairs.push('__type__', type);
  if (withMetadata && unit !== '') pairs.push('__unit__', unit);
  const metadataLength = pairs.length;
  for (let i = 2; i < offsets.length; i += 4) {
    const name = slice(offsets[i]!, offsets[i + 1]!);
    if (withMetadata && isMetadataLabel(pairs, metadataLength, name)) continue;
    const value = slice(offsets[i + 2]!, offsets[i + 3]!);
    pairs.push(name, normalizeFloatLabel(type, name, value));
  }
  return labelSetOf(pairs);
}

/** The labels of an exemplar, escapes left as they are, which is how upstream stores them. */
export function readExemplarLabels(bytes: Uint8Array, offsets: readonly number[]): LabelSet {
  const pairs: string[] = [];
  for (let i = 0; i < offsets.length; i += 2) pairs.push(decodeText(bytes, offsets[i]!, offsets[i + 1]!));
  return labelSetOf(pairs);
}
