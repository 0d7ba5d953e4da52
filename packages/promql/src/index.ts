export {
  type AggregateExpr,
  type AggregateOperator,
  type AtModifier,
  type BinaryExpr,
  type BinaryOperator,
  type CallExpr,
  childrenOf,
  type DurationExpr,
  type Expr,
  type MatrixExpr,
  type NumberExpr,
  type ParenExpr,
  type Span,
  type StringExpr,
  type SubqueryExpr,
  typeOf,
  type UnaryExpr,
  type ValueType,
  type VectorExpr,
  type VectorMatching,
  walk,
} from './ast.ts';
export { Engine, type ParsedQuery } from './engine/engine.ts';
export type { EngineFeatures, EngineOptions, QueryContext } from './engine/options.ts';
export { QueryError, QueryErrorCode } from './engine/query-error.ts';
export { pointsOf, scriptEngine } from './engine/script-engine.ts';
export {
  type ExplainedNode,
  type ExplainRequest,
  type Explanation,
  explainQuery,
} from './explain/explain.ts';
export { FUNCTIONS, type FunctionSignature, findFunction } from './functions/signatures.ts';
export type { Hint, HintContext } from './hints/hint.ts';
export { hintsForError, hintsForExpr, hintsForFailure } from './hints/hints.ts';
export { ALL_PARSE_OPTIONS, DEFAULT_PARSE_OPTIONS, MAX_NESTING, type ParseOptions } from './parse/options.ts';
export { parseExpr, parseMetric, parseMetricSelector } from './parse/parse.ts';
export { ParseError } from './parse/parse-error.ts';
export { formatPosition } from './parse/position.ts';
export { type QueryRange, resolveDurations } from './parse/resolve-durations.ts';
export {
  parseSeriesDescription,
  type SequenceValue,
  type SeriesDescription,
} from './parse/series-grammar.ts';
export { describeType } from './parse/type-check.ts';
export { prettyPrint } from './print/pretty-print.ts';
export { printExpr, printMatcher } from './print/print.ts';
export { exprToJson } from './print/tree-json.ts';
export { type EncodeOptions, encodeResult } from './result/encode-json.ts';
export type {
  MatrixResult,
  MatrixSeries,
  QueryResult,
  QueryStats,
  ResultValue,
  ScalarResult,
  StringResult,
  VectorResult,
  VectorSample,
} from './result/value.ts';
export { type ScriptCommand, ScriptError } from './script/commands.ts';
export type { ScriptEngine, ScriptResult, ScriptValue } from './script/engine.ts';
export { MemoryStorage } from './script/memory-storage.ts';
export { parseScript } from './script/parse-script.ts';
export { type CommandOutcome, loadSeries, runScript, type ScriptOutcome } from './script/run.ts';
