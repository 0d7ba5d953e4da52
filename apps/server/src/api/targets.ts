// What is scraped, how it went, and what the targets say of their metrics.
import type { LabelSet, Metadata } from '@prometheus-ts/model';
import { parseMetricSelector } from '@prometheus-ts/promql';
import type { Target } from '../scrape/target.ts';
import { SCRAPE_INTERVAL, SCRAPE_TIMEOUT } from '../scrape/target-labels.ts';
import { type ApiAnswer, dataAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { badData, invalidParameter } from './errors.ts';
import { globalUrl } from './global-url.ts';
import { jsonOf, labelsJson, timeText } from './json.ts';
import { parseInteger } from './parameters.ts';

/** Target states and the field each fills. */
export function targets(context: ApiContext, request: ApiRequest): ApiAnswer {
  const pool = request.query.get('scrapePool');
  const state = request.query.get('state').toLowerCase();
  const all = state === '' || state === 'any';
  const active: string[] = [];
  const dropped: string[] = [];
  const counts: Record<string, number> = {};
  for (const { job, targets: ofPool, droppedTargets, droppedCount } of context.scrapes.pools()) {
    if (all || state === 'dropped') counts[job] = droppedCount;
    if (pool !== '' && pool !== job) continue;
    if (all || state === 'active')
      for (const target of ofPool) active.push(activeTarget(context, job, target));
    if (all || state === 'dropped') {
      for (const labels of droppedTargets) {
        dropped.push(`{"discoveredLabels":${labelsJson(labels)},"scrapePool":${jsonOf(job)}}`);
      }
    }
  }
  const shownCounts = all || state === 'dropped' ? jsonOf(counts) : 'null';
  return {
    kind: 'data',
    json: `{"activeTargets":[${active.join()}],"droppedTargets":[${dropped.join()}],"droppedTargetCounts":${shownCounts}}`,
  };
}

function activeTarget(context: ApiContext, pool: string, target: Target): string {
  let global = target.url;
  let lastError = target.lastError?.message ?? '';
  try {
    global = globalUrl(target.url, context);
  } catch (error) {
    lastError = `${lastError}: ${(error as Error).message}`;
  }
  const hint = target.lastHint;
  const rest = jsonOf({
    scrapePool: pool,
    scrapeUrl: target.url,
    globalUrl: global,
    lastError,
    lastScrape: timeText(target.lastScrapeMs),
    lastScrapeDuration: target.lastDurationSeconds,
    health: target.health,
    scrapeInterval: target.labels.get(SCRAPE_INTERVAL),
    scrapeTimeout: target.labels.get(SCRAPE_TIMEOUT),
    ...(hint === undefined ? {} : { hints: [hint] }),
  });
  return `{"discoveredLabels":${labelsJson(target.discovered)},"labels":${labelsJson(target.publicLabels)},${rest.slice(1)}`;
}

export function scrapePools(context: ApiContext): ApiAnswer {
  return dataAnswer({ scrapePools: context.scrapes.pools().map((pool) => pool.job) });
}

/** `/targets/metadata`: metadata with the target that has it. */
export function targetMetadata(context: ApiContext, request: ApiRequest): ApiAnswer {
  const limit = countParameter(request, 'limit');
  const metric = request.form.get('metric');
  const matches = targetFilter(request.form.get('match_target'));
  const entries: string[] = [];
  const add = (target: Target, family: string | undefined, metadata: Metadata) => {
    const name = family === undefined ? '' : `"metric":${jsonOf(family)},`;
    const { type, help, unit } = metadata;
    entries.push(
      `{"target":${labelsJson(target.publicLabels)},${name}${jsonOf({ type, help, unit }).slice(1)}`,
    );
  };
  for (const target of context.scrapes.activeTargets()) {
    if (limit >= 0 && entries.length >= limit) break;
    if (!matches(target.publicLabels)) continue;
    if (metric === '')
      for (const [family, metadata] of target.metadata.entries()) add(target, family, metadata);
    else {
      const metadata = target.metadata.get(metric);
      if (metadata) add(target, undefined, metadata);
    }
  }
  return { kind: 'data', json: `[${entries.join()}]` };
}

function targetFilter(selector: string): (labels: LabelSet) => boolean {
  if (selector === '') return () => true;
  try {
    const matchers = parseMetricSelector(selector);
    return (labels) => matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
  } catch (error) {
    throw invalidParameter('match_target', error as Error);
  }
}

/** `/metadata`: what families say of themselves, each different answer once. */
export function metricMetadata(context: ApiContext, request: ApiRequest): ApiAnswer {
  const limit = countParameter(request, 'limit');
  const perMetric = countParameter(request, 'limit_per_metric');
  const wanted = request.form.get('metric');
  const families = new Map<string, Map<string, Metadata>>();
  const add = (family: string, { type, unit, help }: Metadata) => {
    let known = families.get(family);
    if (perMetric > 0 && known && known.size >= perMetric) return;
    if (!known) families.set(family, (known = new Map()));
    known.set(`${type}\xff${unit}\xff${help}`, { type, unit, help });
  };
  for (const { metadata } of context.scrapes.activeTargets()) {
    if (wanted === '') for (const [family, entry] of metadata.entries()) add(family, entry);
    else {
      const entry = metadata.get(wanted);
      if (entry) add(wanted, entry);
    }
  }
  const names = [...families.keys()].sort().slice(0, limit >= 0 ? limit : undefined);
  return dataAnswer(Object.fromEntries(names.map((name) => [name, [...families.get(name)!.values()]])));
}

/** A number, -1 where it is absent. */
function countParameter(request: ApiRequest, name: string): number {
  const text = request.form.get(name);
  if (text === '') return -1;
  try {
    return parseInteger(text);
  } catch {
    throw badData(`${name} must be a number`);
  }
}
