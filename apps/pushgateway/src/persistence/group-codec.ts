// A group as one line of JSON and back. JSON has no word for some floats: they are the strings "NaN", "+Inf",
// "-Inf" and "-0". What is read is trusted in nothing; docs/formats/pushgateway-persistence.md draws it.
import type { Metric, MetricFamily } from '@prometheus-ts/exposition';
import { groupingKeyOf } from '../push/grouping-key.ts';
import { Group, type Pusher, type StoredFamily } from '../store/group.ts';

/** What a line holds, copied from a group at one moment. */
export interface GroupState {
  readonly labels: readonly string[];
  readonly pushedAtMs: number;
  readonly failedAtMs: number;
  readonly ttlMs: number;
  readonly pushers: readonly Pusher[];
  readonly families: readonly StoredFamily[];
}

/** A line that is not a group; the message says what is wrong in it. */
export class GroupLineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GroupLineError';
  }
}

/** Families are never changed once stored, so that this copies no metric. */
export function captureGroup(group: Group): GroupState {
  const { pushedAtMs, failedAtMs, ttlMs, pushers } = group;
  const families = [...group.families.values()];
  return { labels: group.key.labels, pushedAtMs, failedAtMs, ttlMs, pushers, families };
}

/** What only protobuf can carry and no scrape of ours serves. */
const NOT_KEPT: ReadonlySet<string> = new Set(['native', 'exemplar', 'exemplars', 'createdMs']);

/** Without the newline. */
export function encodeGroup(state: GroupState): string {
  return JSON.stringify(state, (key, value: unknown) => {
    if (NOT_KEPT.has(key)) return undefined;
    return typeof value === 'number' ? floatOut(value) : value;
  });
}

/** Throws GroupLineError. */
export function decodeGroup(line: string): Group {
  let state: Fields;
  try {
    state = fields(JSON.parse(line), 'the line');
  } catch (error) {
    throw error instanceof GroupLineError ? error : new GroupLineError('it is not JSON');
  }
  const labels = new Map(pairs(labelList(state['labels'])));
  if (!labels.get('job')) throw new GroupLineError('the group has no label "job"');
  const group = new Group(groupingKeyOf(labels));
  group.pushedAtMs = float(state['pushedAtMs'], 'pushedAtMs');
  group.failedAtMs = float(state['failedAtMs'], 'failedAtMs');
  group.ttlMs = float(state['ttlMs'], 'ttlMs');
  group.pushers = list(state['pushers'], 'pushers').map(decodePusher);
  for (const entry of list(state['families'], 'families')) {
    const stored = fields(entry, 'a family');
    const family = decodeFamily(fields(stored['family'], 'a family'));
    group.families.set(family.name, { family, timestampMs: float(stored['timestampMs'], 'timestampMs') });
  }
  return group;
}

type Fields = Readonly<Record<string, unknown>>;

function decodePusher(value: unknown): Pusher {
  const { address, timeMs, method, failed } = fields(value, 'a pusher');
  return {
    address: string(address, 'address'),
    timeMs: float(timeMs, 'timeMs'),
    method: string(method, 'method'),
    failed: failed === true,
  };
}

function decodeFamily(family: Fields): MetricFamily {
  const base = {
    name: string(family['name'], 'name'),
    ...(family['help'] === undefined ? {} : { help: string(family['help'], 'help') }),
    ...(family['unit'] === undefined ? {} : { unit: string(family['unit'], 'unit') }),
  };
  const metrics = list(family['metrics'], 'metrics').map((metric) => fields(metric, 'a metric'));
  const { type } = family;
  switch (type) {
    case 'counter':
    case 'gauge':
    case 'untyped':
      return { ...base, type, metrics: metrics.map((metric) => decodeMetric(metric, ['value'])) };
    case 'summary':
      return {
        ...base,
        type,
        metrics: metrics.map((metric) => ({
          ...decodeMetric<'count' | 'sum'>(metric, ['count', 'sum']),
          quantiles: list(metric['quantiles'], 'quantiles').map((quantile) =>
            floats<'quantile' | 'value'>(fields(quantile, 'a quantile'), ['quantile', 'value']),
          ),
        })),
      };
    case 'histogram':
    case 'gaugehistogram':
      return {
        ...base,
        type,
        metrics: metrics.map((metric) => ({
          ...decodeMetric<'count' | 'sum'>(metric, ['count', 'sum']),
          buckets: list(metric['buckets'], 'buckets').map((bucket) =>
            floats<'upperBound' | 'cumulativeCount'>(fields(bucket, 'a bucket'), [
              'upperBound',
              'cumulativeCount',
            ]),
          ),
        })),
      };
    default:
      throw new GroupLineError(`there is no type ${JSON.stringify(type)}`);
  }
}

function decodeMetric<Name extends string>(
  metric: Fields,
  names: readonly Name[],
): Pick<Metric, 'labels'> & Record<Name, number> {
  return { labels: labelList(metric['labels']), ...floats(metric, names) };
}

function floats<Name extends string>(from: Fields, names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, float(from[name], name)])) as Record<Name, number>;
}

const WORDS = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

function floatOut(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return value;
  return value > 0 ? '+Inf' : '-Inf';
}

function float(value: unknown, name: string): number {
  const number = typeof value === 'string' ? WORDS.get(value) : value;
  if (typeof number !== 'number') throw new GroupLineError(`${JSON.stringify(name)} is not a number`);
  return number;
}

function string(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new GroupLineError(`${JSON.stringify(name)} is not a text`);
  return value;
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new GroupLineError(`${JSON.stringify(name)} is not a list`);
  return value;
}

function fields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GroupLineError(`${what} is not an object`);
  }
  return value as Fields;
}

function labelList(value: unknown): readonly string[] {
  const labels = list(value, 'labels').map((text) => string(text, 'labels'));
  if (labels.length % 2 !== 0) throw new GroupLineError('a label has no value');
  return labels;
}

function pairs(labels: readonly string[]): [string, string][] {
  const made: [string, string][] = [];
  for (let i = 0; i < labels.length; i += 2) made.push([labels[i]!, labels[i + 1]!]);
  return made;
}
