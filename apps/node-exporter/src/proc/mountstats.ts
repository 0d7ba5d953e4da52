// /proc/self/mountstats: a line for each mount, and for those of NFS a block of statistics until an empty line:
//   device server:/srv mounted on /mnt with fstype nfs4 statvers=1.1
//     age:    13968
//     bytes:  eight numbers
//     events: 27 numbers
//     xprt:   tcp port, twelve numbers
//     per-op statistics
//         READ: eight numbers or nine
import { fields, malformed, parseNumber, parseUint } from '../files.ts';

export interface NfsMount {
  readonly device: string;
  readonly mountPoint: string;
  readonly ageSeconds: number;
  readonly bytes: readonly number[];
  readonly events: readonly number[];
  /** Numbers after the port; what UDP lacks is 0 there, so that all have the places of TCP. */
  readonly transports: readonly { readonly protocol: string; readonly values: readonly number[] }[];
  /** Times are in seconds. */
  readonly operations: readonly { readonly operation: string; readonly values: readonly number[] }[];
}

const FILE = '/proc/self/mountstats';
const OPERATION_FIELDS = 8;
/** The last three of an operation's numbers are milliseconds. */
const FIRST_TIME = 5;
/** Kernels let times wrap around; what a float can hold exactly is kept, as upstream does. */
const MANTISSA = 1n << 53n;
/** UDP has no connections: connect, the two idle times. */
const UDP_MISSING = [0, 0, 0];

/** One entry for each mount in the order of the file, undefined for those that are not NFS. */
export function parseMountstats(text: string): (NfsMount | undefined)[] {
  const mounts: (NfsMount | undefined)[] = [];
  for (const block of text.split(/^(?=device )/m)) {
    const [head = '', ...rest] = block.split('\n');
    const parts = fields(head);
    if (parts[0] !== 'device') continue;
    if (parts.length < 8 || parts[2] !== 'mounted' || parts[6] !== 'fstype') throw malformed(FILE, head);
    const isNfs = (parts[7] === 'nfs' || parts[7] === 'nfs4') && parts.length > 8;
    mounts.push(isNfs ? parseNfs(parts[1]!, parts[4]!, rest) : undefined);
  }
  return mounts;
}

function parseNfs(device: string, mountPoint: string, rows: readonly string[]): NfsMount {
  let ageSeconds = 0;
  let bytes: number[] = [];
  let events: number[] = [];
  const transports: { protocol: string; values: number[] }[] = [];
  const operations: { operation: string; values: number[] }[] = [];
  let isOperations = false;
  for (const row of rows) {
    const [key, ...values] = fields(row);
    if (key === undefined) continue;
    if (isOperations) operations.push(parseOperation(key, values, row));
    else if (key === 'age:') ageSeconds = parseNumber(values[0] ?? '', FILE);
    else if (key === 'bytes:') bytes = values.map((value) => parseUint(value, FILE));
    else if (key === 'events:') events = values.map((value) => parseUint(value, FILE));
    else if (key === 'xprt:') transports.push(parseTransport(values, row));
    else if (key === 'per-op') isOperations = true;
  }
  return { device, mountPoint, ageSeconds, bytes, events, transports, operations };
}

function parseTransport(parts: readonly string[], row: string): { protocol: string; values: number[] } {
  const [protocol, , ...rest] = parts;
  if (protocol === undefined || rest.length < 7) throw malformed(FILE, row);
  const values = rest.map((value) => parseUint(value, FILE));
  if (protocol === 'udp') values.splice(1, 0, ...UDP_MISSING);
  return { protocol, values };
}

function parseOperation(
  key: string,
  texts: readonly string[],
  row: string,
): { operation: string; values: number[] } {
  if (texts.length < OPERATION_FIELDS) throw malformed(FILE, row);
  const values = texts.slice(0, OPERATION_FIELDS).map((text, i) => {
    const value = parseUint(text, FILE);
    if (i < FIRST_TIME) return value;
    return (Number.isSafeInteger(value) ? value : Number(BigInt(text) % MANTISSA)) / 1000;
  });
  return { operation: key.replace(/:$/, ''), values };
}
