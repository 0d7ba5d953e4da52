// Every function of the language with its types: one table, the explicit list that parser, engine, hints and
// completion read. Facts as of Prometheus 3.14.
import type { ValueType } from '../ast.ts';

export interface FunctionSignature {
  readonly name: string;
  readonly argTypes: readonly ValueType[];
  /**
   * 0: exactly `argTypes.length` arguments. n > 0: the last is optional and may come up to n times.
   * -1: the last is optional and may come any number of times.
   */
  readonly variadic: number;
  readonly returnType: ValueType;
  /** Usable only with the feature promql-experimental-functions. */
  readonly experimental: boolean;
}

function define(
  name: string,
  argTypes: readonly ValueType[],
  returnType: ValueType,
  options: { variadic?: number; experimental?: boolean } = {},
): FunctionSignature {
  return {
    name,
    argTypes,
    variadic: options.variadic ?? 0,
    returnType,
    experimental: options.experimental ?? false,
  };
}

/** All functions, sorted by name. */
export const FUNCTIONS: readonly FunctionSignature[] = [
  define('abs', ['vector'], 'vector'),
  define('absent', ['vector'], 'vector'),
  define('absent_over_time', ['matrix'], 'vector'),
  define('acos', ['vector'], 'vector'),
  define('acosh', ['vector'], 'vector'),
  define('asin', ['vector'], 'vector'),
  define('asinh', ['vector'], 'vector'),
  define('atan', ['vector'], 'vector'),
  define('atanh', ['vector'], 'vector'),
  define('avg_over_time', ['matrix'], 'vector'),
  define('ceil', ['vector'], 'vector'),
  define('changes', ['matrix'], 'vector'),
  define('clamp', ['vector', 'scalar', 'scalar'], 'vector'),
  define('clamp_max', ['vector', 'scalar'], 'vector'),
  define('clamp_min', ['vector', 'scalar'], 'vector'),
  define('cos', ['vector'], 'vector'),
  define('cosh', ['vector'], 'vector'),
  define('count_over_time', ['matrix'], 'vector'),
  define('day_of_month', ['vector'], 'vector', { variadic: 1 }),
  define('day_of_week', ['vector'], 'vector', { variadic: 1 }),
  define('day_of_year', ['vector'], 'vector', { variadic: 1 }),
  define('days_in_month', ['vector'], 'vector', { variadic: 1 }),
  define('deg', ['vector'], 'vector'),
  define('delta', ['matrix'], 'vector'),
  define('deriv', ['matrix'], 'vector'),
  define('double_exponential_smoothing', ['matrix', 'scalar', 'scalar'], 'vector', { experimental: true }),
  define('end', [], 'scalar', { experimental: true }),
  define('exp', ['vector'], 'vector'),
  define('first_over_time', ['matrix'], 'vector'),
  define('floor', ['vector'], 'vector'),
  define('histogram_avg', ['vector'], 'vector'),
  define('histogram_count', ['vector'], 'vector'),
  define('histogram_fraction', ['scalar', 'scalar', 'vector'], 'vector'),
  define('histogram_quantile', ['scalar', 'vector'], 'vector'),
  define('histogram_quantiles', ['vector', 'string', 'scalar', 'scalar'], 'vector', {
    variadic: 9,
    experimental: true,
  }),
  define('histogram_stddev', ['vector'], 'vector'),
  define('histogram_stdvar', ['vector'], 'vector'),
  define('histogram_sum', ['vector'], 'vector'),
  define('hour', ['vector'], 'vector', { variadic: 1 }),
  define('idelta', ['matrix'], 'vector'),
  define('increase', ['matrix'], 'vector'),
  define('info', ['vector', 'vector'], 'vector', { variadic: 1, experimental: true }),
  define('irate', ['matrix'], 'vector'),
  define('label_join', ['vector', 'string', 'string', 'string'], 'vector', { variadic: -1 }),
  define('label_replace', ['vector', 'string', 'string', 'string', 'string'], 'vector'),
  define('last_over_time', ['matrix'], 'vector'),
  define('ln', ['vector'], 'vector'),
  define('log10', ['vector'], 'vector'),
  define('log2', ['vector'], 'vector'),
  define('mad_over_time', ['matrix'], 'vector', { experimental: true }),
  define('max_of', ['scalar', 'scalar'], 'scalar', { experimental: true }),
  define('max_over_time', ['matrix'], 'vector'),
  define('min_of', ['scalar', 'scalar'], 'scalar', { experimental: true }),
  define('min_over_time', ['matrix'], 'vector'),
  define('minute', ['vector'], 'vector', { variadic: 1 }),
  define('month', ['vector'], 'vector', { variadic: 1 }),
  define('pi', [], 'scalar'),
  define('predict_linear', ['matrix', 'scalar'], 'vector'),
  define('present_over_time', ['matrix'], 'vector'),
  define('quantile_over_time', ['scalar', 'matrix'], 'vector'),
  define('rad', ['vector'], 'vector'),
  define('range', [], 'scalar', { experimental: true }),
  define('rate', ['matrix'], 'vector'),
  define('resets', ['matrix'], 'vector'),
  define('round', ['vector', 'scalar'], 'vector', { variadic: 1 }),
  define('scalar', ['vector'], 'scalar'),
  define('sgn', ['vector'], 'vector'),
  define('sin', ['vector'], 'vector'),
  define('sinh', ['vector'], 'vector'),
  define('sort', ['vector'], 'vector'),
  define('sort_by_label', ['vector', 'string'], 'vector', { variadic: -1, experimental: true }),
  define('sort_by_label_desc', ['vector', 'string'], 'vector', { variadic: -1, experimental: true }),
  define('sort_desc', ['vector'], 'vector'),
  define('sqrt', ['vector'], 'vector'),
  define('start', [], 'scalar', { experimental: true }),
  define('start_timestamp', ['vector'], 'vector', { experimental: true }),
  define('stddev_over_time', ['matrix'], 'vector'),
  define('stdvar_over_time', ['matrix'], 'vector'),
  define('step', [], 'scalar', { experimental: true }),
  define('sum_over_time', ['matrix'], 'vector'),
  define('tan', ['vector'], 'vector'),
  define('tanh', ['vector'], 'vector'),
  define('time', [], 'scalar'),
  define('timestamp', ['vector'], 'vector'),
  define('ts_of_first_over_time', ['matrix'], 'vector', { experimental: true }),
  define('ts_of_last_over_time', ['matrix'], 'vector', { experimental: true }),
  define('ts_of_max_over_time', ['matrix'], 'vector', { experimental: true }),
  define('ts_of_min_over_time', ['matrix'], 'vector', { experimental: true }),
  define('vector', ['scalar'], 'vector'),
  define('year', ['vector'], 'vector', { variadic: 1 }),
];

const byName: ReadonlyMap<string, FunctionSignature> = new Map(FUNCTIONS.map((f) => [f.name, f]));

/** The function of exactly that name (names are case-sensitive), or undefined. */
export function findFunction(name: string): FunctionSignature | undefined {
  return byName.get(name);
}
