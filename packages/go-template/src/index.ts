export { TemplateError } from './errors.ts';
export { DEFAULT_LIMITS, type ExecutionLimits, type MissingKey } from './execute/executor.ts';
export { type FunctionTable, goFunction, variadicFunction } from './execute/functions.ts';
export { answerLater } from './execute/suspension.ts';
export { sprint } from './format/print.ts';
export { sprintf } from './format/sprintf.ts';
export { HtmlTemplate } from './html-template.ts';
export {
  type AlertData,
  AlertTemplate,
  describeFailure,
  type QueryingEnvironment,
} from './prometheus/alert-template.ts';
export {
  type ConsoleData,
  type ConsolePage,
  expandConsole,
  expandConsoleLater,
} from './prometheus/console-template.ts';
export {
  graphLink,
  NO_ENVIRONMENT,
  prometheusFunctions,
  type TemplateEnvironment,
} from './prometheus/functions.ts';
export { humanizeDuration, humanizeTimestamp } from './prometheus/humanize.ts';
export { goLabels, goSamples, goSampleValue, type QuerySample } from './prometheus/samples.ts';
export { title } from './prometheus/title.ts';
export { type TemplateOptions, TextTemplate } from './template.ts';
export { formatTime, goDuration, goTime, UTC, ZERO_TIME_MS, type Zone } from './values/time.ts';
export {
  Complex,
  FunctionValue,
  type GoFunction,
  GoMap,
  GoSlice,
  GoStruct,
  type GoValue,
  SafeText,
  SafeType,
  type StructParts,
} from './values/values.ts';
