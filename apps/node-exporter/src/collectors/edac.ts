// Memory errors that the controllers corrected or could not correct.
import type { CollectorDefinition } from '../collector.ts';
import { readUint, tryListFolder, tryReadTrimmed, tryReadUint } from '../files.ts';
import { counter } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const CORRECTED = counter('node_edac_correctable_errors_total', 'Errors corrected by the controller.', [
  'controller',
]);
const UNCORRECTED = counter(
  'node_edac_uncorrectable_errors_total',
  'Errors that the controller could not correct.',
  ['controller'],
);
const ROW_CORRECTED = counter('node_edac_csrow_correctable_errors_total', 'Errors corrected in this row.', [
  'controller',
  'csrow',
]);
const ROW_UNCORRECTED = counter(
  'node_edac_csrow_uncorrectable_errors_total',
  'Errors in this row that could not be corrected.',
  ['controller', 'csrow'],
);
const CHANNEL = ['controller', 'csrow', 'channel', 'dimm_label'];
const CHANNEL_CORRECTED = counter(
  'node_edac_channel_correctable_errors_total',
  'Errors corrected in this channel.',
  CHANNEL,
);
const CHANNEL_UNCORRECTED = counter(
  'node_edac_channel_uncorrectable_errors_total',
  'Errors in this channel that could not be corrected.',
  CHANNEL,
);

export const edac: CollectorDefinition = {
  name: 'edac',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('devices/system/edac/mc');
      for (const name of tryListFolder(root)) {
        if (!/^mc\d/.test(name)) continue;
        const controller = name.slice('mc'.length);
        const folder = `${root}/${name}`;
        sink.add(CORRECTED, readUint(`${folder}/ce_count`), controller);
        sink.add(ROW_CORRECTED, readUint(`${folder}/ce_noinfo_count`), controller, 'unknown');
        sink.add(UNCORRECTED, readUint(`${folder}/ue_count`), controller);
        sink.add(ROW_UNCORRECTED, readUint(`${folder}/ue_noinfo_count`), controller, 'unknown');
        for (const row of tryListFolder(folder)) {
          if (/^csrow\d/.test(row)) addRow(sink, `${folder}/${row}`, controller, row.slice('csrow'.length));
        }
      }
    },
  }),
};

function addRow(sink: MetricSink, folder: string, controller: string, row: string): void {
  sink.add(ROW_CORRECTED, readUint(`${folder}/ce_count`), controller, row);
  sink.add(ROW_UNCORRECTED, readUint(`${folder}/ue_count`), controller, row);
  for (const file of tryListFolder(folder)) {
    const channel = /^ch(\d+)_ce_count$/.exec(file)?.[1];
    if (channel === undefined) continue;
    const label = dimmLabel(tryReadTrimmed(`${folder}/ch${channel}_dimm_label`));
    sink.add(CHANNEL_CORRECTED, readUint(`${folder}/${file}`), controller, row, channel, label);
    const uncorrected = tryReadUint(`${folder}/ch${channel}_ue_count`);
    if (uncorrected !== undefined)
      sink.add(CHANNEL_UNCORRECTED, uncorrected, controller, row, channel, label);
  }
}

/** `mc#0csrow#1channel#0` as upstream writes it. */
function dimmLabel(text: string | undefined): string {
  if (text === undefined) return 'unknown';
  return text.replaceAll('#', '').replaceAll('csrow', '_csrow').replaceAll('channel', '_channel');
}
