// Energy that packages, cores and memory used, from the powercap class.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, isSystemError, listFolder, readUint, tryReadTrimmed } from '../files.ts';
import { counter, MetricCache, sanitizeMetricName } from '../metric.ts';

const JOULES = counter('node_rapl_joules_total', 'Energy that the zone used.', [
  'index',
  'path',
  'rapl_zone',
]);

export const rapl: CollectorDefinition = {
  name: 'rapl',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.rapl.enable-zone-label',
      kind: 'bool',
      help: 'Put the name of the zone into a label rather than into the name of the metric.',
    },
  ],
  create({ paths, flags }) {
    const withLabel = flags.bool('collector.rapl.enable-zone-label');
    const metrics = new MetricCache((zone) =>
      counter(`node_rapl_${sanitizeMetricName(zone)}_joules_total`, `Energy that ${zone} used.`, [
        'index',
        'path',
      ]),
    );
    return {
      update(sink) {
        try {
          for (const { name, index, path } of zones(paths.sys('class/powercap'))) {
            const joules = readUint(`${path}/energy_uj`) / 1e6;
            if (withLabel) sink.add(JOULES, joules, String(index), path, name);
            else sink.add(metrics.get(name), joules, String(index), path);
          }
        } catch (error) {
          if (isMissing(error)) throw new NoData('no powercap zones');
          if (isSystemError(error) && error.code === 'EACCES')
            throw new NoData('energy may be read by root only');
          throw error;
        }
      },
    };
  },
};

/** Zones with a number that tells those of one name apart: `package-1` carries it, others are counted. */
function zones(folder: string): { name: string; index: number; path: string }[] {
  const uses = new Map<string, number>();
  return listFolder(folder).flatMap((entry) => {
    const path = `${folder}/${entry}`;
    const full = tryReadTrimmed(`${path}/name`);
    if (full === undefined) return [];
    const numbered = /^([^-]*)-(\d+)$/.exec(full);
    const name = numbered?.[1] ?? full;
    const index = numbered === null ? (uses.get(name) ?? 0) : Number(numbered[2]);
    uses.set(name, index + 1);
    return [{ name, index, path }];
  });
}
