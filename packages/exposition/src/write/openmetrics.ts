// OpenMetrics 1.0 and 0.0.1 text, as upstream's exporters write it. The caller ends the body with OPENMETRICS_END.
import { formatOpenMetricsFloat } from '../float-text.ts';
import type { Exemplar, HistogramMetric, Metric, MetricFamily, SummaryMetric } from '../metric-family.ts';
import { escapeQuoted, printName, printSeries } from './line.ts';

/** The last line of every OpenMetrics body. */
export const OPENMETRICS_END = '# EOF\n';

const TOTAL = '_total';

function printExemplar(exemplar: Exemplar | undefined): string {
  if (!exemplar || exemplar.labels.length === 0) return '';
  const labels = printSeries('', exemplar.labels, '');
  const time =
    exemplar.timestampMs === undefined ? '' : ` ${formatOpenMetricsFloat(exemplar.timestampMs / 1000)}`;
  return ` # ${labels} ${formatOpenMetricsFloat(exemplar.value)}${time}`;
}

/** @param value the value as it is printed: counts are integers, all others floats */
function sample(name: string, metric: Metric, extra: string, value: string, exemplar?: Exemplar): string {
  const time =
    metric.timestampMs === undefined ? '' : ` ${formatOpenMetricsFloat(metric.timestampMs / 1000)}`;
  return `${printSeries(name, metric.labels, extra)} ${value}${time}${printExemplar(exemplar)}\n`;
}

function created(familyName: string, metric: Metric): string {
  if (metric.createdMs === undefined) return '';
  const series = printSeries(`${familyName}_created`, metric.labels, '');
  return `${series} ${formatOpenMetricsFloat(metric.createdMs / 1000)}\n`;
}

/** A count as an unsigned integer, digit by digit beyond 2^53 too. */
function formatCount(count: number): string {
  if (!Number.isFinite(count)) return formatOpenMetricsFloat(count);
  return Number.isSafeInteger(count) ? String(count) : BigInt(Math.trunc(count)).toString();
}

function summaryLines(name: string, metric: SummaryMetric): string {
  let lines = '';
  for (const { quantile, value } of metric.quantiles) {
    lines += sample(
      name,
      metric,
      `quantile="${formatOpenMetricsFloat(quantile)}"`,
      formatOpenMetricsFloat(value),
    );
  }
  lines += sample(`${name}_sum`, metric, '', formatOpenMetricsFloat(metric.sum));
  lines += sample(`${name}_count`, metric, '', formatCount(metric.count));
  return lines + created(name, metric);
}

function histogramLines(name: string, metric: HistogramMetric): string {
  let lines = '';
  let hasInfinity = false;
  for (const { upperBound, cumulativeCount, exemplar } of metric.buckets) {
    const le = `le="${formatOpenMetricsFloat(upperBound)}"`;
    lines += sample(`${name}_bucket`, metric, le, formatCount(cumulativeCount), exemplar);
    hasInfinity = upperBound === Infinity;
  }
  if (!hasInfinity) lines += sample(`${name}_bucket`, metric, 'le="+Inf"', formatCount(metric.count));
  lines += sample(`${name}_sum`, metric, '', formatOpenMetricsFloat(metric.sum));
  lines += sample(`${name}_count`, metric, '', formatCount(metric.count));
  return lines + created(name, metric);
}

/**
 * Writes the lines of one family, metric by metric. A counter is named without `_total` in its metadata; one
 * whose name lacks the suffix is written as unknown, since OpenMetrics has no such counters.
 */
export function writeOpenMetricsFamily(family: MetricFamily, write: (lines: string) => void): void {
  const isTotal = family.type === 'counter' && family.name.endsWith(TOTAL);
  const familyName = isTotal ? family.name.slice(0, -TOTAL.length) : family.name;
  const type = family.type === 'untyped' || (family.type === 'counter' && !isTotal) ? 'unknown' : family.type;
  const printed = printName(familyName);
  if (family.help !== undefined) write(`# HELP ${printed} ${escapeQuoted(family.help)}\n`);
  write(`# TYPE ${printed} ${type}\n`);
  if (family.unit !== undefined) write(`# UNIT ${printed} ${escapeQuoted(family.unit)}\n`);
  switch (family.type) {
    case 'summary':
      for (const metric of family.metrics) write(summaryLines(familyName, metric));
      break;
    case 'histogram':
    case 'gaugehistogram':
      for (const metric of family.metrics) write(histogramLines(familyName, metric));
      break;
    default:
      for (const metric of family.metrics) {
        const value = formatOpenMetricsFloat(metric.value);
        write(
          sample(family.name, metric, '', value, family.type === 'counter' ? metric.exemplar : undefined),
        );
        if (family.type === 'counter') write(created(familyName, metric));
      }
  }
}
