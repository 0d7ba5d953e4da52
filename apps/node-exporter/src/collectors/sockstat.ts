// Sockets by protocol and state, from /proc/net/sockstat and sockstat6.
import type { CollectorDefinition } from '../collector.ts';
import { fields, isMissing, lines, malformed, parseNumber, readText } from '../files.ts';
import { gauge, MetricCache } from '../metric.ts';
import { pageSize } from '../page-size.ts';

const USED = gauge('node_sockstat_sockets_used', 'Sockets in use, of all IPv4 protocols.');

export const sockstat: CollectorDefinition = {
  name: 'sockstat',
  enabledByDefault: true,
  platforms: ['linux'],
  create({ paths }) {
    const metrics = new MetricCache((name) => {
      const [protocol, ...state] = name.split('_');
      return gauge(`node_sockstat_${name}`, `Sockets of ${protocol}: ${state.join(' ')}.`);
    });
    return {
      update(sink) {
        for (const file of ['net/sockstat', 'net/sockstat6']) {
          for (const line of lines(readOptional(paths.proc(file)))) {
            // TCP: inuse 4 orphan 0 tw 4 alloc 17 mem 1
            const [head, ...pairs] = fields(line);
            if (pairs.length % 2 !== 0) throw malformed(file, line);
            const protocol = head!.slice(0, -1);
            for (let i = 0; i < pairs.length; i += 2) {
              const value = parseNumber(pairs[i + 1]!, file);
              if (protocol === 'sockets') sink.add(USED, value);
              else sink.add(metrics.get(`${protocol}_${pairs[i]}`), value);
              if (pairs[i] === 'mem') sink.add(metrics.get(`${protocol}_mem_bytes`), value * pageSize());
            }
          }
        }
      },
    };
  },
};

function readOptional(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}
