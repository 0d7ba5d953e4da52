// The server as an object: start, reload, stop. Nothing here knows of command lines or processes, so tests run
// it in their own process.
import { LinePool } from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import { LabelSet } from '@prometheus-ts/model';
import { type Database, openDatabase } from '@prometheus-ts/tsdb';
import {
  addBuildInfo,
  addRuntimeMetrics,
  createWebApp,
  type Listener,
  listen,
  type ReadyState,
} from '@prometheus-ts/web-config';
import { Gauge, Registry } from 'prom-client';
import type { ApiContext } from './api/context.ts';
import { buildInfo } from './build-info.ts';
import { configKey } from './config/config-key.ts';
import { type LoadedConfig, loadConfig } from './config/load.ts';
import { DEFAULT_RETENTION } from './config/storage-schema.ts';
import type { ServerConfig } from './config/types.ts';
import { refuseUnavailable } from './config/unavailable.ts';
import { featureTable } from './features.ts';
import type { ServerOptions } from './options.ts';
import { parseOptions } from './query/features.ts';
import { createQueryMetrics } from './query/metrics.ts';
import { QueryPool } from './query/pool.ts';
import { Reloader } from './reload.ts';
import { BodyBuffers } from './scrape/body-buffers.ts';
import { createScrapeClient } from './scrape/http-scrape-client.ts';
import { ScrapeManager } from './scrape/manager.ts';
import { createScrapeMetrics } from './scrape/metrics.ts';
import { addStorageMetrics } from './storage/metrics.ts';
import { databaseOptions, databaseSettings, retentionOf, retentionText } from './storage/options.ts';
import { NOTIFICATION, Notifications } from './web/notifications.ts';
import { addServerRoutes } from './web/server-routes.ts';

/** Requests may finish for so long after a stop. */
const STOP_WITHIN_MS = 10_000;

export interface ServerApp {
  /** Resolves when the server scrapes and answers. Rejects with CodedError or ConfigError. */
  start(): Promise<void>;
  /** Rejects when the configuration on disk cannot be used; the one before then goes on. */
  reload(): Promise<void>;
  /** Flushes and ends everything; may be called at any time, more than once. */
  stop(): Promise<void>;
  /** Where it listens: `http://127.0.0.1:9090`. Empty before `start`. */
  readonly urls: readonly string[];
  /** Resolves when a client asked for the end (`POST /-/quit`). */
  readonly quitRequested: Promise<void>;
}

export function createApp(options: ServerOptions, log: Logger): ServerApp {
  return new App(options, log);
}

class App implements ServerApp {
  readonly #options: ServerOptions;
  readonly #log: Logger;
  readonly #registry = new Registry();
  readonly #startedMs: number;
  readonly #quit = Promise.withResolvers<void>();
  readonly #notifications: Notifications;
  readonly #scrapes: ScrapeManager;
  readonly #reloader: Reloader;
  #state: ReadyState = 'starting';
  #loaded: LoadedConfig | undefined;
  #database: Database | undefined;
  #queries: QueryPool | undefined;
  #listener: Listener | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ServerOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
    this.#startedMs = options.clock.nowMs();
    const registry = this.#registry;
    addRuntimeMetrics(registry);
    addBuildInfo(registry, 'prometheus', buildInfo);
    const app = this;
    new Gauge({
      name: 'prometheus_ready',
      help: 'Whether the server has started and works.',
      registers: [registry],
      collect() {
        this.set(app.#state === 'ready' ? 1 : 0);
      },
    });
    this.#notifications = new Notifications(options.clock, options.maxNotificationSubscribers, registry);
    this.#notifications.show(NOTIFICATION.starting);
    this.#scrapes = new ScrapeManager({
      environment: {
        clock: options.clock,
        metrics: createScrapeMetrics(registry),
        buffers: new BodyBuffers(),
        texts: new LinePool(),
        schedule: options.schedule,
      },
      storage: () => this.#database!,
      createClient: createScrapeClient,
      configKey,
      log: log.with({ component: 'scrape manager' }),
    });
    this.#reloader = new Reloader({
      file: options.configFile,
      clock: options.clock,
      log,
      registry,
      load: () => this.#load(),
      finished: (successful) => {
        if (successful) this.#notifications.hide(NOTIFICATION.reloadFailed);
        else this.#notifications.show(NOTIFICATION.reloadFailed);
      },
      autoReloadMs: options.autoReloadMs,
    });
  }

  get urls(): readonly string[] {
    return this.#listener?.urls ?? [];
  }

  get quitRequested(): Promise<void> {
    return this.#quit.promise;
  }

  async start(): Promise<void> {
    const { clock, storage, features } = this.#options;
    this.#loaded = this.#read();
    const { config } = this.#loaded;
    this.#listener = await this.#listen();
    this.#log.info('Starting TSDB ...');
    this.#database = await openDatabase(databaseOptions(storage, config, clock, this.#log));
    this.#log.info('TSDB started');
    addStorageMetrics(this.#registry, this.#database, () => retentionOf(this.#config));
    this.#queries = new QueryPool({
      database: this.#database,
      workers: this.#options.queryWorkers,
      limits: this.#options.queries,
      evaluationIntervalMs: config.global.evaluation_interval,
      features,
      log: this.#log.with({ component: 'query engine' }),
    });
    await this.#reloader.reload();
    this.#reloader.startAutoReload();
    this.#state = 'ready';
    this.#notifications.hide(NOTIFICATION.starting);
    this.#log.info('Server is ready to receive web requests.');
  }

  reload(): Promise<void> {
    return this.#reloader.reload();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping';
    this.#notifications.show(NOTIFICATION.stopping);
    await this.#reloader.stop();
    this.#log.info('Stopping scrape manager...');
    await this.#scrapes.stop();
    this.#log.info('Stopping web handler...');
    await this.#listener?.close(STOP_WITHIN_MS);
    await this.#queries?.close();
    this.#log.info('Stopping storage...');
    await this.#database?.close();
    this.#log.info('See you next time!');
  }

  /** Loads the file and switches over; throws before anything has changed. */
  async #load(): Promise<void> {
    const loaded = this.#read();
    const { global } = loaded.config;
    const prepared = this.#scrapes.prepare(loaded.scrapes, LabelSet.from(global.external_labels));
    // May fail, so it comes before anything else changes.
    this.#database?.reconfigure(databaseSettings(loaded.config, this.#options.storage.folder));
    this.#loaded = loaded;
    this.#queries?.setEvaluationInterval(global.evaluation_interval);
    await prepared.apply();
  }

  /** Throws ConfigError. */
  #read(): LoadedConfig {
    const { retentionMs, retentionBytes } = this.#options.storage;
    const given = retentionMs > 0 || retentionBytes > 0;
    const loaded = loadConfig(this.#options.configFile, {
      retention: given ? { time: retentionMs, size: retentionBytes } : DEFAULT_RETENTION,
      env: process.env,
      extraScrapeMetrics: this.#options.features.includes('extra-scrape-metrics'),
      warn: (message, fields) => this.#log.warn(message, fields),
    });
    refuseUnavailable(loaded);
    return loaded;
  }

  get #config(): ServerConfig {
    return this.#loaded!.config;
  }

  #listen(): Promise<Listener> {
    const options = this.#options;
    const app = createWebApp({
      name: 'Prometheus Server',
      log: this.#log.with({ component: 'web' }),
      registry: this.#registry,
      ready: () => this.#state,
      routePrefix: options.routePrefix,
      requestMetricsNamespace: 'prometheus',
      routes: (router) =>
        addServerRoutes(router, {
          context: this.#context(),
          notifications: this.#notifications,
          options,
          log: this.#log.with({ component: 'web' }),
          ready: () => this.#state,
          reload: () => this.reload(),
          quit: () => this.#quit.resolve(),
        }),
    });
    return listen(app, {
      addresses: options.listenAddresses,
      log: this.#log.with({ component: 'web' }),
      webConfigFile: options.webConfigFile,
      maxConnections: options.maxConnections,
      readTimeoutMs: options.readTimeoutMs,
    });
  }

  #context(): ApiContext {
    const options = this.#options;
    return {
      clock: options.clock,
      registry: this.#registry,
      database: () => this.#database!,
      queries: () => this.#queries!,
      queryMetrics: createQueryMetrics(
        this.#registry,
        () => (this.#queries?.running ?? 0) + (this.#queries?.waiting ?? 0),
        options.maxConcurrentQueries,
      ),
      scrapes: this.#scrapes,
      scrapeIntervalMs: () => {
        const intervals = this.#loaded!.scrapes.map((scrape) => scrape.scrape_interval);
        return intervals.length === 0 ? undefined : Math.max(...intervals);
      },
      config: () => this.#config,
      reload: () => this.#reloader,
      flags: options.flags,
      startedMs: this.#startedMs,
      externalUrl: options.externalUrl,
      listenAddress: options.listenAddresses[0]!,
      retentionText: () => retentionText(this.#config),
      configText: () => this.#loaded!.text,
      configNotes: () => this.#reloader.notes(),
      parseOptions: parseOptions(options.features),
      features: () =>
        featureTable(parseOptions(options.features), {
          lifecycle: options.lifecycle,
          autoReload: options.autoReloadMs > 0,
          features: options.features,
        }),
      walReplay: () => ({ min: 0, max: 0, current: 0 }),
    };
  }
}
