// Names of --enable-feature that concern queries.
import type { EngineFeatures, ParseOptions } from '@prometheus-ts/promql';

export function parseOptions(features: readonly string[]): ParseOptions {
  return {
    experimentalFunctions: features.includes('promql-experimental-functions'),
    // No longer behind a flag.
    durationExpressions: true,
    extendedRangeSelectors: features.includes('promql-extended-range-selectors'),
    fillModifiers: features.includes('promql-binop-fill-modifiers'),
  };
}

export function engineFeatures(features: readonly string[]): EngineFeatures {
  return {
    delayedNameRemoval: features.includes('promql-delayed-name-removal'),
    typeAndUnitLabels: features.includes('type-and-unit-labels'),
    useStartTimestamps: features.includes('use-start-timestamps'),
  };
}
