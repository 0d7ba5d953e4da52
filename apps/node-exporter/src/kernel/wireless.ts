// Wireless interfaces, from the generic netlink family `nl80211` (linux/nl80211.h).
import { CodedError } from '@prometheus-ts/model';
import { GENERIC_HEADER_BYTES, genericMessage, resolveFamily } from './generic-netlink.ts';
import { hardwareAddress } from './link-properties.ts';
import {
  attribute,
  eachAttribute,
  NetlinkFamily,
  type NetlinkSocket,
  readUint64,
  withNetlink,
  zeroTerminated,
} from './netlink.ts';

const Command = { getInterface: 5, getStation: 17, getScan: 32 } as const;
const Attribute = { index: 3, name: 4, mac: 6, stationInfo: 21, frequency: 38, network: 47 } as const;
const Network = { bssid: 1, elements: 6, status: 9 } as const;
const Station = {
  inactive: 1,
  receivedBytes: 2,
  transmittedBytes: 3,
  signal: 7,
  transmitRate: 8,
  receivedPackets: 9,
  transmittedPackets: 10,
  retries: 11,
  failed: 12,
  receiveRate: 14,
  connected: 16,
  beaconLoss: 18,
  receivedBytes64: 23,
  transmittedBytes64: 24,
} as const;
const Rate = { bitrate: 1, bitrate32: 5 } as const;
const SSID_ELEMENT = 0;
/** The kernel counts rates in units of 100 kbit/s. */
const RATE_UNIT = 100_000;

export interface WirelessNetwork {
  readonly bssid: string;
  readonly ssid: string;
  /** enum nl80211_bss_status. */
  readonly status: number;
}

export interface WirelessStation {
  readonly address: string;
  readonly connectedSeconds: number;
  readonly inactiveSeconds: number;
  /** Bits a second. */
  readonly receiveBitrate: number;
  readonly transmitBitrate: number;
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
  /** dBm. */
  readonly signal: number;
  readonly transmitRetries: number;
  readonly transmitFailed: number;
  readonly beaconLoss: number;
  readonly transmittedPackets: number;
  readonly receivedPackets: number;
}

export interface WirelessInterface {
  readonly name: string;
  readonly megahertz: number;
  /** undefined while it belongs to none. */
  readonly network: WirelessNetwork | undefined;
  readonly stations: readonly WirelessStation[];
}

/** Throws CodedError with code ENOENT where the kernel has no wireless networks. */
export function listWireless(): WirelessInterface[] {
  return withNetlink(NetlinkFamily.generic, (socket) => {
    const family = resolveFamily(socket, 'nl80211');
    const found: { index: Buffer; mac: Buffer; name: string; megahertz: number }[] = [];
    socket.request(family, genericMessage(Command.getInterface, 1, []), true, ({ payload }) => {
      const each = { index: Buffer.alloc(4), mac: Buffer.alloc(6), name: '', megahertz: 0 };
      eachAttribute(payload, GENERIC_HEADER_BYTES, (type, value) => {
        if (type === Attribute.index) each.index = Buffer.from(value);
        else if (type === Attribute.mac) each.mac = Buffer.from(value);
        else if (type === Attribute.name) each.name = zeroTerminated(value);
        else if (type === Attribute.frequency) each.megahertz = value.readUInt32LE(0);
      });
      if (each.name !== '') found.push(each);
    });
    return found.map(({ index, mac, name, megahertz }) => {
      const about = [attribute(Attribute.index, index), attribute(Attribute.mac, mac)];
      return {
        name,
        megahertz,
        network: networkOf(socket, family, about),
        stations: stationsOf(socket, family, about),
      };
    });
  });
}

/** Calls `found` with the attribute `wanted` of each answer; an interface without any answers ENOENT or ENOTSUP. */
function dump(
  socket: NetlinkSocket,
  family: number,
  command: number,
  about: readonly Buffer[],
  found: (payload: Buffer) => void,
): void {
  try {
    socket.request(family, genericMessage(command, 1, about), true, ({ payload }) => found(payload));
  } catch (error) {
    if (!(error instanceof CodedError) || !['ENOENT', 'EOPNOTSUPP', 'ENOTSUP'].includes(error.code))
      throw error;
  }
}

function networkOf(
  socket: NetlinkSocket,
  family: number,
  about: readonly Buffer[],
): WirelessNetwork | undefined {
  let network: WirelessNetwork | undefined;
  dump(socket, family, Command.getScan, about, (payload) => {
    eachAttribute(payload, GENERIC_HEADER_BYTES, (type, value) => {
      if (type === Attribute.network) network ??= parseNetwork(value);
    });
  });
  return network;
}

/** Only the network that the interface belongs to has a status; all others were merely heard. */
function parseNetwork(value: Buffer): WirelessNetwork | undefined {
  let bssid = '';
  let ssid = '';
  let status: number | undefined;
  eachAttribute(value, 0, (type, inner) => {
    if (type === Network.bssid) bssid = hardwareAddress(inner);
    else if (type === Network.status) status = inner.readUInt32LE(0);
    else if (type === Network.elements) ssid = ssidIn(inner);
  });
  return status === undefined ? undefined : { bssid, ssid, status };
}

/** Information elements: | id 1 | length 1 | value |. */
function ssidIn(elements: Buffer): string {
  for (let at = 0; at + 2 <= elements.length; at += 2 + elements[at + 1]!) {
    if (elements[at] === SSID_ELEMENT) return elements.toString('utf8', at + 2, at + 2 + elements[at + 1]!);
  }
  return '';
}

function stationsOf(socket: NetlinkSocket, family: number, about: readonly Buffer[]): WirelessStation[] {
  const stations: WirelessStation[] = [];
  dump(socket, family, Command.getStation, about, (payload) => {
    let address = '';
    let info: Buffer | undefined;
    eachAttribute(payload, GENERIC_HEADER_BYTES, (type, value) => {
      if (type === Attribute.mac) address = hardwareAddress(value);
      else if (type === Attribute.stationInfo) info = value;
    });
    if (info !== undefined) stations.push(parseStation(address, info));
  });
  return stations;
}

function parseStation(address: string, info: Buffer): WirelessStation {
  const numbers = new Map<number, number>();
  eachAttribute(info, 0, (type, value) => {
    if (type === Station.transmitRate || type === Station.receiveRate) numbers.set(type, bitrate(value));
    else if (type === Station.signal) numbers.set(type, value.readInt8(0));
    else if (value.length === 8) numbers.set(type, readUint64(value, 0));
    else if (value.length === 4) numbers.set(type, value.readUInt32LE(0));
  });
  const number = (type: number): number => numbers.get(type) ?? 0;
  return {
    address,
    connectedSeconds: number(Station.connected),
    inactiveSeconds: number(Station.inactive) / 1000,
    receiveBitrate: number(Station.receiveRate),
    transmitBitrate: number(Station.transmitRate),
    receivedBytes: numbers.get(Station.receivedBytes64) ?? number(Station.receivedBytes),
    transmittedBytes: numbers.get(Station.transmittedBytes64) ?? number(Station.transmittedBytes),
    signal: number(Station.signal),
    transmitRetries: number(Station.retries),
    transmitFailed: number(Station.failed),
    beaconLoss: number(Station.beaconLoss),
    transmittedPackets: number(Station.transmittedPackets),
    receivedPackets: number(Station.receivedPackets),
  };
}

function bitrate(value: Buffer): number {
  let units = 0;
  eachAttribute(value, 0, (type, inner) => {
    if (type === Rate.bitrate32) units = inner.readUInt32LE(0);
    else if (type === Rate.bitrate && units === 0) units = inner.readUInt16LE(0);
  });
  return units * RATE_UNIT;
}
