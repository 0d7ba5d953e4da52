// /status/…: what this server is, how it was started, what it holds.
import { availableParallelism, hostname } from 'node:os';
import type { RankedCount } from '@prometheus-ts/tsdb';
import { buildInfo as build } from '../build-info.ts';
import { type ApiAnswer, dataAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { badData } from './errors.ts';
import { jsonOf, timeText } from './json.ts';
import { parseInteger } from './parameters.ts';

const MAX_RANKING = 10_000;
/** What Go prints for "no limit"; clients read the field. */
const NO_MEMORY_LIMIT = '9223372036854775807';

export function config(context: ApiContext): ApiAnswer {
  const hints = context.configNotes();
  return { kind: 'data', json: jsonOf({ yaml: context.configText() }), hints };
}

export function flags(context: ApiContext): ApiAnswer {
  const names = Object.keys(context.flags).sort();
  return dataAnswer(Object.fromEntries(names.map((name) => [name, context.flags[name]])));
}

/** Operators are printed as they are, without the escapes of other answers. */
export function features(context: ApiContext): ApiAnswer {
  return { kind: 'data', json: JSON.stringify(context.features()) };
}

/** The fields of /status/buildinfo and /version. */
export function versionFields(): Record<string, string> {
  return {
    version: build.version,
    revision: build.revision,
    branch: build.branch,
    buildUser: build.buildUser,
    buildDate: build.buildDate,
    goVersion: `node ${process.version}`,
  };
}

export function buildInfo(): ApiAnswer {
  return dataAnswer(versionFields());
}

export function runtimeInfo(context: ApiContext): ApiAnswer {
  const reload = context.reload();
  const before = jsonOf({
    startTime: timeText(context.startedMs),
    CWD: process.cwd(),
    hostname: hostname(),
    serverTime: timeText(context.clock.nowMs()),
    reloadConfigSuccess: reload.successful,
    lastConfigTime: timeText(Math.floor(reload.lastSuccessMs / 1000) * 1000),
    corruptionCount: context.database().stats().wal?.corruptions ?? 0,
    goroutineCount: process.getActiveResourcesInfo().length,
    GOMAXPROCS: availableParallelism(),
  });
  const after = jsonOf({
    GOGC: String(context.config().runtime.gogc),
    GODEBUG: '',
    storageRetention: context.retentionText(),
  });
  return {
    kind: 'data',
    json: `${before.slice(0, -1)},"GOMEMLIMIT":${NO_MEMORY_LIMIT},${after.slice(1)}`,
  };
}

export function tsdb(context: ApiContext, request: ApiRequest): ApiAnswer {
  const limit = rankingLimit(request.form.get('limit'));
  const database = context.database();
  const { head } = database.stats();
  const ranking = database.cardinality(limit);
  const entries = (counts: readonly RankedCount[]) => counts.map(({ name, value }) => ({ name, value }));
  return dataAnswer({
    headStats: {
      numSeries: head.seriesCount,
      numLabelPairs: head.labelPairCount,
      chunkCount: head.chunkCount,
      minTime: head.minTimeMs ?? 0,
      maxTime: head.maxTimeMs ?? 0,
    },
    seriesCountByMetricName: entries(ranking.seriesByMetricName),
    labelValueCountByLabelName: entries(ranking.valuesByLabelName),
    memoryInBytesByLabelName: entries(ranking.bytesByLabelName),
    seriesCountByLabelValuePair: entries(ranking.seriesByLabelPair),
  });
}

export function tsdbBlocks(context: ApiContext): ApiAnswer {
  return dataAnswer({ blocks: context.database().blocks() });
}

/** The replay is over before requests are served, or tells how far it is. */
export function walReplay(context: ApiContext): ApiAnswer {
  const { min, max, current } = context.walReplay();
  return dataAnswer({ min, max, current });
}

function rankingLimit(text: string): number {
  if (text === '') return 10;
  let limit = 0;
  try {
    limit = parseInteger(text);
  } catch {}
  if (limit < 1) throw badData('limit must be a positive number');
  if (limit > MAX_RANKING) throw badData(`limit must not exceed ${MAX_RANKING}`);
  return limit;
}
