// The Pushgateway as a thing that can be embedded: tests and `main.ts` start and stop it the same way.
import { buildContext, versionSummary } from '@prometheus-ts/cli';
import { promClientFamilies } from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import { type Clock, systemClock, type Timer } from '@prometheus-ts/model';
import { createWebApp, type Listener, listen, RequestError } from '@prometheus-ts/web-config';
import type { Router } from 'express';
import { apiV1 } from './api/api-v1.ts';
import { BUILD } from './build-info.ts';
import type { Flags } from './flags.ts';
import { OwnMetrics } from './own-metrics.ts';
import { Persistence } from './persistence/persistence.ts';
import { addPushRoutes } from './push/push-routes.ts';
import { scrapeHandler } from './scrape-handler.ts';
import { DEFAULT_LIMITS, GroupStore } from './store/group-store.ts';

export interface AppOptions {
  readonly flags: Flags;
  /** All flags as text, for the status page. */
  readonly listing: Readonly<Record<string, string>>;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Called when a client asks to end the program. */
  readonly onQuit?: () => void;
}

export interface App {
  /** Rejects with CodedError where an address or a file is not usable. */
  start(): Promise<void>;
  /** Rejects where the groups could not be written to the persistence file. */
  stop(): Promise<void>;
  /** Where it listens, `http://host:port`. */
  readonly urls: readonly string[];
}

const STOP_WITHIN_MS = 10_000;
const EXPIRE_EVERY_MS = 1_000;
const MAX_BODY_BYTES = 256 * 1024 * 1024;

export function createApp(options: AppOptions): App {
  return new Pushgateway(options);
}

class Pushgateway implements App {
  readonly #options: AppOptions;
  readonly #clock: Clock;
  readonly #own = new OwnMetrics();
  readonly #startTime: Date;
  #listener: Listener | undefined;
  #expiry: Timer | undefined;
  /** Set once the program serves, so that a start that fails writes nothing. */
  #persistence: Persistence | undefined;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#startTime = new Date(this.#clock.nowMs());
  }

  get urls(): readonly string[] {
    return this.#listener?.urls ?? [];
  }

  async start(): Promise<void> {
    const { flags, log } = this.#options;
    log.info('starting pushgateway', { version: versionSummary(BUILD) });
    log.info('Build context', { build_context: buildContext(BUILD) });
    const ownFamilies = await promClientFamilies(this.#own.registry);
    let persistence: Persistence | undefined;
    const store = new GroupStore({
      clock: this.#clock,
      ownTypes: new Map(ownFamilies.map(({ name, type }) => [name, type])),
      ttlMs: flags['push.ttl'],
      limits: DEFAULT_LIMITS,
      onExpire: (group) => {
        this.#own.expired.inc();
        log.info('group expired', { group: group.key.labels.join(','), ttl_ms: group.ttlMs });
      },
      onChange: () => persistence?.changed(),
    });
    if (flags['persistence.file'] !== '') {
      const file = flags['persistence.file'];
      const intervalMs = flags['persistence.interval'];
      persistence = await Persistence.load({ file, intervalMs, clock: this.#clock, log }, store);
    }
    const app = createWebApp({
      name: 'Pushgateway',
      log,
      registry: this.#own.registry,
      healthTexts: { healthy: 'OK', ready: 'OK' },
      metricsPath: false,
      routePrefix: routePrefix(flags['web.route-prefix'], flags['web.external-url']),
      bodyLimitBytes: MAX_BODY_BYTES,
      landing: {
        name: 'Pushgateway',
        description: 'Metrics pushed by short jobs, kept for Prometheus to scrape.',
        version: versionSummary(BUILD),
        links: [
          { address: flags['web.telemetry-path'], text: 'Metrics' },
          { address: '/api/v1/metrics', text: 'Groups as JSON' },
          { address: '/api/v1/status', text: 'Status as JSON' },
        ],
      },
      routes: (router) => this.#addRoutes(router, store),
    });
    this.#listener = await listen(app, {
      addresses: flags['web.listen-address'],
      webConfigFile: flags['web.config.file'],
      systemdSocket: flags['web.systemd-socket'],
      log,
    });
    this.#persistence = persistence;
    this.#scheduleExpiry(store);
  }

  async stop(): Promise<void> {
    this.#expiry?.cancel();
    await this.#listener?.close(STOP_WITHIN_MS);
    await this.#persistence?.close();
  }

  #addRoutes(router: Router, store: GroupStore): void {
    const { flags, log, listing, onQuit } = this.#options;
    router.get(flags['web.telemetry-path'], scrapeHandler(store, this.#own, log));
    addPushRoutes(router, {
      store,
      log,
      check: !flags['push.disable-consistency-check'],
      utf8Names: flags['push.enable-utf8-names'],
      maxBodyBytes: MAX_BODY_BYTES,
      count: (handler, status, method) => this.#own.requests.inc({ handler, code: String(status), method }),
      observePush: (method, bytes, seconds) => {
        this.#own.pushSizes.observe({ method }, bytes);
        this.#own.pushDurations.observe({ method }, seconds);
      },
    });
    router.use(
      '/api/v1',
      apiV1({ store, flags: listing, startTime: this.#startTime, adminApi: flags['web.enable-admin-api'] }),
    );
    const quit = (): string => {
      setImmediate(() => onQuit?.());
      return 'Requesting termination... Goodbye!';
    };
    const allowed = flags['web.enable-lifecycle'];
    router
      .route('/-/quit')
      .put(quitHandler(allowed, quit))
      .post(quitHandler(allowed, quit))
      .get(() => {
        throw new RequestError(405, 'Only POST or PUT requests allowed.');
      });
  }

  #scheduleExpiry(store: GroupStore): void {
    this.#expiry = this.#clock.after(EXPIRE_EVERY_MS, () => {
      store.expire();
      this.#scheduleExpiry(store);
    });
  }
}

function quitHandler(allowed: boolean, quit: () => string) {
  return (_request: unknown, response: { status(code: number): { end(text: string): void } }): void => {
    if (allowed) response.status(200).end(quit());
    else response.status(403).end('Lifecycle API is not enabled.');
  };
}

/** The flag, or the path of the external URL. */
function routePrefix(prefix: string, externalUrl: string): string {
  if (prefix !== '') return prefix;
  return externalUrl === '' ? '/' : new URL(externalUrl).pathname;
}
