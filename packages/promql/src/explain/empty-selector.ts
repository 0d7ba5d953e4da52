// Why a selector found nothing: the metric, a label or a value is unknown, the conditions exclude each other,
// or there were samples, but not lately.
import {
  formatDuration,
  formatMatcher,
  METRIC_NAME,
  nearestName,
  type Querier,
  SampleColumns,
  type SeriesSet,
} from '@prometheus-ts/model';
import type { VectorExpr } from '../ast.ts';
import type { Hint } from '../hints/hint.ts';

/** At most so many names or values are compared with a mistyped one, and so many series looked through. */
const MOST_CANDIDATES = 100_000;
const MOST_SERIES = 1000;
const MOST_SUGGESTIONS = 3;
/** How far before the query a last sample is looked for. */
export const SEARCH_BACK_MS = 24 * 3_600_000;

export interface EmptyContext {
  /** Reaches back by SEARCH_BACK_MS before the query, and up to its end. */
  readonly querier: Querier;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** How far back a sample counts: the lookback, or the range of a range selector. */
  readonly reachMs: number;
}

/** What to tell about a selector without series. */
export async function explainEmpty(selector: VectorExpr, context: EmptyContext): Promise<Hint> {
  const text =
    (await unknownMetric(selector, context)) ??
    (await unknownLabelOrValue(selector, context)) ??
    (await impossibleTogether(selector, context)) ??
    (await noRecentSample(selector, context));
  return { code: 'promql/empty-selector', text, position: selector.pos };
}

async function unknownMetric(selector: VectorExpr, { querier }: EmptyContext): Promise<string | undefined> {
  const wanted = selector.matchers.find(({ name, type }) => name === METRIC_NAME && type === '=');
  if (!wanted) return undefined;
  const found = await querier.labelValues(METRIC_NAME, { matchers: [wanted], limit: 1 });
  if (found.names.length > 0) return undefined;
  const all = await querier.labelValues(METRIC_NAME, { matchers: [], limit: MOST_CANDIDATES });
  return `no metric is named ${wanted.value}${suggest(wanted.value, all.names)}`;
}

async function unknownLabelOrValue(
  selector: VectorExpr,
  { querier }: EmptyContext,
): Promise<string | undefined> {
  const name = selector.matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const metric = selector.name === '' ? 'any series' : selector.name;
  for (const matcher of selector.matchers) {
    if (matcher.name === METRIC_NAME || matcher.matchesEmpty) continue;
    const scope = [...name, matcher];
    const found = await querier.labelValues(matcher.name, { matchers: scope, limit: 1 });
    if (found.names.length > 0) continue;
    const values = await querier.labelValues(matcher.name, { matchers: name, limit: MOST_CANDIDATES });
    if (values.names.length === 0) {
      const labels = await querier.labelNames({ matchers: name, limit: MOST_CANDIDATES });
      return `${metric} has no label ${matcher.name}${suggest(matcher.name, labels.names)}`;
    }
    const kind =
      matcher.type === '=' ? `the value ${matcher.value}` : `a value for ${formatMatcher(matcher)}`;
    const near = suggest(matcher.value, values.names);
    const some = near === '' ? `; it has ${list(values.names)}` : near;
    return `the label ${matcher.name} of ${metric} never has ${kind}${some}`;
  }
  return undefined;
}

/** Names the conditions that leave something only without one of them. */
async function impossibleTogether(selector: VectorExpr, context: EmptyContext): Promise<string | undefined> {
  const { matchers } = selector;
  const all = await context.querier.labelNames({ matchers, limit: 1 });
  if (all.names.length > 0 || matchers.length < 2) return undefined;
  const removable: string[] = [];
  for (const matcher of matchers) {
    if (matcher.name === METRIC_NAME) continue;
    const rest = matchers.filter((other) => other !== matcher);
    const found = await context.querier.labelNames({ matchers: rest, limit: 1 });
    if (found.names.length > 0) removable.push(formatMatcher(matcher));
  }
  if (removable.length === 0) return 'each condition is met by some series, but no series meets all of them';
  return `no series meets all conditions; there are some without ${removable.join(' or without ')}`;
}

async function noRecentSample(selector: VectorExpr, context: EmptyContext): Promise<string> {
  const { querier, minTimeMs, maxTimeMs, reachMs } = context;
  const request = { matchers: selector.matchers, minTimeMs, maxTimeMs };
  const [set] = await querier.select([request]);
  const lastMs = set ? newestSample(set, minTimeMs, maxTimeMs) : undefined;
  const reach = formatDuration(reachMs);
  if (lastMs === undefined) {
    return `there are such series, but without a sample in the ${formatDuration(maxTimeMs - minTimeMs)} up to the end of the query`;
  }
  const when = new Date(lastMs).toISOString();
  return `the series have ended or were not scraped: the last sample is of ${when}, and a query looks back no more than ${reach}`;
}

function newestSample(set: SeriesSet, minTimeMs: number, maxTimeMs: number): number | undefined {
  const samples = new SampleColumns();
  let newest: number | undefined;
  for (let i = 0; i < Math.min(set.length, MOST_SERIES); i++) {
    set.read(i, minTimeMs, maxTimeMs, samples);
    let last = samples.length - 1;
    while (last >= 0 && samples.isStale(last)) last--;
    if (last >= 0 && (newest === undefined || samples.times[last]! > newest)) newest = samples.times[last]!;
  }
  return newest;
}

/** `; did you mean a, b or c?`, or nothing. */
function suggest(wanted: string, known: readonly string[]): string {
  const left = new Set(known);
  const near: string[] = [];
  while (near.length < MOST_SUGGESTIONS) {
    const next = nearestName(wanted, left);
    if (next === undefined) break;
    near.push(next);
    left.delete(next);
  }
  return near.length === 0 ? '' : `; did you mean ${near.join(', ').replace(/, ([^,]*)$/, ' or $1')}?`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
