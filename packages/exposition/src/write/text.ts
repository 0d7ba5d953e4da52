// The classic text format, versions 0.0.4 and 1.0.0 (which differ only in how names outside the legacy alphabet
// were escaped before they got here).
import { formatTextFloat } from '../float-text.ts';
import type { HistogramMetric, Metric, MetricFamily, SummaryMetric } from '../metric-family.ts';
import { escapeHelp, printName, printSeries } from './line.ts';

function sample(name: string, metric: Metric, extra: string, value: number): string {
  const time = metric.timestampMs === undefined ? '' : ` ${metric.timestampMs}`;
  return `${printSeries(name, metric.labels, extra)} ${formatTextFloat(value)}${time}\n`;
}

function summaryLines(name: string, metric: SummaryMetric): string {
  let lines = '';
  for (const { quantile, value } of metric.quantiles) {
    lines += sample(name, metric, `quantile="${formatTextFloat(quantile)}"`, value);
  }
  return (
    lines + sample(`${name}_sum`, metric, '', metric.sum) + sample(`${name}_count`, metric, '', metric.count)
  );
}

function histogramLines(name: string, metric: HistogramMetric): string {
  let lines = '';
  let hasInfinity = false;
  for (const { upperBound, cumulativeCount } of metric.buckets) {
    lines += sample(`${name}_bucket`, metric, `le="${formatTextFloat(upperBound)}"`, cumulativeCount);
    hasInfinity = upperBound === Infinity;
  }
  if (!hasInfinity) lines += sample(`${name}_bucket`, metric, 'le="+Inf"', metric.count);
  return (
    lines + sample(`${name}_sum`, metric, '', metric.sum) + sample(`${name}_count`, metric, '', metric.count)
  );
}

/** The HELP and TYPE lines of a family. */
export function textHeader(family: MetricFamily): string {
  const name = printName(family.name);
  const help = family.help === undefined ? '' : `# HELP ${name} ${escapeHelp(family.help)}\n`;
  // The format has no gauge histograms; they are written as histograms.
  const type = family.type === 'gaugehistogram' ? 'histogram' : family.type;
  return `${help}# TYPE ${name} ${type}\n`;
}

/** Writes the lines of one family, metric by metric. */
export function writeTextFamily(family: MetricFamily, write: (lines: string) => void): void {
  write(textHeader(family));
  const { name } = family;
  switch (family.type) {
    case 'summary':
      for (const metric of family.metrics) write(summaryLines(name, metric));
      break;
    case 'histogram':
    case 'gaugehistogram':
      for (const metric of family.metrics) write(histogramLines(name, metric));
      break;
    default:
      for (const metric of family.metrics) write(sample(name, metric, '', metric.value));
  }
}
