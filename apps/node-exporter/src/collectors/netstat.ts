// Chosen counters of network protocols, from /proc/net/netstat, snmp and snmp6.
import { compileUnanchored } from '@prometheus-ts/regexp';
import type { CollectorDefinition } from '../collector.ts';
import { fields, isMissing, lines, malformed, parseNumber, readText } from '../files.ts';
import { type MetricDescription, untyped } from '../metric.ts';

export const netstat: CollectorDefinition = {
  name: 'netstat',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.netstat.fields',
      kind: 'string',
      default:
        '^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$',
      help: 'Expression for the counters to show, as Protocol_Name.',
    },
  ],
  create({ paths, flags }) {
    const wanted = compileUnanchored(flags.string('collector.netstat.fields'));
    /** The choice for each counter ever met; there are some hundreds. */
    const chosen = new Map<string, MetricDescription | undefined>();
    return {
      update(sink) {
        const found = (protocol: string, name: string, value: string): void => {
          const key = `${protocol}_${name}`;
          let metric = chosen.get(key);
          if (metric === undefined && !chosen.has(key)) {
            if (wanted.matches(key)) {
              metric = untyped(`node_netstat_${key}`, `Counter ${name} of protocol ${protocol}.`);
            }
            chosen.set(key, metric);
          }
          if (metric !== undefined) sink.add(metric, parseNumber(value, key));
        };
        eachPairOfLines(readText(paths.proc('net/netstat')), found);
        eachPairOfLines(readText(paths.proc('net/snmp')), found);
        eachLine(readOptional(paths.proc('net/snmp6')), found);
      },
    };
  },
};

type Found = (protocol: string, name: string, value: string) => void;

/** `Tcp: RtoAlgorithm RtoMin …` followed by `Tcp: 1 200 …`. */
export function eachPairOfLines(text: string, found: Found): void {
  const rows = lines(text);
  for (let i = 0; i + 1 < rows.length; i += 2) {
    const names = rows[i]!.split(' ');
    const values = rows[i + 1]!.split(' ');
    if (names.length !== values.length) throw malformed('/proc/net/netstat', rows[i]!);
    const protocol = names[0]!.slice(0, -1);
    for (let field = 1; field < names.length; field++) found(protocol, names[field]!, values[field]!);
  }
}

/** `Ip6InReceives 7`, of which the protocol ends at the 6. */
function eachLine(text: string, found: Found): void {
  for (const line of lines(text)) {
    const [name, value] = fields(line);
    const six = name?.indexOf('6') ?? -1;
    if (value !== undefined && six >= 0) found(name!.slice(0, six + 1), name!.slice(six + 1), value);
  }
}

/** '' where IPv6 is switched off. */
function readOptional(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}
