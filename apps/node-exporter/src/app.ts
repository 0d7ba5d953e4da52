// The exporter as a thing that can be embedded: tests and `main.ts` start, reload and stop it the same way.
import { fileURLToPath } from 'node:url';
import { buildContext, versionSummary } from '@prometheus-ts/cli';
import type { Logger } from '@prometheus-ts/log';
import { type Clock, systemClock } from '@prometheus-ts/model';
import { createWebApp, type Listener, listen } from '@prometheus-ts/web-config';
import type { Express, Request, Response } from 'express';
import { Registry } from 'prom-client';
import { BUILD } from './build-info.ts';
import { platformCollectors } from './collectors.ts';
import { ExporterMetrics } from './exporter-metrics.ts';
import type { FlagValues } from './flags.ts';
import { HeapKeeper } from './heap-keeper.ts';
import { createScraper } from './host.ts';
import { landingPage } from './landing-page.ts';
import { metricsHandler } from './metrics-handler.ts';
import { MountProbe } from './mount-probe.ts';
import { HELPER_ARGUMENT } from './mount-probe-protocol.ts';
import type { Scraper } from './scrape.ts';

export interface AppOptions {
  readonly flags: FlagValues;
  /** Reads the flags again for a reload; throws where they are not usable. Without it a reload changes nothing. */
  readonly readFlags?: () => FlagValues;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Program and arguments of the helper for mounts; default: this program's own source. */
  readonly helperCommand?: readonly string[];
}

export interface App {
  /** Makes the collectors and listens; rejects with CodedError where a flag or an address is not usable. */
  start(): Promise<void>;
  /** Reads the flags again and switches the collectors; rejects and keeps the old ones on error. */
  reload(): Promise<void>;
  /** Stops accepting, waits for scrapes under way, ends helpers. */
  stop(): Promise<void>;
  /** Where it listens, `host:port`. */
  readonly addresses: readonly string[];
}

/** How long `stop` waits for scrapes under way. */
const STOP_WITHIN_MS = 5000;

export function createApp(options: AppOptions): App {
  return new NodeExporter(options);
}

class NodeExporter implements App {
  readonly #options: AppOptions;
  readonly #clock: Clock;
  readonly #probe: MountProbe;
  readonly #exporter = new ExporterMetrics();
  #scraper: Scraper | undefined;
  #listener: Listener | undefined;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#probe = new MountProbe(
      options.helperCommand ?? [
        process.execPath,
        fileURLToPath(new URL('./main.ts', import.meta.url)),
        HELPER_ARGUMENT,
      ],
    );
  }

  get addresses(): readonly string[] {
    return this.#listener?.addresses ?? [];
  }

  async start(): Promise<void> {
    const { log, flags } = this.#options;
    log.info('Starting node_exporter', { version: versionSummary(BUILD) });
    log.info('Build context', { build_context: buildContext(BUILD) });
    if (process.getuid?.() === 0) {
      log.warn(
        'Node Exporter is running as root user. It needs no root and should run as an unprivileged user.',
      );
    }
    this.#scraper = this.#createScraper(flags);
    this.#listener = await listen(this.#createWeb(flags), {
      addresses: flags.strings('web.listen-address'),
      webConfigFile: flags.string('web.config.file'),
      systemdSocket: flags.bool('web.systemd-socket'),
      log,
    });
  }

  async reload(): Promise<void> {
    const { readFlags, log } = this.#options;
    if (readFlags === undefined) return;
    const previous = this.#scraper;
    this.#scraper = this.#createScraper(readFlags());
    await previous?.close();
    log.info('Flags reloaded');
  }

  async stop(): Promise<void> {
    await this.#listener?.close(STOP_WITHIN_MS);
    await this.#scraper?.close();
    this.#probe.close();
  }

  #createScraper(flags: FlagValues): Scraper {
    return createScraper({ flags, log: this.#options.log, clock: this.#clock, probe: this.#probe });
  }

  #createWeb(flags: FlagValues): Express {
    const telemetryPath = flags.string('web.telemetry-path');
    const names = new Set(platformCollectors().map(({ name }) => name));
    const keeper = new HeapKeeper(this.#clock);
    const handler = metricsHandler({
      scraper: () => this.#scraper!,
      exists: (name) => names.has(name),
      exporter: this.#exporter,
      withExporterMetrics: !flags.bool('web.disable-exporter-metrics'),
      maxRequests: flags.int('web.max-requests'),
      log: this.#options.log,
      answered: () => keeper.scraped(),
    });
    return createWebApp({
      name: 'Node Exporter',
      log: this.#options.log,
      registry: new Registry(),
      metricsPath: false,
      routes: (router) => {
        router.get(telemetryPath, handler);
        if (telemetryPath !== '/')
          router.get('/', (_request, response) => this.#sendLanding(telemetryPath, response));
        if (flags.bool('web.enable-lifecycle')) {
          router.post('/-/reload', (request, response) => this.#answerReload(request, response));
        }
      },
    });
  }

  #sendLanding(telemetryPath: string, response: Response): void {
    const page = landingPage(telemetryPath, this.#scraper!.reports, this.#probe.stuckPaths);
    response.type('html').send(page);
  }

  async #answerReload(_request: Request, response: Response): Promise<void> {
    try {
      await this.reload();
      response.status(200).end();
    } catch (error) {
      this.#options.log.error('cannot reload the flags', { err: error });
      response
        .status(500)
        .type('text/plain')
        .send(`failed to reload flags: ${(error as Error).message}\n`);
    }
  }
}
