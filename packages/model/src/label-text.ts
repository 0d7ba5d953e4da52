// Label sets and matchers as upstream writes them.
import type { LabelSet } from './label-set.ts';
import type { Matcher } from './matcher.ts';
import { isLegacyLabelName, isLegacyMetricName } from './names.ts';
import { quoteGo } from './quote-go.ts';

/** `{__name__="up", job="node"}`; names beyond the legacy alphabet are quoted. `{}` for no labels. */
export function formatLabelSet(labels: LabelSet, separator = ', '): string {
  return `{${formatPairs(labels, separator)}}`;
}

/** `up{job="node"}`, `up`, `{job="node"}`; a metric name that needs quotes goes inside: `{"my.metric", job="node"}`. */
export function formatSeries(labels: LabelSet): string {
  const name = labels.metricName;
  const pairs = formatPairs(labels.withoutName(), ', ');
  if (name !== '' && !isLegacyMetricName(name))
    return `{${quoteGo(name)}${pairs === '' ? '' : `, ${pairs}`}}`;
  return pairs === '' && name !== '' ? name : `${name}{${pairs}}`;
}

/** `job=~"node|app"`. */
export function formatMatcher(matcher: Pick<Matcher, 'type' | 'name' | 'value'>): string {
  return `${formatLabelName(matcher.name)}${matcher.type}${quoteGo(matcher.value)}`;
}

/** A label name as selectors and groupings write it: quoted only where it must be. */
export function formatLabelName(name: string): string {
  return isLegacyLabelName(name) ? name : quoteGo(name);
}

function formatPairs(labels: LabelSet, separator: string): string {
  const { pairs } = labels;
  let text = '';
  for (let i = 0; i < pairs.length; i += 2) {
    text += `${i === 0 ? '' : separator}${formatLabelName(pairs[i]!)}=${quoteGo(pairs[i + 1]!)}`;
  }
  return text;
}
