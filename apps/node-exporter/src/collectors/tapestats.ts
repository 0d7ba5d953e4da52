// I/O of SCSI tapes.
import { compileUnanchored } from '@prometheus-ts/regexp';
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, listFolder, readUint } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';

const DEVICE = ['device'];
const NANOSECOND = 1e-9;

const FILES: readonly (readonly [file: string, metric: MetricDescription, scale: number])[] = [
  ['in_flight', gauge('node_tape_io_now', 'Requests under way.', DEVICE), 1],
  ['io_ns', counter('node_tape_io_time_seconds_total', 'Time that all requests took.', DEVICE), NANOSECOND],
  ['other_cnt', counter('node_tape_io_others_total', 'Requests that neither read nor wrote.', DEVICE), 1],
  ['read_byte_cnt', counter('node_tape_read_bytes_total', 'Bytes read.', DEVICE), 1],
  ['read_cnt', counter('node_tape_reads_completed_total', 'Reads that ended.', DEVICE), 1],
  ['read_ns', counter('node_tape_read_time_seconds_total', 'Time that reads took.', DEVICE), NANOSECOND],
  ['resid_cnt', counter('node_tape_residual_total', 'Requests that moved less than asked for.', DEVICE), 1],
  ['write_byte_cnt', counter('node_tape_written_bytes_total', 'Bytes written.', DEVICE), 1],
  ['write_cnt', counter('node_tape_writes_completed_total', 'Writes that ended.', DEVICE), 1],
  ['write_ns', counter('node_tape_write_time_seconds_total', 'Time that writes took.', DEVICE), NANOSECOND],
];

export const tapestats: CollectorDefinition = {
  name: 'tapestats',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.tapestats.ignored-devices',
      kind: 'string',
      default: '^$',
      help: 'Expression for tapes to leave out.',
    },
  ],
  create({ paths, flags }) {
    const ignored = compileUnanchored(flags.string('collector.tapestats.ignored-devices'));
    return {
      update(sink) {
        const root = paths.sys('class/scsi_tape');
        for (const tape of listTapes(root)) {
          // The other entries are modes of the same tape.
          if (!/^st\d+$/.test(tape) || ignored.matches(tape)) continue;
          for (const [file, metric, scale] of FILES) {
            sink.add(metric, readUint(`${root}/${tape}/stats/${file}`) * scale, tape);
          }
        }
      },
    };
  },
};

function listTapes(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isMissing(error)) throw new NoData('no tapes');
    throw error;
  }
}
