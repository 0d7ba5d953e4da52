import type { FlagDefinition } from './definition.ts';

/** The two flags that every daemon has; spread them into its definition. */
export const logFlags = [
  {
    name: 'log.level',
    kind: 'enum',
    choices: ['debug', 'info', 'warn', 'error'],
    ignoreCase: true,
    complaint: 'unrecognized log level',
    default: 'info',
    help: 'Write messages of this severity and above. One of: [debug, info, warn, error]',
  },
  {
    name: 'log.format',
    kind: 'enum',
    choices: ['logfmt', 'json'],
    complaint: 'unrecognized log format',
    default: 'logfmt',
    help: 'How log lines look. One of: [logfmt, json]',
  },
] as const satisfies readonly FlagDefinition[];
