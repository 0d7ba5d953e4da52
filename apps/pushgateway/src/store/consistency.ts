// Keeps the whole of all groups scrapeable: one type a family name, one owner a series, and no family whose name
// is a part of another's (`x_count` beside a summary `x`). The index follows every change, so that a push is
// checked in time proportional to its own size.
import type { FamilyType, MetricFamily } from '@prometheus-ts/exposition';
import type { Group } from './group.ts';

/** A contradiction: what, and which groups and metrics it is between. */
export class InconsistentPushError extends Error {
  readonly metric: string;

  constructor(message: string, metric: string) {
    super(message);
    this.name = 'InconsistentPushError';
    this.metric = metric;
  }
}

interface NameEntry {
  /** The groups that have a family of this name, by type. */
  readonly groups: Map<FamilyType, Set<Group>>;
}

const SUFFIXES: Readonly<Partial<Record<FamilyType, readonly string[]>>> = {
  summary: ['_count', '_sum'],
  histogram: ['_count', '_sum', '_bucket'],
  gaugehistogram: ['_count', '_sum', '_bucket'],
};
const PART_NAME = /^(.+)_(count|sum|bucket)$/s;

export class ConsistencyIndex {
  readonly #names = new Map<string, NameEntry>();
  readonly #owners = new Map<string, Group>();
  /** Who else has a series, in the order of coming; only pushes without the check get here. */
  readonly #waiting = new Map<string, Group[]>();
  /** Types of our own metrics, which pushes share the exposition with. */
  readonly #ownTypes: ReadonlyMap<string, FamilyType>;

  constructor(ownTypes: ReadonlyMap<string, FamilyType>) {
    this.#ownTypes = ownTypes;
  }

  add(group: Group, family: MetricFamily): void {
    let entry = this.#names.get(family.name);
    if (!entry) this.#names.set(family.name, (entry = { groups: new Map() }));
    const groups = entry.groups.get(family.type);
    if (groups) groups.add(group);
    else entry.groups.set(family.type, new Set([group]));
    for (const metric of family.metrics) {
      const key = seriesKey(family.name, metric.labels);
      if (!this.#owners.has(key)) this.#owners.set(key, group);
      else this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), group]);
    }
  }

  remove(group: Group, family: MetricFamily): void {
    const entry = this.#names.get(family.name)!;
    const groups = entry.groups.get(family.type)!;
    groups.delete(group);
    if (groups.size === 0) entry.groups.delete(family.type);
    if (entry.groups.size === 0) this.#names.delete(family.name);
    for (const metric of family.metrics) {
      this.#giveUp(group, seriesKey(family.name, metric.labels));
    }
  }

  /** The first who waits for the series owns it next. */
  #giveUp(group: Group, key: string): void {
    const waiting = this.#waiting.get(key) ?? NOBODY;
    const place = this.#owners.get(key) === group ? 0 : waiting.indexOf(group);
    if (place < 0) return;
    if (this.#owners.get(key) === group) {
      const next = waiting[0];
      if (next) this.#owners.set(key, next);
      else this.#owners.delete(key);
    }
    const left = waiting.toSpliced(place, 1);
    if (left.length > 0) this.#waiting.set(key, left);
    else this.#waiting.delete(key);
  }

  /** Whether some series is there more than once. */
  get isContested(): boolean {
    return this.#waiting.size > 0;
  }

  /** The type under which a name is served: the one most groups have, our own first. */
  typeOf(name: string): FamilyType {
    const own = this.#ownTypes.get(name);
    if (own) return own;
    let best: FamilyType = 'untyped';
    let most = 0;
    for (const [type, groups] of this.#names.get(name)?.groups ?? []) {
      if (groups.size > most) [best, most] = [type, groups.size];
    }
    return best;
  }

  ownerOf(name: string, labels: readonly string[]): Group | undefined {
    return this.#owners.get(seriesKey(name, labels));
  }

  owns(group: Group, name: string, labels: readonly string[]): boolean {
    return this.ownerOf(name, labels) === group;
  }

  /** Whether the name is a part of a summary or histogram that is there (`x_count` of `x`); its name if so. */
  wholeOf(name: string, except: ReadonlySet<string> = NONE): string | undefined {
    const part = PART_NAME.exec(name);
    if (!part) return undefined;
    const [, base, suffix] = part;
    if (except.has(base!)) return undefined;
    const own = this.#ownTypes.get(base!);
    const types = own ? [own] : [...(this.#names.get(base!)?.groups.keys() ?? [])];
    return types.some((type) => SUFFIXES[type]?.includes(`_${suffix}`)) ? base : undefined;
  }

  /**
   * Throws InconsistentPushError where `pushed` (labels complete) contradicts itself, another group, or our own metrics.
   * @param replaced names of families of `group` that the push replaces or removes
   */
  check(group: Group, pushed: readonly MetricFamily[], replaced: ReadonlySet<string>): void {
    const pushedTypes = new Map(pushed.map((family) => [family.name, family.type]));
    for (const family of pushed) {
      this.#checkType(group, family);
      this.#checkSeries(group, family, replaced);
      this.#checkParts(group, family, pushedTypes, replaced);
    }
  }

  #checkType(group: Group, { name, type }: MetricFamily): void {
    const own = this.#ownTypes.get(name);
    if (own && own !== type) {
      throw new InconsistentPushError(
        `metric ${quote(name)} has type ${type} in the push and type ${own} among the metrics of the Pushgateway itself; push it under another name`,
        name,
      );
    }
    for (const [otherType, groups] of this.#names.get(name)?.groups ?? []) {
      const other = [...groups].find((candidate) => candidate !== group);
      if (otherType === type || !other) continue;
      throw new InconsistentPushError(
        `metric ${quote(name)} has type ${type} in group ${describe(group)} and type ${otherType} in group ${describe(other)}; push it with one type, or delete the other group`,
        name,
      );
    }
  }

  #checkSeries(group: Group, { name, metrics }: MetricFamily, replaced: ReadonlySet<string>): void {
    const seen = new Set<string>();
    for (const { labels } of metrics) {
      const key = seriesKey(name, labels);
      if (seen.has(key)) {
        throw new InconsistentPushError(
          `metric ${quote(name)} is in the push twice with the labels ${describeLabels(labels)}`,
          name,
        );
      }
      seen.add(key);
      const owner = this.#owners.get(key);
      if (!owner || (owner === group && replaced.has(name))) continue;
      throw new InconsistentPushError(
        `metric ${quote(name)} with the labels ${describeLabels(labels)} is in group ${describe(owner)} already and was pushed to group ${describe(group)}; give the groups labels that tell them apart`,
        name,
      );
    }
  }

  #checkParts(
    group: Group,
    { name, type }: MetricFamily,
    pushedTypes: ReadonlyMap<string, FamilyType>,
    replaced: ReadonlySet<string>,
  ): void {
    const gone = this.#onlyOf(group, replaced);
    const part = PART_NAME.exec(name);
    const pushedBase = part ? pushedTypes.get(part[1]!) : undefined;
    const whole =
      part && pushedBase && SUFFIXES[pushedBase]?.includes(`_${part[2]}`)
        ? part[1]
        : this.wholeOf(name, gone);
    if (whole !== undefined) {
      throw new InconsistentPushError(
        `metric ${quote(name)} collides with the summary or histogram ${quote(whole)}, which is served as ${quote(name)} too`,
        name,
      );
    }
    for (const suffix of SUFFIXES[type] ?? []) {
      const other = name + suffix;
      if (
        pushedTypes.has(other) ||
        (this.#names.has(other) && !gone.has(other)) ||
        this.#ownTypes.has(other)
      ) {
        throw new InconsistentPushError(
          `the ${type} ${quote(name)} collides with the metric ${quote(other)}, because it is served as ${quote(other)} too`,
          name,
        );
      }
    }
  }

  /** Which of `names` nobody has once `group` gives them up. */
  #onlyOf(group: Group, names: ReadonlySet<string>): ReadonlySet<string> {
    const gone = new Set<string>();
    for (const name of names) {
      const holders = [...(this.#names.get(name)?.groups.values() ?? [])];
      if (holders.every((groups) => groups.size === 1 && groups.has(group))) gone.add(name);
    }
    return gone;
  }
}

const NONE: ReadonlySet<string> = new Set();
const NOBODY: readonly Group[] = [];

function seriesKey(name: string, labels: readonly string[]): string {
  return `${name}\xff${labels.join('\xff')}`;
}

const quote = (text: string): string => JSON.stringify(text);

/** `{job="a",instance="b"}`. */
export function describeLabels(labels: readonly string[]): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}=${quote(labels[i + 1]!)}`);
  return `{${pairs.join(',')}}`;
}

const describe = (group: Group): string => describeLabels(group.key.labels);
