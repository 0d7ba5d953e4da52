// From the command line to what the app is made of: flags that contradict each other or that are not built yet
// end the start here.
import { availableParallelism } from 'node:os';
import type { parseFlags } from '@prometheus-ts/cli';
import { type Clock, CodedError, quoteGo, systemClock } from '@prometheus-ts/model';
import { compileAnchored } from '@prometheus-ts/regexp';
import type { CorsOptions } from './api/cors.ts';
import { judgeFeature } from './features.ts';
import { AGENT_ONLY, type FLAGS, NOT_AVAILABLE } from './flags/flags.ts';
import type { QueryLimits } from './query/messages.ts';
import type { ScheduleOptions } from './scrape/schedule.ts';
import { computeExternalUrl, routePrefix } from './web/external-url.ts';

export interface ServerOptions {
  readonly configFile: string;
  /** 0 for no automatic reload. */
  readonly autoReloadMs: number;
  readonly listenAddresses: readonly string[];
  /** '' for none. */
  readonly webConfigFile: string;
  readonly maxConnections: number;
  readonly readTimeoutMs: number;
  readonly maxNotificationSubscribers: number;
  readonly externalUrl: URL;
  /** '' or `/x`. */
  readonly routePrefix: string;
  readonly cors: CorsOptions;
  readonly pageTitle: string;
  readonly userAssets: string;
  readonly lifecycle: boolean;
  readonly storage: StorageOptions;
  readonly schedule: ScheduleOptions;
  readonly queries: QueryLimits;
  readonly maxConcurrentQueries: number;
  readonly queryWorkers: number;
  readonly features: readonly string[];
  /** All flags with their values, as the API shows them. */
  readonly flags: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

export interface StorageOptions {
  readonly folder: string;
  readonly lockFile: boolean;
  readonly walCompression: 'none' | 'snappy' | 'zstd';
  /** 0 for the default. */
  readonly walSegmentBytes: number;
  /** Bounds of the flags; the configuration file may have others. 0: not given. */
  readonly retentionMs: number;
  readonly retentionBytes: number;
  readonly minBlockMs: number;
  /** 0 for the default. */
  readonly maxBlockMs: number;
}

type Values = Extract<ReturnType<typeof parseFlags<typeof FLAGS>>, { exit?: undefined }>;

/** An error in how the program was started. Carries the exit code. */
export class StartError extends CodedError {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, hint?: string) {
    super('start', message, hint === undefined ? {} : { hint });
    this.exitCode = exitCode;
  }
}

const MIB = 2 ** 20;
const MINIMUM_RELOAD_MS = 1000;

/** Throws StartError. */
export function serverOptions({ values, given, listing }: Values): ServerOptions {
  refuse(given, NOT_AVAILABLE, 1, 'These flags are of a function that this build does not have yet');
  refuse(given, AGENT_ONLY, 3, 'The following flag(s) can only be used in agent mode');
  const features = values['enable-feature'].flatMap((list) => list.split(','));
  const missing = features.filter((name) => judgeFeature(name) === 'not-available');
  if (missing.length > 0) {
    throw new StartError(1, `This build does not have these features yet: ${missing.join(', ')}`);
  }
  const [listenAddress = ''] = values['web.listen-address'];
  const externalUrl = parsed(
    () => computeExternalUrl(values['web.external-url'], listenAddress),
    (reason) => `parse external URL ${quoteGo(values['web.external-url'])}: ${reason}`,
  );
  const origin = values['web.cors.origin'];
  const autoReload = values['config.auto-reload'] || features.includes('auto-reload-config');
  return {
    configFile: values['config.file'],
    autoReloadMs: autoReload ? Math.max(MINIMUM_RELOAD_MS, values['config.auto-reload-interval']) : 0,
    listenAddresses: values['web.listen-address'],
    webConfigFile: values['web.config.file'],
    maxConnections: values['web.max-connections'],
    readTimeoutMs: values['web.read-timeout'],
    maxNotificationSubscribers: values['web.max-notifications-subscribers'],
    externalUrl,
    routePrefix: routePrefix(values['web.route-prefix'], externalUrl),
    cors: {
      origin: parsed(
        () => compileAnchored(origin),
        (reason) => `could not compile CORS regex string ${quoteGo(origin)}: ${reason}`,
      ),
      any: origin === '.*',
    },
    pageTitle: values['web.page-title'],
    userAssets: values['web.user-assets'],
    lifecycle: values['web.enable-lifecycle'],
    storage: {
      folder: values['storage.tsdb.path'],
      lockFile: !values['storage.tsdb.no-lockfile'],
      walCompression: values['storage.tsdb.wal-compression']
        ? values['storage.tsdb.wal-compression-type']
        : 'none',
      walSegmentBytes: walSegmentBytes(values['storage.tsdb.wal-segment-size']),
      retentionMs: values['storage.tsdb.retention.time'],
      retentionBytes: values['storage.tsdb.retention.size'],
      minBlockMs: values['storage.tsdb.min-block-duration'],
      maxBlockMs: values['storage.tsdb.max-block-duration'],
    },
    schedule: {
      adjustTimestamps: values['scrape.adjust-timestamps'],
      toleranceMs: values['scrape.timestamp-tolerance'],
    },
    queries: {
      lookbackMs: values['query.lookback-delta'],
      maxSamples: values['query.max-samples'],
      timeoutMs: values['query.timeout'],
    },
    maxConcurrentQueries: values['query.max-concurrency'],
    queryWorkers: Math.min(values['query.max-concurrency'], availableParallelism() - 1),
    features,
    flags: listing,
    clock: systemClock,
  };
}

function refuse(
  given: ReadonlySet<string>,
  names: readonly string[],
  exitCode: number,
  message: string,
): void {
  const found = names.filter((name) => given.has(name)).map((name) => quoteGo(`--${name}`));
  if (found.length > 0) throw new StartError(exitCode, `${message}: [${found.join(' ')}]`);
}

function walSegmentBytes(bytes: number): number {
  if (bytes !== 0 && (bytes < 10 * MIB || bytes > 256 * MIB)) {
    throw new StartError(1, "flag 'storage.tsdb.wal-segment-size' must be set between 10MB and 256MB");
  }
  return bytes;
}

function parsed<T>(parse: () => T, message: (reason: string) => string): T {
  try {
    return parse();
  } catch (error) {
    throw new StartError(2, message((error as Error).message));
  }
}
