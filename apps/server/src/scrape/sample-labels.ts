// From the labels that a target exposes to the labels of the stored series.
import { CodedError, compareStrings, LabelSet, METRIC_NAME, quoteGo } from '@prometheus-ts/model';

const EXPORTED_PREFIX = 'exported_';

/**
 * Adds the target's labels. Where both have a label, `honor` keeps the exposed one; otherwise the target's
 * wins and the exposed one moves to `exported_<name>` (repeated until the name is free).
 */
export function addTargetLabels(exposed: LabelSet, target: LabelSet, honor: boolean): LabelSet {
  const merged: string[] = [];
  const conflicts: [string, string][] = [];
  const a = exposed.pairs;
  const b = target.pairs;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const order = j >= b.length ? -1 : i >= a.length ? 1 : compareStrings(a[i]!, b[j]!);
    const fromExposed = order < 0 || (order === 0 && honor);
    if (fromExposed) merged.push(a[i]!, a[i + 1]!);
    else merged.push(b[j]!, b[j + 1]!);
    if (order === 0 && !honor) conflicts.push([a[i]!, a[i + 1]!]);
    if (order <= 0) i += 2;
    if (order >= 0) j += 2;
  }
  const labels = new LabelSet(merged);
  return conflicts.length === 0 ? labels : rename(labels, conflicts);
}

/** Adds the labels that lost their name to the target's, the shortest name first. */
function rename(labels: LabelSet, conflicts: [string, string][]): LabelSet {
  const record = labels.toRecord();
  conflicts.sort((a, b) => a[0].length - b[0].length);
  for (const [name, value] of conflicts) {
    let free = EXPORTED_PREFIX + name;
    while (record[free] !== undefined) free = EXPORTED_PREFIX + free;
    record[free] = value;
  }
  return LabelSet.from(record);
}

/** 0 means no limit. Lengths are in UTF-8 bytes. */
export interface LabelLimits {
  readonly count: number;
  readonly nameLength: number;
  readonly valueLength: number;
}

/** Throws CodedError `label-limit` for the first limit that the labels pass. */
export function checkLabelLimits(labels: LabelSet, limits: LabelLimits): void {
  if (limits.count === 0 && limits.nameLength === 0 && limits.valueLength === 0) return;
  const metric = truncate(labels.get(METRIC_NAME));
  if (limits.count > 0 && labels.size > limits.count) {
    throw tooBig(
      `label_limit exceeded (metric: ${metric}, number of labels: ${labels.size}, limit: ${limits.count})`,
    );
  }
  if (limits.nameLength === 0 && limits.valueLength === 0) return;
  for (let i = 0; i < labels.pairs.length; i += 2) {
    const name = labels.pairs[i]!;
    const value = labels.pairs[i + 1]!;
    const nameLength = Buffer.byteLength(name);
    if (limits.nameLength > 0 && nameLength > limits.nameLength) {
      throw tooBig(
        `label_name_length_limit exceeded (metric: ${metric}, label name: ${truncate(name)}, ` +
          `length: ${nameLength}, limit: ${limits.nameLength})`,
      );
    }
    const valueLength = Buffer.byteLength(value);
    if (limits.valueLength > 0 && valueLength > limits.valueLength) {
      throw tooBig(
        `label_value_length_limit exceeded (metric: ${metric}, label name: ${truncate(name)}, ` +
          `value: ${quoteGo(truncate(value))}, length: ${valueLength}, limit: ${limits.valueLength})`,
      );
    }
  }
}

function truncate(text: string): string {
  return [...text.slice(0, 101)].slice(0, 50).join('');
}

function tooBig(message: string): CodedError {
  return new CodedError('label-limit', message, {
    hint: 'raise the limit in the scrape configuration, or drop or shorten the label with metric_relabel_configs',
  });
}
