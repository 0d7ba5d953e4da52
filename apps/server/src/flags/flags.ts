// The command line: every flag of Prometheus 3.14, the hidden ones included, because Thanos sidecars and
// scripts read them from /api/v1/status/flags. A flag of something that is not built yet is refused when it
// is given, so that nobody relies on it in silence.
import { defineFlags } from '@prometheus-ts/cli';
import { versionOutput } from '../build-info.ts';
import { OTHER_FLAGS, QUERY_FLAGS, RULE_FLAGS, SCRAPE_FLAGS } from './query-flags.ts';
import { AGENT_FLAGS, FLUSH_FLAGS, REMOTE_FLAGS, TSDB_FLAGS } from './storage-flags.ts';
import { WEB_FLAGS } from './web-flags.ts';

export const FLAGS = defineFlags({
  name: 'prometheus',
  help: 'The Prometheus monitoring server',
  version: versionOutput,
  flags: [
    ...WEB_FLAGS,
    ...TSDB_FLAGS,
    ...AGENT_FLAGS,
    ...FLUSH_FLAGS,
    ...REMOTE_FLAGS,
    ...RULE_FLAGS,
    ...SCRAPE_FLAGS,
    ...QUERY_FLAGS,
    ...OTHER_FLAGS,
  ],
});

const names = (flags: readonly { readonly name: string }[]): string[] => flags.map((flag) => flag.name);

/** Flags that make no sense without --agent. */
export const AGENT_ONLY: readonly string[] = names(AGENT_FLAGS);

/** Flags whose function does not exist yet; giving one is an error. */
export const NOT_AVAILABLE: readonly string[] = [
  'agent',
  'web.enable-admin-api',
  'web.enable-remote-write-receiver',
  'web.enable-otlp-receiver',
  'web.console.templates',
  'web.console.libraries',
  'storage.tsdb.max-block-chunk-segment-size',
  'storage.tsdb.delay-compact-file.path',
  'write-documentation',
];
