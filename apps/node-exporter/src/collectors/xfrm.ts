// Counters of IPsec transformations, from /proc/net/xfrm_stat.
import type { CollectorDefinition } from '../collector.ts';
import { fields, lines, malformed, parseUint, readText } from '../files.ts';
import { counter, type MetricDescription } from '../metric.ts';

/** The kernel's names of what is served, and what each counts. */
const COUNTERS: Readonly<Record<string, string>> = {
  XfrmInError: 'All other errors on arrival.',
  XfrmInBufferError: 'No buffer left on arrival.',
  XfrmInHdrError: 'Bad header on arrival.',
  XfrmInNoStates: 'No state found on arrival: wrong SPI, address or protocol.',
  XfrmInStateProtoError: 'Error of the transformation protocol on arrival, such as a bad key.',
  XfrmInStateModeError: 'Error of the transformation mode on arrival.',
  XfrmInStateSeqError: 'Sequence number out of the window on arrival.',
  XfrmInStateExpired: 'State had expired on arrival.',
  XfrmInStateMismatch: 'State had another option than the packet on arrival.',
  XfrmInStateInvalid: 'State was invalid on arrival.',
  XfrmInTmplMismatch: 'No template fitted the state on arrival.',
  XfrmInNoPols: 'No policy found on arrival.',
  XfrmInPolBlock: 'Policy discarded on arrival.',
  XfrmInPolError: 'Policy failed on arrival.',
  XfrmOutError: 'All other errors on departure.',
  XfrmOutBundleGenError: 'Bundle could not be made on departure.',
  XfrmOutBundleCheckError: 'Bundle did not pass the check on departure.',
  XfrmOutNoStates: 'No state found on departure.',
  XfrmOutStateProtoError: 'Error of the transformation protocol on departure.',
  XfrmOutStateModeError: 'Error of the transformation mode on departure.',
  XfrmOutStateSeqError: 'Sequence numbers ran out on departure.',
  XfrmOutStateExpired: 'State had expired on departure.',
  XfrmOutPolBlock: 'Policy discarded on departure.',
  XfrmOutPolDead: 'Policy was dead on departure.',
  XfrmOutPolError: 'Policy failed on departure.',
  XfrmFwdHdrError: 'Bad header of a forwarded packet.',
  XfrmOutStateInvalid: 'State was invalid on departure.',
  XfrmAcquireError: 'State was not ready for use.',
};

const METRICS = new Map<string, MetricDescription>(
  Object.entries(COUNTERS).map(([name, help]) => [name, counter(metricName(name), help)]),
);

export const xfrm: CollectorDefinition = {
  name: 'xfrm',
  enabledByDefault: false,
  platforms: ['linux', 'darwin'],
  create: ({ paths }) => ({
    update(sink) {
      const values = new Map<string, number>();
      for (const line of lines(readText(paths.proc('net/xfrm_stat')))) {
        const [name, value] = fields(line);
        if (value === undefined) throw malformed('/proc/net/xfrm_stat', line);
        values.set(name!, parseUint(value, '/proc/net/xfrm_stat'));
      }
      for (const [name, metric] of METRICS) sink.add(metric, values.get(name) ?? 0);
    },
  }),
};

/** `XfrmInHdrError` becomes `node_xfrm_in_hdr_error_packets_total`. */
function metricName(name: string): string {
  const words = name.slice('Xfrm'.length).replace(/(?!^)[A-Z]/g, '_$&');
  return `node_xfrm_${words.toLowerCase()}_packets_total`;
}
