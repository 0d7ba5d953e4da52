// The collectors of one set of flags, made and ready to be scraped. A reload makes another one and drops this.

import type { Logger } from '@prometheus-ts/log';
import { type Clock, CodedError, nearestName, parseGoDuration } from '@prometheus-ts/model';
import type { CollectorContext } from './collector.ts';
import { platformCollectors } from './collectors.ts';
import { enabledCollectors } from './command-line.ts';
import type { FlagValues } from './flags.ts';
import type { MountProbe } from './mount-probe.ts';
import { Paths } from './paths.ts';
import { type RunningCollector, Scraper } from './scrape.ts';

export interface HostOptions {
  readonly flags: FlagValues;
  readonly log: Logger;
  readonly clock: Clock;
  readonly probe: MountProbe;
}

/** Makes every enabled collector. Throws CodedError where flags contradict each other or do not compile. */
export function createScraper(options: HostOptions): Scraper {
  const { flags, log, clock, probe } = options;
  const enabled = enabledCollectors(flags);
  const intervals = minIntervals(flags.strings('collector.min-interval'));
  const paths = new Paths({
    procfs: flags.string('path.procfs'),
    sysfs: flags.string('path.sysfs'),
    rootfs: flags.string('path.rootfs'),
    udevData: flags.string('path.udev.data'),
  });
  const collectors: RunningCollector[] = [];
  log.info('Enabled collectors');
  for (const { name, create } of platformCollectors()) {
    if (!enabled.has(name)) continue;
    const context: CollectorContext = {
      paths,
      flags,
      clock,
      probe,
      log: log.with({ collector: name }),
      enabled: (other) => enabled.has(other),
    };
    collectors.push({ name, collector: create(context), minIntervalMs: intervals.get(name) ?? 0 });
    log.info(name);
  }
  return new Scraper({ collectors, log, clock, deadlineMs: flags.durationMs('collector.timeout') });
}

/** `name=duration` texts as milliseconds by collector. */
function minIntervals(texts: readonly string[]): Map<string, number> {
  const names = platformCollectors().map(({ name }) => name);
  const intervals = new Map<string, number>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = text.slice(0, equals);
    if (equals < 0 || !names.includes(name)) {
      const near = nearestName(name, names);
      throw new CodedError('bad_flag', `--collector.min-interval=${text} names no collector`, {
        hint: near === undefined ? 'write NAME=DURATION, as in hwmon=30s' : `did you mean ${near}`,
      });
    }
    intervals.set(name, parseGoDuration(text.slice(equals + 1)));
  }
  return intervals;
}
