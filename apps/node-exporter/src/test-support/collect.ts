// Runs one collector with flags and returns what it serves, as an exposition.

import { writeText } from '@prometheus-ts/exposition';
import { createLogger, type Logger, silentLogger } from '@prometheus-ts/log';
import { systemClock } from '@prometheus-ts/model';
import { parseCommandLine } from '../command-line.ts';
import { createScraper } from '../host.ts';
import { mergeFamilies } from '../merge-families.ts';
import { MountProbe } from '../mount-probe.ts';
import { type Exposition, parseSeries } from './parse-series.ts';

/** @param argv flags; all collectors but `name` are off */
export async function collect(
  name: string,
  argv: readonly string[],
  log: Logger = silentLogger(),
): Promise<Exposition> {
  const line = parseCommandLine(['--collector.disable-defaults', `--collector.${name}`, ...argv]);
  if (line.exit !== undefined) throw new Error(line.text);
  const probe = new MountProbe([]);
  const scraper = createScraper({ flags: line.flags, log, clock: systemClock, probe });
  try {
    const refused: string[] = [];
    const families = mergeFamilies(await scraper.scrape(), (reason) => refused.push(reason));
    if (refused.length > 0) throw new Error(refused.join('\n'));
    return parseSeries(Buffer.from(writeText(families)).toString());
  } finally {
    await scraper.close();
  }
}

/** A logger whose lines can be read. */
export function recordingLogger(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    log: createLogger({ level: 'debug', write: (line) => lines.push(line), source: () => '' }),
  };
}
