// NVMe controllers and their namespaces.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, listFolder, readTrimmed, readUint, tryReadTrimmed } from '../files.ts';
import { gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const INFO = gauge('node_nvme_info', 'Names and state of the controller.', [
  'device',
  'firmware_revision',
  'model',
  'serial',
  'state',
  'cntlid',
]);
const NAMESPACE = ['device', 'nsid'];
const NAMESPACE_INFO = gauge('node_nvme_namespace_info', 'State of the path to the namespace.', [
  'device',
  'nsid',
  'ana_state',
]);
const CAPACITY = gauge('node_nvme_namespace_capacity_bytes', 'Capacity of the namespace.', NAMESPACE);
const SIZE = gauge('node_nvme_namespace_size_bytes', 'Size of the namespace.', NAMESPACE);
const USED = gauge('node_nvme_namespace_used_bytes', 'Part of the namespace in use.', NAMESPACE);
const BLOCK_SIZE = gauge(
  'node_nvme_namespace_logical_block_size_bytes',
  'Size of a logical block.',
  NAMESPACE,
);

export const nvme: CollectorDefinition = {
  name: 'nvme',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('class/nvme');
      for (const device of listControllers(root)) {
        const folder = `${root}/${device}`;
        const values = ['firmware_rev', 'model', 'serial', 'state', 'cntlid'];
        sink.add(INFO, 1, device, ...values.map((file) => readTrimmed(`${folder}/${file}`)));
        for (const entry of listFolder(folder)) {
          const id = /nvme\d+n(\d+)/.exec(entry)?.[1];
          if (id !== undefined) addNamespace(sink, device, id, `${folder}/${entry}`);
        }
      }
    },
  }),
};

function addNamespace(sink: MetricSink, device: string, id: string, folder: string): void {
  const used = readUint(`${folder}/nuse`);
  const size = readUint(`${folder}/size`);
  const blockSize = readUint(`${folder}/queue/logical_block_size`);
  sink.add(NAMESPACE_INFO, 1, device, id, tryReadTrimmed(`${folder}/ana_state`) ?? 'unknown');
  sink.add(CAPACITY, size * blockSize, device, id);
  sink.add(SIZE, size * blockSize, device, id);
  sink.add(USED, used * blockSize, device, id);
  sink.add(BLOCK_SIZE, blockSize, device, id);
}

function listControllers(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isMissing(error)) throw new NoData('no NVMe controllers');
    throw error;
  }
}
