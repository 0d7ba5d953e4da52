// What API handlers work with. One object, made by the app, so that handlers need no globals.
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@prometheus-ts/model';
import type { ParseOptions } from '@prometheus-ts/promql';
import type { Database } from '@prometheus-ts/tsdb';
import type { Registry } from 'prom-client';
import type { ServerConfig } from '../config/types.ts';
import type { Encoding } from '../query/messages.ts';
import type { QueryMetrics } from '../query/metrics.ts';
import type { QueryPool } from '../query/pool.ts';
import type { ScrapeManager } from '../scrape/manager.ts';
import type { ApiAnswer } from './answer.ts';
import type { Form } from './form.ts';
import type { Hint } from './hint.ts';

export interface ReloadState {
  readonly successful: boolean;
  /** Milliseconds; 0 before the first good one. */
  readonly lastSuccessMs: number;
}

export interface ApiContext {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly database: () => Database;
  readonly queries: () => QueryPool;
  readonly queryMetrics: QueryMetrics;
  /** Categories of features, and which of them are on. */
  readonly features: () => Record<string, Record<string, boolean>>;
  /** What the query language may use. */
  readonly parseOptions: ParseOptions;
  readonly scrapes: ScrapeManager;
  /** The longest of all jobs; undefined where there is none. */
  readonly scrapeIntervalMs: () => number | undefined;
  readonly config: () => ServerConfig;
  /** The effective configuration as YAML. */
  readonly configText: () => string;
  readonly reload: () => ReloadState;
  /** All flags with their values, as shown. */
  readonly flags: Readonly<Record<string, string>>;
  readonly startedMs: number;
  readonly externalUrl: URL;
  /** The first `--web.listen-address`. */
  readonly listenAddress: string;
  readonly retentionText: () => string;
  /** What else is worth saying about the configuration, for example that its file is newer. */
  readonly configNotes: () => readonly Hint[];
  /** Segments of the write-ahead log: first, last, and the one that is being read. */
  readonly walReplay: () => { readonly min: number; readonly max: number; readonly current: number };
}

export interface ApiRequest {
  readonly raw: IncomingMessage;
  /** Parameters of body and query string. */
  readonly form: Form;
  /** Parameters of the query string alone. */
  readonly query: Form;
  /** Parts of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** How the client wants the body. */
  readonly encoding: Encoding;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export type ApiHandler = (context: ApiContext, request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;
