// Runs the collectors for a scrape: each with a sink of its own, timed, its failure kept to itself. Invariants:
// a collector never runs twice at once (a second scrape joins the run that is under way); one that passes the
// deadline is served without its data, again and again until its run ends; a scrape always ends.
import type { MetricFamily } from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import type { Clock } from '@prometheus-ts/model';
import { type Collector, NoData } from './collector.ts';
import { gauge } from './metric.ts';
import { MetricSink } from './metric-sink.ts';

const DURATION = gauge('node_scrape_collector_duration_seconds', 'Time that the collector took.', [
  'collector',
]);
const SUCCESS = gauge('node_scrape_collector_success', 'Whether the collector delivered its data.', [
  'collector',
]);
const DATA_AGE = gauge(
  'node_scrape_collector_data_age_seconds',
  'Age of the data of a collector that does not run for every scrape.',
  ['collector'],
);

/** A collector as the scrape knows it. */
export interface RunningCollector {
  readonly name: string;
  readonly collector: Collector;
  /** 0 to run for every scrape. */
  readonly minIntervalMs: number;
}

export interface ScraperOptions {
  readonly collectors: readonly RunningCollector[];
  readonly deadlineMs: number;
  readonly log: Logger;
  readonly clock: Clock;
}

/** The outcome of a collector's last finished run, for the landing page. */
export interface CollectorReport {
  readonly name: string;
  readonly durationSeconds: number;
  readonly series: number;
  readonly success: boolean;
  /** Why it did not succeed; undefined where it did. */
  readonly reason: string | undefined;
}

interface Run {
  readonly families: readonly MetricFamily[];
  readonly report: CollectorReport;
  readonly endedMs: number;
}

interface State {
  readonly running: RunningCollector;
  /** The run under way. */
  current: Promise<Run> | undefined;
  startedAt: number;
  last: Run | undefined;
}

export class Scraper {
  readonly #states: readonly State[];
  readonly #options: ScraperOptions;

  constructor(options: ScraperOptions) {
    this.#options = options;
    this.#states = options.collectors.map((running) => ({
      running,
      current: undefined,
      startedAt: 0,
      last: undefined,
    }));
  }

  /** Names of the collectors, sorted. */
  get names(): string[] {
    return this.#states.map(({ running }) => running.name).sort();
  }

  /** What came of the last run of each collector that has run. */
  get reports(): CollectorReport[] {
    return this.#states.flatMap(({ last }) => (last === undefined ? [] : [last.report]));
  }

  /** The families of each collector and about the collectors; `wanted` limits it to some. Never rejects. */
  async scrape(wanted?: ReadonlySet<string>): Promise<(readonly MetricFamily[])[]> {
    const states = this.#states.filter(({ running }) => wanted === undefined || wanted.has(running.name));
    const runs = await Promise.all(states.map((state) => this.#dataOf(state)));
    const about = new MetricSink();
    const nowMs = this.#options.clock.nowMs();
    runs.forEach(({ report, endedMs }, i) => {
      about.add(DURATION, report.durationSeconds, report.name);
      about.add(SUCCESS, report.success ? 1 : 0, report.name);
      if (states[i]!.running.minIntervalMs > 0) about.add(DATA_AGE, (nowMs - endedMs) / 1000, report.name);
    });
    return [...runs.map(({ families }) => families), about.families()];
  }

  async close(): Promise<void> {
    await Promise.all(this.#states.map(({ running }) => running.collector.close?.()));
  }

  #dataOf(state: State): Run | Promise<Run> {
    const { last, running } = state;
    if (last !== undefined && running.minIntervalMs > 0) {
      const age = this.#options.clock.nowMs() - last.endedMs;
      if (age >= 0 && age < running.minIntervalMs) return last;
    }
    if (state.current === undefined) {
      const started = this.#start(state);
      if (!(started instanceof Promise)) return started;
      state.current = started;
    }
    return this.#withDeadline(state, state.current);
  }

  /** Starts a run; collectors that only read the kernel's files are through when this returns. */
  #start(state: State): Run | Promise<Run> {
    const sink = new MetricSink();
    state.startedAt = performance.now();
    try {
      const updating = state.running.collector.update(sink);
      if (!(updating instanceof Promise)) return this.#finish(state, sink, undefined);
      return updating.then(
        () => this.#finish(state, sink, undefined),
        (error: unknown) => this.#finish(state, sink, error),
      );
    } catch (error) {
      return this.#finish(state, sink, error);
    }
  }

  #finish(state: State, sink: MetricSink, error: unknown): Run {
    const { name } = state.running;
    const durationSeconds = (performance.now() - state.startedAt) / 1000;
    state.current = undefined;
    this.#log(name, durationSeconds, error);
    state.last = {
      families: sink.families(),
      endedMs: this.#options.clock.nowMs(),
      report: {
        name,
        durationSeconds,
        series: sink.count,
        success: error === undefined,
        reason: error === undefined ? undefined : reasonOf(error),
      },
    };
    return state.last;
  }

  #withDeadline(state: State, current: Promise<Run>): Promise<Run> {
    const { promise, resolve } = Promise.withResolvers<Run>();
    const waited = performance.now() - state.startedAt;
    // A run that has passed its deadline in an earlier scrape gets no further wait.
    const timer = this.#options.clock.after(Math.max(0, this.#options.deadlineMs - waited), () =>
      resolve(this.#overdue(state)),
    );
    current.then((run) => {
      timer.cancel();
      resolve(run);
    });
    return promise;
  }

  #overdue(state: State): Run {
    const { name } = state.running;
    const durationSeconds = (performance.now() - state.startedAt) / 1000;
    this.#options.log.error('collector passed its deadline', {
      name,
      duration_seconds: durationSeconds,
      hint: `exclude what hangs, or switch it off with --no-collector.${name}`,
    });
    const reason = 'still running after its deadline';
    const run: Run = {
      families: [],
      endedMs: state.last?.endedMs ?? this.#options.clock.nowMs(),
      report: { name, durationSeconds, series: 0, success: false, reason },
    };
    state.last = run;
    return run;
  }

  #log(name: string, durationSeconds: number, error: unknown): void {
    const { log } = this.#options;
    if (error === undefined) {
      if (log.enabled('debug')) log.debug('collector succeeded', { name, duration_seconds: durationSeconds });
    } else if (error instanceof NoData) {
      log.debug('collector returned no data', {
        name,
        duration_seconds: durationSeconds,
        err: reasonOf(error),
      });
    } else {
      log.error('collector failed', { name, duration_seconds: durationSeconds, err: reasonOf(error) });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
