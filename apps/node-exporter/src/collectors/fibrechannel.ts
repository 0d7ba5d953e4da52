// Fibre Channel ports of this host.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, listFolder, tryReadTrimmed } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';

const INFO = gauge('node_fibrechannel_info', 'Names and state of the port.', [
  'fc_host',
  'speed',
  'port_state',
  'port_type',
  'port_id',
  'port_name',
  'fabric_name',
  'symbolic_name',
  'supported_classes',
  'supported_speeds',
  'dev_loss_tmo',
]);

/** Files of the port's statistics folder. */
const COUNTERS: readonly (readonly [string, MetricDescription])[] = [
  ['dumped_frames', port('dumped_frames_total', 'Frames thrown away.')],
  ['error_frames', port('error_frames_total', 'Frames with errors.')],
  ['invalid_crc_count', port('invalid_crc_total', 'Frames with a wrong checksum.')],
  ['rx_frames', port('rx_frames_total', 'Frames received.')],
  ['rx_words', port('rx_words_total', 'Words received.')],
  ['tx_frames', port('tx_frames_total', 'Frames sent.')],
  ['tx_words', port('tx_words_total', 'Words sent.')],
  ['seconds_since_last_reset', port('seconds_since_last_reset_total', 'Time since the port was reset.')],
  ['invalid_tx_word_count', port('invalid_tx_words_total', 'Invalid words sent.')],
  ['link_failure_count', port('link_failure_total', 'How often the link failed.')],
  ['loss_of_sync_count', port('loss_of_sync_total', 'How often bits or words were out of step.')],
  ['loss_of_signal_count', port('loss_of_signal_total', 'How often the signal was lost.')],
  ['nos_count', port('nos_total', 'How often the peer said that it does not operate.')],
  ['fcp_packet_aborts', port('fcp_packet_aborts_total', 'Packets given up.')],
];

/** What a driver reports for a counter that it does not keep: all bits set. */
const NOT_KEPT = 2 ** 64;

export const fibrechannel: CollectorDefinition = {
  name: 'fibrechannel',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('class/fc_host');
      for (const host of listHosts(root)) {
        const text = (file: string): string => tryReadTrimmed(`${root}/${host}/${file}`) ?? '';
        const state = text('port_state');
        const names = ['port_id', 'port_name', 'fabric_name'].map((file) => withoutPrefix(text(file)));
        const rest = ['symbolic_name', 'supported_classes', 'supported_speeds', 'dev_loss_tmo'].map(text);
        sink.add(INFO, 1, host, text('speed'), state, text('port_type'), ...names, ...rest);
        // The counters of a port whose state nobody knows mean nothing.
        const isKnown = state !== '' && state !== 'Unknown';
        for (const [file, metric] of COUNTERS) {
          const value = isKnown ? Number(text(`statistics/${file}`)) : 0;
          if (!Number.isNaN(value) && value !== NOT_KEPT) sink.add(metric, value, host);
        }
      }
    },
  }),
};

/** Without the `0x` in front. */
function withoutPrefix(text: string): string {
  return text.length > 2 ? text.slice(2) : text;
}

function port(name: string, help: string): MetricDescription {
  return counter(`node_fibrechannel_${name}`, help, ['fc_host']);
}

function listHosts(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isMissing(error)) throw new NoData('no Fibre Channel ports');
    throw error;
  }
}
