// What a scrape asks for. The order of protocols is the order of preference.

/** Media types of the scrape protocols, by the name that configuration files use. */
export const SCRAPE_PROTOCOLS = {
  PrometheusProto:
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
} as const;
export type ScrapeProtocol = keyof typeof SCRAPE_PROTOCOLS;

/** Without native histograms. */
export const TEXT_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

/** With native histograms, which only protobuf carries. */
export const PROTOBUF_FIRST_PROTOCOLS: readonly ScrapeProtocol[] = ['PrometheusProto', ...TEXT_PROTOCOLS];

const ESCAPED: readonly ScrapeProtocol[] = ['PrometheusText1.0.0', 'OpenMetricsText1.0.0'];

/** @param escaping the scheme that UTF-8 names are to be escaped by, as content negotiation spells it */
export function acceptHeader(protocols: readonly ScrapeProtocol[], escaping: string): string {
  const values = protocols.map((protocol, i) => {
    const suffix = ESCAPED.includes(protocol) ? `;escaping=${escaping}` : '';
    return `${SCRAPE_PROTOCOLS[protocol]}${suffix};q=0.${protocols.length + 1 - i}`;
  });
  return [...values, '*/*;q=0.1'].join(',');
}

/** The media type of a protocol without its parameters, '' for none. */
export function mediaType(protocol: ScrapeProtocol | ''): string {
  return protocol === '' ? '' : SCRAPE_PROTOCOLS[protocol].split(';')[0]!;
}
