// The files of `scrape_failure_log_file`: one JSON line per failed scrape. They are opened anew on each reload,
// so that they can be rotated.
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { createLogger, type Logger } from '@prometheus-ts/log';
import { CodedError } from '@prometheus-ts/model';
import type { ScrapeConfig } from '../config/types.ts';
import type { Target } from './target.ts';

interface OpenFile {
  readonly descriptor: number;
  readonly logger: Logger;
}

export class FailureLogs {
  readonly #files = new Map<string, OpenFile>();

  /**
   * Opens the files that the configurations name.
   * @throws CodedError `failure-log` when one cannot be opened; none stays open then
   */
  constructor(configs: readonly ScrapeConfig[]) {
    for (const { scrape_failure_log_file: path } of configs) {
      if (path === '' || this.#files.has(path)) continue;
      try {
        this.#files.set(path, open(path));
      } catch (error) {
        this.close();
        throw new CodedError('failure-log', `error opening scrape failure log: ${(error as Error).message}`, {
          place: { file: path },
          cause: error,
        });
      }
    }
  }

  /** What a pool calls for each failed scrape; undefined where it has no log. */
  forPool(config: ScrapeConfig): ((target: Target, error: Error) => void) | undefined {
    const file = this.#files.get(config.scrape_failure_log_file);
    if (!file) return undefined;
    const logger = file.logger.with({ job_name: config.job_name });
    return (target, error) => logger.with({ target: target.url }).error(error.message);
  }

  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor);
    this.#files.clear();
  }
}

function open(path: string): OpenFile {
  const descriptor = openSync(path, 'a', 0o666);
  const write = (line: string) => appendFileSync(descriptor, line);
  return { descriptor, logger: createLogger({ format: 'json', write }) };
}
