export {
  ACTIONS,
  DEFAULT_REGEX,
  type RelabelAction,
  type RelabelConfig,
  type RelabelRegex,
  relabelConfig,
  relabelConfigSchema,
  relabelProblem,
  relabelRegex,
} from './config.ts';
export { type RelabelStep, relabel, relabelSteps } from './relabel.ts';
