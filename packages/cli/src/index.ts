export {
  type AppDefinition,
  type ArgDefinition,
  type CommandDefinition,
  defineCommand,
  defineFlags,
  type FlagDefinition,
  type FlagKind,
  type FlagValue,
  type FlagValues,
  type ValuesOf,
} from './definition.ts';
export { logFlags } from './log-flags.ts';
export {
  commandValues,
  type ExitOutcome,
  type ParseOptions,
  parseFlags,
  type RunOutcome,
  USAGE_EXIT_CODE,
} from './parse.ts';
export {
  type BuildInfo,
  buildContext,
  operatingSystem,
  platform,
  processor,
  versionSummary,
  versionText,
} from './version.ts';
