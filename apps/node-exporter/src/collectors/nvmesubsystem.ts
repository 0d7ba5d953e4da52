// NVMe subsystems and the paths by which their namespaces can be reached.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isSystemError, listFolder, readTrimmed } from '../files.ts';
import { gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const INFO = gauge('node_nvmesubsystem_info', 'Names and policy of the subsystem.', [
  'subsystem',
  'nqn',
  'model',
  'serial',
  'iopolicy',
]);
const NAMESPACE = gauge('node_nvmesubsystem_namespace_info', 'Namespaces of the subsystem.', [
  'subsystem',
  'device',
]);
const PATHS = gauge('node_nvmesubsystem_paths', 'Paths to the subsystem.', ['subsystem']);
const LIVE = gauge('node_nvmesubsystem_paths_live', 'Paths to the subsystem that work.', ['subsystem']);
const STATE = gauge('node_nvmesubsystem_path_state', 'The state in force is 1, the others are 0.', [
  'subsystem',
  'controller',
  'transport',
  'state',
]);

const STATES = ['connecting', 'dead', 'deleting', 'live', 'new', 'resetting', 'unknown'];

export const nvmesubsystem: CollectorDefinition = {
  name: 'nvmesubsystem',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('class/nvme-subsystem');
      for (const name of listSubsystems(root)) {
        if (name.startsWith('nvme-subsys')) addSubsystem(sink, name, `${root}/${name}`);
      }
    },
  }),
};

function listSubsystems(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isSystemError(error)) throw new NoData('no NVMe subsystems');
    throw error;
  }
}

function addSubsystem(sink: MetricSink, name: string, folder: string): void {
  const about = ['subsysnqn', 'model', 'serial', 'iopolicy'].map((file) => readTrimmed(`${folder}/${file}`));
  sink.add(INFO, 1, name, ...about);
  let paths = 0;
  let live = 0;
  for (const entry of listFolder(folder)) {
    if (/^nvme\d+n\d+$/.test(entry)) sink.add(NAMESPACE, 1, name, entry);
    if (!/^nvme\d+$/.test(entry)) continue;
    const state = knownState(readTrimmed(`${folder}/${entry}/state`));
    const transport = readTrimmed(`${folder}/${entry}/transport`);
    for (const each of STATES) sink.add(STATE, each === state ? 1 : 0, name, entry, transport, each);
    paths += 1;
    if (state === 'live') live += 1;
  }
  sink.add(PATHS, paths, name);
  sink.add(LIVE, live, name);
}

function knownState(text: string): string {
  if (text === 'deleting (no IO)') return 'deleting';
  return STATES.includes(text) ? text : 'unknown';
}
