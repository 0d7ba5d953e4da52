// Label sets as the language writes them.
import { type LabelSet, METRIC_NAME } from '@prometheus-ts/model';
import { quoteText } from '../parse/quote.ts';
import { printLabelName } from '../print/print.ts';

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** `name{label="value"}`; a name that needs quotes goes into the braces. */
export function formatSeries(labels: LabelSet): string {
  const name = labels.metricName;
  const outside = METRIC.test(name);
  const inside = name !== '' && !outside ? [quoteText(name)] : [];
  for (let i = 0; i < labels.pairs.length; i += 2) {
    const [label, value] = [labels.pairs[i]!, labels.pairs[i + 1]!];
    if (label !== METRIC_NAME) inside.push(`${printLabelName(label)}=${quoteText(value)}`);
  }
  if (inside.length === 0) return outside ? name : '{}';
  return `${outside ? name : ''}{${inside.join(', ')}}`;
}
