// Statistics of ZFS, its pools and their datasets, from /proc/spl/kstat/zfs.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isSystemError, listFolder, readText, tryListFolder } from '../files.ts';
import { gauge, MetricCache, untyped } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseKstat, parsePoolIo } from '../proc/kstat.ts';

/** Files and the prefixes of their metrics. */
const FILES: readonly (readonly [file: string, prefix: string])[] = [
  ['abdstats', 'zfs_abd'],
  ['arcstats', 'zfs_arc'],
  ['dbufstats', 'zfs_dbuf'],
  ['dmu_tx', 'zfs_dmu_tx'],
  ['dnodestats', 'zfs_dnode'],
  ['fm', 'zfs_fm'],
  ['vdev_cache_stats', 'zfs_vdev_cache'],
  ['vdev_mirror_stats', 'zfs_vdev_mirror'],
  ['xuio_stats', 'zfs_xuio'],
  ['zfetchstats', 'zfs_zfetch'],
  ['zil', 'zfs_zil'],
];

const STATE = gauge('node_zfs_zpool_state', 'The state in force is 1, the others are 0.', ['zpool', 'state']);
const STATES = ['online', 'degraded', 'faulted', 'offline', 'removed', 'unavail', 'suspended'];

export const zfs: CollectorDefinition = {
  name: 'zfs',
  enabledByDefault: true,
  platforms: ['linux'],
  create({ paths }) {
    const root = paths.proc('spl/kstat/zfs');
    const numbers = new MetricCache((name) => untyped(`node_${name}`, `Statistic ${name} of ZFS.`));
    const pools = new MetricCache((name) =>
      untyped(`node_zfs_zpool_${name}`, `Statistic ${name} of the pool.`, ['zpool']),
    );
    const datasets = new MetricCache((name) =>
      untyped(`node_zfs_zpool_dataset_${name}`, `Statistic ${name} of the dataset.`, ['zpool', 'dataset']),
    );
    const addPool = (sink: MetricSink, pool: string): void => {
      for (const file of tryListFolder(`${root}/${pool}`)) {
        if (file === 'io') {
          const io = parsePoolIo(readText(`${root}/${pool}/io`));
          for (const [name, value] of io) sink.add(pools.get(metricName(name)), value, pool);
        } else if (file.startsWith('objset-')) {
          const { values, datasetName } = parseKstat(readText(`${root}/${pool}/${file}`), file);
          for (const { name, value, isSigned } of values) {
            if (!isSigned) sink.add(datasets.get(metricName(name)), value, pool, datasetName);
          }
        } else if (file === 'state') {
          const state = readText(`${root}/${pool}/state`).trim().toLowerCase();
          for (const each of STATES) sink.add(STATE, each === state ? 1 : 0, pool, each);
        }
      }
    };
    return {
      update(sink) {
        const entries = listEntries(root);
        for (const [file, prefix] of FILES) {
          if (!entries.includes(file)) continue;
          for (const { name, value } of parseKstat(readText(`${root}/${file}`), file).values) {
            sink.add(numbers.get(`${prefix}_${metricName(name)}`), value);
          }
        }
        // Pools are the folders.
        for (const entry of entries) if (!FILES.some(([file]) => file === entry)) addPool(sink, entry);
      },
    };
  },
};

function listEntries(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isSystemError(error)) throw new NoData('no ZFS');
    throw error;
  }
}

/** The part behind the last dot. */
function metricName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replaceAll('-', '_');
}
