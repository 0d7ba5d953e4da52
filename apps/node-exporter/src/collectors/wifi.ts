// Wireless interfaces, the network that they belong to and the stations that they talk to.
import { CodedError } from '@prometheus-ts/model';
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, readText } from '../files.ts';
import { hardwareAddress } from '../kernel/link-properties.ts';
import { listWireless, type WirelessInterface, type WirelessStation } from '../kernel/wireless.ts';
import { counter, gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const STATION = ['device', 'mac_address'];
const FREQUENCY = gauge('node_wifi_interface_frequency_hertz', 'Frequency of the interface.', ['device']);
const INFO = gauge('node_wifi_station_info', 'The network that the interface belongs to.', [
  'device',
  'bssid',
  'ssid',
  'mode',
]);
const CONNECTED = counter(
  'node_wifi_station_connected_seconds_total',
  'Time since the station came.',
  STATION,
);
const INACTIVE = gauge('node_wifi_station_inactive_seconds', 'Time since the station was heard.', STATION);
const RECEIVE_RATE = gauge('node_wifi_station_receive_bits_per_second', 'Rate of reception.', STATION);
const TRANSMIT_RATE = gauge('node_wifi_station_transmit_bits_per_second', 'Rate of sending.', STATION);
const RECEIVED = counter('node_wifi_station_receive_bytes_total', 'Bytes received.', STATION);
const TRANSMITTED = counter('node_wifi_station_transmit_bytes_total', 'Bytes sent.', STATION);
const SIGNAL = gauge('node_wifi_station_signal_dbm', 'Strength of the signal.', STATION);
const RETRIES = counter('node_wifi_station_transmit_retries_total', 'Packets sent again.', STATION);
const FAILED = counter('node_wifi_station_transmit_failed_total', 'Packets that could not be sent.', STATION);
const BEACON_LOSS = counter('node_wifi_station_beacon_loss_total', 'Beacons missed.', STATION);
const SENT_PACKETS = counter('node_wifi_station_transmitted_packets_total', 'Packets sent.', STATION);
const RECEIVED_PACKETS = counter('node_wifi_station_received_packets_total', 'Packets received.', STATION);

export const wifi: CollectorDefinition = {
  name: 'wifi',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.wifi.fixtures',
      kind: 'string',
      help: 'Folder of JSON files to use instead of asking the kernel, for tests.',
    },
  ],
  create({ flags }) {
    const fixtures = flags.string('collector.wifi.fixtures');
    return {
      update(sink) {
        for (const each of fixtures === '' ? askKernel() : readFixtures(fixtures)) addInterface(sink, each);
      },
    };
  },
};

function askKernel(): WirelessInterface[] {
  try {
    return listWireless();
  } catch (error) {
    if (error instanceof CodedError && ['ENOENT', 'EPERM', 'EACCES'].includes(error.code)) {
      throw new NoData('no wireless networks in this kernel, or no right to ask');
    }
    throw error;
  }
}

function addInterface(sink: MetricSink, { name, megahertz, network, stations }: WirelessInterface): void {
  sink.add(FREQUENCY, megahertz * 1000 * 1000, name);
  if (network !== undefined) sink.add(INFO, 1, name, network.bssid, network.ssid, modeOf(network.status));
  for (const station of stations) {
    const labels = [name, station.address];
    sink.add(CONNECTED, station.connectedSeconds, ...labels);
    sink.add(INACTIVE, station.inactiveSeconds, ...labels);
    sink.add(RECEIVE_RATE, station.receiveBitrate, ...labels);
    sink.add(TRANSMIT_RATE, station.transmitBitrate, ...labels);
    sink.add(RECEIVED, station.receivedBytes, ...labels);
    sink.add(TRANSMITTED, station.transmittedBytes, ...labels);
    sink.add(SIGNAL, station.signal, ...labels);
    sink.add(RETRIES, station.transmitRetries, ...labels);
    sink.add(FAILED, station.transmitFailed, ...labels);
    sink.add(BEACON_LOSS, station.beaconLoss, ...labels);
    sink.add(SENT_PACKETS, station.transmittedPackets, ...labels);
    sink.add(RECEIVED_PACKETS, station.receivedPackets, ...labels);
  }
}

/** enum nl80211_bss_status. */
function modeOf(status: number): string {
  return ['client', 'client', 'ad-hoc'][status] ?? 'unknown';
}

/** The form of upstream's fixtures: durations in nanoseconds, addresses in base64. */
function readFixtures(folder: string): WirelessInterface[] {
  type Row = Readonly<Record<string, string | number | undefined>>;
  const interfaces = readJson(`${folder}/interfaces.json`) as Row[];
  return interfaces.flatMap(({ name, frequency }) => {
    if (name === undefined) return [];
    const network = readJson(`${folder}/${name}/bss.json`) as Row | undefined;
    const stations = (readJson(`${folder}/${name}/stationinfo.json`) ?? []) as Row[];
    return [
      {
        name: String(name),
        megahertz: Number(frequency ?? 0),
        network: network && {
          bssid: address(network['bssid']),
          ssid: String(network['ssid']),
          status: Number(network['status']),
        },
        stations: stations.map((row): WirelessStation => {
          const number = (key: string): number => Number(row[key] ?? 0);
          return {
            address: address(row['hardwareaddr']),
            connectedSeconds: number('connected') / 1e9,
            inactiveSeconds: number('inactive') / 1e9,
            receiveBitrate: number('receivebitrate'),
            transmitBitrate: number('transmitbitrate'),
            receivedBytes: number('receivedbytes'),
            transmittedBytes: number('transmittedbytes'),
            signal: number('signal'),
            transmitRetries: number('transmitretries'),
            transmitFailed: number('transmitfailed'),
            beaconLoss: number('beaconloss'),
            transmittedPackets: number('transmittedpackets'),
            receivedPackets: number('receivedpackets'),
          };
        }),
      },
    ];
  });
}

function address(base64: string | number | undefined): string {
  return hardwareAddress(Buffer.from(String(base64 ?? ''), 'base64'));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readText(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
