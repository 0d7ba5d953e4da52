// InfiniBand and RoCE ports.
import { type Collector, type CollectorContext, type CollectorDefinition, NoData } from '../collector.ts';
import { DeviceFilter } from '../device-filter.ts';
import {
  isDigits,
  isMissing,
  listFolder,
  malformed,
  readTrimmed,
  tryListFolder,
  tryReadTrimmed,
} from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const PORT = ['device', 'port'];
const INFO = gauge('node_infiniband_info', 'Names and firmware of the adapter.', [
  'device',
  'board_id',
  'firmware_version',
  'hca_type',
]);
const STATE = gauge(
  'node_infiniband_state_id',
  'State of the port: 0 no change, 1 down, 2 init, 3 armed, 4 active, 5 active but deferred.',
  PORT,
);
const PHYSICAL_STATE = gauge(
  'node_infiniband_physical_state_id',
  'Physical state of the port: 0 no change, 1 sleep, 2 polling, 3 disabled, 4 training, 5 link up, 6 recovering, 7 test.',
  PORT,
);
const RATE = gauge('node_infiniband_rate_bytes_per_second', 'Highest rate of the port.', PORT);
const LIFESPAN = gauge('node_infiniband_lifespan_seconds', 'How long counters may be cached.', PORT);

/** Words of four bytes, in which InfiniBand counts data. */
const WORD_BYTES = 4;

type Counters = ReadonlyMap<string, { readonly metric: MetricDescription; readonly scale: number }>;

/** Files of a port's folders; `file=metric` where the names differ, `*` in front of those that count words. */
const BASIC = counters(
  'excessive_buffer_overrun_errors link_downed link_error_recovery local_link_integrity_errors multicast_rcv_packets=multicast_packets_received multicast_xmit_packets=multicast_packets_transmitted port_rcv_constraint_errors=port_constraint_errors_received *port_rcv_data=port_data_received_bytes port_rcv_discards=port_discards_received port_rcv_errors=port_errors_received port_rcv_packets=port_packets_received port_rcv_remote_physical_errors=port_receive_remote_physical_errors port_rcv_switch_relay_errors=port_receive_switch_relay_errors port_xmit_constraint_errors=port_constraint_errors_transmitted *port_xmit_data=port_data_transmitted_bytes port_xmit_discards=port_discards_transmitted port_xmit_packets=port_packets_transmitted port_xmit_wait=port_transmit_wait symbol_error unicast_rcv_packets=unicast_packets_received unicast_xmit_packets=unicast_packets_transmitted VL15_dropped=vl15_dropped',
);
const LEGACY = counters(
  'port_multicast_rcv_packets=legacy_multicast_packets_received port_multicast_xmit_packets=legacy_multicast_packets_transmitted *port_rcv_data_64=legacy_data_received_bytes port_rcv_packets_64=legacy_packets_received port_unicast_rcv_packets=legacy_unicast_packets_received port_unicast_xmit_packets=legacy_unicast_packets_transmitted *port_xmit_data_64=legacy_data_transmitted_bytes port_xmit_packets_64=legacy_packets_transmitted',
);
const HARDWARE = counters(
  'duplicate_request=duplicate_requests_packets implied_nak_seq_err=implied_nak_seq_errors local_ack_timeout_err=local_ack_timeout_errors np_cnp_sent=np_cnp_packets_sent np_ecn_marked_roce_packets=np_ecn_marked_roce_packets_received out_of_buffer=out_of_buffer_drops out_of_sequence=out_of_sequence_packets_received packet_seq_err=packet_sequence_errors req_cqe_error=req_cqes_errors req_cqe_flush_error=req_cqes_flush_errors req_remote_access_errors req_remote_invalid_request=req_remote_invalid_request_errors resp_cqe_error=resp_cqes_errors resp_cqe_flush_error=resp_cqes_flush_errors resp_local_length_error=resp_local_length_errors resp_remote_access_errors rnr_nak_retry_err=rnr_nak_retry_packets_received roce_adp_retrans=roce_adp_retransmits roce_adp_retrans_to=roce_adp_retransmits_timeout roce_slow_restart=roce_slow_restart_used roce_slow_restart_cnps roce_slow_restart_trans=roce_slow_restart rp_cnp_handled=rp_cnp_packets_handled rp_cnp_ignored=rp_cnp_ignored_packets_received rx_atomic_requests rx_dct_connect=rx_dct_connect_requests rx_read_requests rx_write_requests rx_icrc_encapsulated=rx_icrc_encapsulated_errors',
);

export const infiniband: CollectorDefinition = {
  name: 'infiniband',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.infiniband.device-include',
      kind: 'string',
      help: 'Expression for the only adapters to show.',
    },
    {
      name: 'collector.infiniband.device-exclude',
      kind: 'string',
      help: 'Expression for adapters to leave out.',
    },
  ],
  create: (context) => new InfinibandCollector(context),
};

class InfinibandCollector implements Collector {
  readonly #root: string;
  readonly #filter: DeviceFilter;

  constructor({ paths, flags }: CollectorContext) {
    this.#root = paths.sys('class/infiniband');
    this.#filter = new DeviceFilter(
      flags.string('collector.infiniband.device-exclude'),
      flags.string('collector.infiniband.device-include'),
    );
  }

  update(sink: MetricSink): void {
    for (const device of this.#listAdapters()) {
      if (this.#filter.ignored(device)) continue;
      const folder = `${this.#root}/${device}`;
      const firmware = readTrimmed(`${folder}/fw_ver`);
      const board = tryReadTrimmed(`${folder}/board_id`) ?? '';
      sink.add(INFO, 1, device, board, firmware, tryReadTrimmed(`${folder}/hca_type`) ?? '');
      for (const port of listFolder(`${folder}/ports`))
        addPort(sink, `${folder}/ports/${port}`, device, port);
    }
  }

  #listAdapters(): string[] {
    try {
      return listFolder(this.#root);
    } catch (error) {
      if (isMissing(error)) throw new NoData('no InfiniBand adapters');
      throw error;
    }
  }
}

function addPort(sink: MetricSink, folder: string, device: string, port: string): void {
  sink.add(STATE, readState(`${folder}/state`), device, port);
  sink.add(PHYSICAL_STATE, readState(`${folder}/phys_state`), device, port);
  sink.add(RATE, readRate(`${folder}/rate`), device, port);
  addCounters(sink, `${folder}/counters`, BASIC, device, port);
  addCounters(sink, `${folder}/counters_ext`, LEGACY, device, port);
  addCounters(sink, `${folder}/hw_counters`, HARDWARE, device, port);
  const lifespan = tryReadTrimmed(`${folder}/hw_counters/lifespan`) ?? '';
  if (isDigits(lifespan)) sink.add(LIFESPAN, Math.floor(Number(lifespan) / 1000), device, port);
}

/** Ports without the optional counters say `N/A (no PMA)`. */
function addCounters(sink: MetricSink, folder: string, known: Counters, device: string, port: string): void {
  for (const file of tryListFolder(folder)) {
    const found = known.get(file);
    if (found === undefined) continue;
    const text = tryReadTrimmed(`${folder}/${file}`) ?? '';
    if (isDigits(text)) sink.add(found.metric, Number(text) * found.scale, device, port);
  }
}

/** The number in `4: ACTIVE`. */
function readState(path: string): number {
  const text = readTrimmed(path);
  const number = /^(\d+):/.exec(text)?.[1];
  if (number === undefined) throw malformed(path, text);
  return Number(number);
}

/** `40 Gb/sec (4X QDR)` in bytes a second. */
function readRate(path: string): number {
  const text = readTrimmed(path);
  const gigabits = /^([\d.]+) /.exec(text)?.[1];
  if (gigabits === undefined) throw malformed(path, text);
  return (Number(gigabits) * 1e9) / 8;
}

function counters(list: string): Counters {
  return new Map(
    list.split(' ').map((entry) => {
      const isWords = entry.startsWith('*');
      const [file, name = file] = (isWords ? entry.slice(1) : entry).split('=');
      const metric = counter(`node_infiniband_${name}_total`, `Counter ${file} of the port.`, PORT);
      return [file!, { metric, scale: isWords ? WORD_BYTES : 1 }];
    }),
  );
}
