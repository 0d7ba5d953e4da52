// All groups. Every change goes through `push`, `fail` and `delete`, one after the other, so that the consistency
// index, the bounds and whoever listens (persistence) see each of them whole.
import type { FamilyType, MetricFamily } from '@prometheus-ts/exposition';
import type { Clock } from '@prometheus-ts/model';
import type { GroupingKey } from '../push/grouping-key.ts';
import { ConsistencyIndex, InconsistentPushError } from './consistency.ts';
import { completeFamily, completeLabels, Group, PUSH_FAILURE_TIME, PUSH_TIME } from './group.ts';

/** A push that is refused: `message` is upstream's where upstream has one. */
export class RefusedPushError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedPushError';
  }
}

export interface Push {
  readonly key: GroupingKey;
  readonly families: ReadonlyMap<string, MetricFamily>;
  /** PUT: families that are not in the push go. */
  readonly replace: boolean;
  readonly check: boolean;
  readonly pusher: { readonly address: string; readonly method: string };
  /** Overrides the store's; 0 for never. */
  readonly ttlMs?: number;
}

export interface StoreOptions {
  readonly clock: Clock;
  /** Names and types of the Pushgateway's own metrics. */
  readonly ownTypes: ReadonlyMap<string, FamilyType>;
  readonly ttlMs: number;
  readonly limits: StoreLimits;
  readonly onExpire?: (group: Group) => void;
  /** Called after each change: the group as it is now, or only its key when it is gone. */
  readonly onChange?: (key: GroupingKey, group: Group | undefined) => void;
}

export interface StoreLimits {
  readonly groups: number;
  readonly seriesPerGroup: number;
  readonly labelBytes: number;
}

export const DEFAULT_LIMITS: StoreLimits = {
  groups: 1_000_000,
  seriesPerGroup: 1_000_000,
  labelBytes: 64 * 1024,
};

export class GroupStore {
  readonly #options: StoreOptions;
  readonly #groups = new Map<string, Group>();
  readonly #index: ConsistencyIndex;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#index = new ConsistencyIndex(options.ownTypes);
  }

  get index(): ConsistencyIndex {
    return this.#index;
  }

  get size(): number {
    return this.#groups.size;
  }

  /** In no particular order. */
  groups(): IterableIterator<Group> {
    return this.#groups.values();
  }

  group(key: string): Group | undefined {
    return this.#groups.get(key);
  }

  /** Throws RefusedPushError or InconsistentPushError; the group then has its time of failure renewed. */
  push(push: Push): void {
    const group = this.#groups.get(push.key.text) ?? new Group(push.key);
    const families = [...push.families.values()]
      .filter(({ name }) => name !== PUSH_TIME && name !== PUSH_FAILURE_TIME)
      .map((family) => completeFamily(family, push.key));
    try {
      this.#checkBounds(group, families);
      if (families.some(({ metrics }) => metrics.some(({ timestampMs }) => timestampMs !== undefined))) {
        throw new RefusedPushError('pushed metrics must not have timestamps');
      }
      const replaced = new Set(push.replace ? group.families.keys() : push.families.keys());
      if (push.check) {
        this.#index.check(group, timesOf(group), new Set([PUSH_TIME, PUSH_FAILURE_TIME]));
        this.#index.check(group, families, replaced);
      }
    } catch (error) {
      this.#fail(group, push);
      throw error;
    }
    const nowMs = this.#options.clock.nowMs();
    if (push.replace) for (const name of [...group.families.keys()]) this.#removeFamily(group, name);
    for (const family of families) {
      this.#removeFamily(group, family.name);
      group.families.set(family.name, { family, timestampMs: nowMs });
      this.#index.add(group, family);
    }
    group.pushedAtMs = nowMs;
    group.ttlMs = push.ttlMs ?? this.#options.ttlMs;
    group.remember({ ...push.pusher, timeMs: nowMs, failed: false });
    this.#stamp(group, nowMs);
  }

  /** Whether there was such a group. */
  delete(key: GroupingKey): boolean {
    const group = this.#groups.get(key.text);
    if (!group) return false;
    for (const name of [...group.families.keys()]) this.#removeFamily(group, name);
    this.#groups.delete(key.text);
    this.#options.onChange?.(key, undefined);
    return true;
  }

  /** Puts a group back as it was; for loading. */
  restore(group: Group): void {
    this.#groups.set(group.key.text, group);
    for (const { family } of group.families.values()) this.#index.add(group, family);
  }

  /** Forgets the groups whose time is over. */
  expire(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const group of this.#groups.values()) {
      if (group.expiresAtMs === undefined || group.expiresAtMs > nowMs) continue;
      this.delete(group.key);
      this.#options.onExpire?.(group);
    }
  }

  #fail(group: Group, push: Push): void {
    // The time of failure of a group that is told from another only by an empty label would itself be a clash.
    if (!this.#groups.has(group.key.text) && this.#clashes(group)) return;
    if (!this.#groups.has(group.key.text) && this.#groups.size >= this.#options.limits.groups) return;
    const nowMs = this.#options.clock.nowMs();
    group.failedAtMs = nowMs;
    group.remember({ ...push.pusher, timeMs: nowMs, failed: true });
    this.#stamp(group, nowMs);
  }

  #clashes(group: Group): boolean {
    const [time] = timesOf(group);
    return this.#index.ownerOf(PUSH_TIME, time!.metrics[0]!.labels) !== undefined;
  }

  #stamp(group: Group, nowMs: number): void {
    for (const name of [PUSH_TIME, PUSH_FAILURE_TIME]) this.#removeFamily(group, name, true);
    group.stampTimes(nowMs);
    for (const name of [PUSH_TIME, PUSH_FAILURE_TIME])
      this.#index.add(group, group.families.get(name)!.family);
    this.#groups.set(group.key.text, group);
    this.#options.onChange?.(group.key, group);
  }

  #removeFamily(group: Group, name: string, onlyFromIndex = false): void {
    const stored = group.families.get(name);
    if (!stored) return;
    // The two times are always in the index while the group has them.
    this.#index.remove(group, stored.family);
    if (!onlyFromIndex) group.families.delete(name);
  }

  #checkBounds(group: Group, families: readonly MetricFamily[]): void {
    const { limits } = this.#options;
    if (!this.#groups.has(group.key.text) && this.#groups.size >= limits.groups) {
      throw new RefusedPushError(
        `there are ${limits.groups} groups already, which is the limit; delete some first`,
      );
    }
    let series = 0;
    for (const { name, metrics } of families) {
      series += metrics.length;
      for (const { labels } of metrics) {
        let bytes = name.length;
        for (const text of labels) bytes += text.length;
        if (bytes > limits.labelBytes) {
          throw new RefusedPushError(
            `name and labels of a series of ${JSON.stringify(name)} are longer than ${limits.labelBytes} bytes together`,
          );
        }
      }
    }
    if (series > limits.seriesPerGroup) {
      throw new RefusedPushError(
        `a push may have ${limits.seriesPerGroup} series at most; this one has ${series}`,
      );
    }
  }
}

/** The two times of a group as families, for checking. */
function timesOf(group: Group): MetricFamily[] {
  const labels = completeLabels([], group.key);
  return [PUSH_TIME, PUSH_FAILURE_TIME].map((name) => ({
    name,
    type: 'gauge',
    metrics: [{ labels, value: 0 }],
  }));
}

export { InconsistentPushError };
