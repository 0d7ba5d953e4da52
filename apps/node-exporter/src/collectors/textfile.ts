// Metrics that other programs left in *.prom files. A bad file is left out alone, named in a metric and the log.
import type { MetricFamily } from '@prometheus-ts/exposition';
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseFamilies } from '../textfile/parse-families.ts';
import { readFolders } from '../textfile/read-folders.ts';

const MTIME = gauge('node_textfile_mtime_seconds', 'When the file was written, in seconds since the epoch.', [
  'file',
]);
const SCRAPE_ERROR = gauge('node_textfile_scrape_error', 'Whether any file or folder could not be read.');
const FILE_ERROR = gauge(
  'node_textfile_file_error',
  'Files and folders that were left out since they are bad.',
  ['file'],
);

export const textfile: CollectorDefinition = {
  name: 'textfile',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  flags: [
    {
      name: 'collector.textfile.directory',
      kind: 'string',
      repeatable: true,
      help: 'Folder of *.prom files with metrics, or a pattern of folders. Repeatable.',
    },
  ],
  create: (context) => new TextfileCollector(context),
};

interface ParsedFile {
  readonly path: string;
  readonly families: readonly MetricFamily[];
}

class TextfileCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #folders: readonly string[];

  constructor(context: CollectorContext) {
    this.#context = context;
    this.#folders = context.flags.strings('collector.textfile.directory').filter((folder) => folder !== '');
  }

  async update(sink: MetricSink): Promise<void> {
    const { files, failures } = await readFolders(this.#folders, this.#context);
    const bad = new Set<string>();
    for (const { path, error } of failures) this.#refuse(bad, path, error);
    const parsed: ParsedFile[] = [];
    for (const { path, body, mtimeMs } of files) {
      try {
        parsed.push({ path, families: parseFamilies(body) });
        sink.add(MTIME, Math.floor(mtimeMs / 1000), path);
      } catch (error) {
        this.#refuse(bad, path, error);
      }
    }
    for (const family of this.#consistent(parsed, bad)) sink.addFamily(family);
    sink.add(SCRAPE_ERROR, bad.size > 0 ? 1 : 0);
    for (const path of bad) sink.add(FILE_ERROR, 1, path);
  }

  /** The families of all files; one whose help differs from that of an earlier file is left out. */
  #consistent(parsed: readonly ParsedFile[], bad: Set<string>): MetricFamily[] {
    const helps = new Map<string, string>();
    const origins = new Map<string, string[]>();
    const kept: MetricFamily[] = [];
    for (const { path, families } of parsed) {
      for (const family of families) {
        const { name, help } = family;
        const known = helps.get(name);
        if (help !== undefined && known !== undefined && known !== help) {
          const reason = `metric ${name} has help ${JSON.stringify(help)} here and ${JSON.stringify(known)} in ${origins.get(name)?.[0]}`;
          this.#refuse(bad, path, new Error(reason));
          continue;
        }
        if (help !== undefined) helps.set(name, help);
        origins.set(name, [...(origins.get(name) ?? []), path]);
        kept.push(family);
      }
    }
    return kept.map((family) => ({
      ...family,
      help: helps.get(family.name) ?? `Metric read from ${origins.get(family.name)!.join(', ')}`,
    }));
  }

  #refuse(bad: Set<string>, path: string, error: unknown): void {
    bad.add(path);
    this.#context.log.error('failed to collect textfile data', {
      file: path,
      err: describe(error),
      hint: hintOf(error),
    });
  }
}

/** The message with line and column, where the error knows them. */
function describe(error: unknown): string {
  const { message, place } = error as Error & { place?: { line?: number; column?: number } };
  return place?.line === undefined || /^\d+:/.test(message)
    ? message
    : `${place.line}:${place.column ?? 1}: ${message}`;
}

function hintOf(error: unknown): string | undefined {
  return (error as { hint?: string }).hint;
}
