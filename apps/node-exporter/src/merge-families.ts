// Joins what the collectors of a scrape gave into one exposition: one family a name, sorted by name, no series
// twice. What upstream's registry would refuse is left out here and told to the caller, the rest is served.
import type { Metric, MetricFamily } from '@prometheus-ts/exposition';

/** @param refused is told in plain words what was left out */
export function mergeFamilies(
  sources: readonly (readonly MetricFamily[])[],
  refused: (reason: string) => void,
): MetricFamily[] {
  const byName = new Map<string, MetricFamily>();
  for (const families of sources) {
    for (const family of families) {
      const known = byName.get(family.name);
      if (known === undefined) {
        byName.set(family.name, family);
      } else if (known.type !== family.type) {
        refused(`metric ${family.name} is a ${known.type} and a ${family.type}: the latter is left out`);
      } else {
        byName.set(family.name, { ...known, metrics: [...known.metrics, ...family.metrics] } as MetricFamily);
      }
    }
  }
  const merged = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return merged.map((family) => withoutDuplicates(family, refused));
}

function withoutDuplicates(family: MetricFamily, refused: (reason: string) => void): MetricFamily {
  const metrics: readonly Metric[] = family.metrics;
  if (metrics.length < 2) return family;
  const seen = new Set<string>();
  for (let i = 0; i < metrics.length; i++) seen.add(identity(metrics[i]!));
  if (seen.size === metrics.length) return family;
  const kept = metrics.filter((metric) => seen.delete(identity(metric)));
  refused(`metric ${family.name} was collected before with the same label values: the later one is left out`);
  return { ...family, metrics: kept } as MetricFamily;
}

/** Equal exactly for metrics of the same labels in the same order, which is how collectors add them. */
function identity(metric: Metric): string {
  const { labels } = metric;
  if (labels.length === 2) return labels[1]!;
  return labels.join('\xff');
}
