// The table of API routes, below /api/v1. A handler throws ApiError or returns an answer; everything else that
// it throws is an internal error.
import type { ApiHandler } from './context.ts';
import { explain } from './explain.ts';
import { formatQuery, parseQuery } from './expressions.ts';
import { labelNames, labelValues, series } from './labels.ts';
import { instantQuery, rangeQuery } from './query.ts';
import { relabelSteps } from './relabel-steps.ts';
import * as status from './status.ts';
import { metricMetadata, scrapePools, targetMetadata, targets } from './targets.ts';

export interface ApiRoute {
  readonly methods: readonly ('get' | 'post' | 'put')[];
  readonly path: string;
  readonly handler: ApiHandler;
  /** Answers while the server starts, too. */
  readonly beforeReady?: boolean;
}

const GET = ['get'] as const;
const GET_POST = ['get', 'post'] as const;

export const API_ROUTES: readonly ApiRoute[] = [
  { methods: GET_POST, path: '/query', handler: instantQuery },
  { methods: GET_POST, path: '/query_range', handler: rangeQuery },
  { methods: GET_POST, path: '/explain', handler: explain },
  { methods: GET_POST, path: '/format_query', handler: formatQuery },
  { methods: GET_POST, path: '/parse_query', handler: parseQuery },
  { methods: GET_POST, path: '/labels', handler: labelNames },
  { methods: GET, path: '/label/:name/values', handler: labelValues },
  { methods: GET_POST, path: '/series', handler: series },
  { methods: GET, path: '/scrape_pools', handler: scrapePools },
  { methods: GET, path: '/targets', handler: targets },
  { methods: GET, path: '/targets/metadata', handler: targetMetadata },
  { methods: GET, path: '/targets/relabel_steps', handler: relabelSteps },
  { methods: GET, path: '/metadata', handler: metricMetadata },
  { methods: GET, path: '/status/config', handler: status.config },
  { methods: GET, path: '/status/runtimeinfo', handler: status.runtimeInfo },
  { methods: GET, path: '/status/buildinfo', handler: status.buildInfo },
  { methods: GET, path: '/status/flags', handler: status.flags },
  { methods: GET, path: '/status/tsdb', handler: status.tsdb },
  { methods: GET, path: '/status/tsdb/blocks', handler: status.tsdbBlocks },
  { methods: GET, path: '/features', handler: status.features },
  { methods: GET, path: '/status/walreplay', handler: status.walReplay, beforeReady: true },
];
