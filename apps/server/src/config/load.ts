// From the file to the effective configuration, and back to the text that the API shows. Everything is read and
// checked before anything is given back.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  ConfigError,
  type ConfigProblem,
  DecodeContext,
  loadYamlFile,
  parseYaml,
  problemAt,
  readConfigFile,
  toYaml,
} from '@prometheus-ts/config';
import { quoteGo } from '@prometheus-ts/model';
import { inheritScrape, type ScrapeConfig } from './scrape-schema.ts';
import { type SchemaOptions, scrapeFileSchema, serverSchema } from './server-schema.ts';
import type { ServerConfig } from './types.ts';

export interface LoadedConfig {
  readonly config: ServerConfig;
  /** Those of the file and of scrape_config_files, with everything they inherit. */
  readonly scrapes: readonly ScrapeConfig[];
  /** The effective configuration as YAML, secrets hidden. */
  readonly text: string;
}

/** Throws ConfigError with all problems of the first file that has any. */
export function loadConfig(file: string, options: SchemaOptions): LoadedConfig {
  const schema = serverSchema(options);
  const config = loadYamlFile(schema, file);
  return { config, scrapes: allScrapes(config), text: toYaml(config, schema) };
}

function allScrapes(config: ServerConfig): ScrapeConfig[] {
  const scrapes = [...config.scrape_configs];
  const foundIn = new Map(scrapes.map((scrape) => [scrape.job_name, 'main config file']));
  for (const pattern of config.scrape_config_files) {
    for (const file of globSync(pattern).sort()) {
      for (const scrape of readScrapeFile(resolve(file), config)) {
        const first = foundIn.get(scrape.job_name);
        if (first !== undefined) throw new ConfigError([duplicateJob(scrape, first, resolve(file))]);
        foundIn.set(scrape.job_name, quoteGo(resolve(file)));
        scrapes.push(scrape);
      }
    }
  }
  return scrapes;
}

function readScrapeFile(file: string, config: ServerConfig): ScrapeConfig[] {
  const node = parseYaml(readConfigFile(file), file);
  const context = new DecodeContext(scrapeFileSchema, file, {});
  const { scrape_configs } = context.decode(scrapeFileSchema, node);
  const scrapes = scrape_configs.map((scrape) => inheritScrape(scrape, config.global, context));
  if (context.problems.length > 0) throw new ConfigError(context.problems);
  return scrapes;
}

function duplicateJob(scrape: ScrapeConfig, first: string, file: string): ConfigProblem {
  const job = quoteGo(scrape.job_name);
  const message = `${quoteGo(file)}: found multiple scrape configs with job name ${job}, first found in ${first}`;
  return problemAt(scrape, 'job_name', message);
}
