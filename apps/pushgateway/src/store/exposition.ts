// What a scrape sees: the families of all groups put together by name, sorted. Families and series that contradict
// others (pushed while the check was off) are left out and counted; the rest is served.
import type { FamilyType, MetricFamily } from '@prometheus-ts/exposition';
import { compareStrings } from '@prometheus-ts/model';
import type { Group } from './group.ts';
import type { GroupStore } from './group-store.ts';

export interface LeftOut {
  readonly name: string;
  readonly group: Group;
  readonly reason: string;
}

export interface MergedFamily {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string | undefined;
  /** In the order of the groups' keys. */
  readonly parts: readonly MetricFamily[];
}

/**
 * @param standardHelp help texts of our own metrics, which win over pushed ones
 * @param leaveOut told of every family or part of one that is not served
 */
export function mergeFamilies(
  store: GroupStore,
  standardHelp: ReadonlyMap<string, string>,
  leaveOut: (what: LeftOut) => void,
): MergedFamily[] {
  const groups = [...store.groups()].sort((a, b) => compareStrings(a.key.text, b.key.text));
  const byName = new Map<string, { type: FamilyType; help: string | undefined; parts: MetricFamily[] }>();
  for (const group of groups) {
    for (const [name, { family }] of group.families) {
      let merged = byName.get(name);
      if (!merged) {
        merged = { type: store.index.typeOf(name), help: standardHelp.get(name) ?? family.help, parts: [] };
        byName.set(name, merged);
      }
      const part = servedPart(store, group, family, merged.type, leaveOut);
      if (part) merged.parts.push(part);
    }
  }
  const names = [...byName.keys()].sort(compareStrings);
  return names.map((name) => ({ name, ...byName.get(name)! })).filter(({ parts }) => parts.length > 0);
}

function servedPart(
  store: GroupStore,
  group: Group,
  family: MetricFamily,
  type: FamilyType,
  leaveOut: (what: LeftOut) => void,
): MetricFamily | undefined {
  const { name } = family;
  if (family.type !== type) {
    leaveOut({ name, group, reason: `its type is ${family.type}, but most groups push it as ${type}` });
    return undefined;
  }
  const whole = store.index.wholeOf(name);
  if (whole !== undefined) {
    leaveOut({
      name,
      group,
      reason: `the summary or histogram ${JSON.stringify(whole)} is served under this name`,
    });
    return undefined;
  }
  if (!store.index.isContested) return family;
  const seen = new Set<string>();
  const isServed = ({ labels }: { labels: readonly string[] }): boolean =>
    store.index.owns(group, name, labels) && seen.size < seen.add(labels.join('\xff')).size;
  const served = (family.metrics as readonly { labels: readonly string[] }[]).filter(isServed);
  if (served.length === family.metrics.length) return family;
  leaveOut({ name, group, reason: 'the same series is there already' });
  // The types of the three kinds of metrics are told apart by the family's type, which stays.
  return served.length > 0 ? ({ ...family, metrics: served } as unknown as MetricFamily) : undefined;
}
