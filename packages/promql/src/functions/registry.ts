// The implementation of every function: one explicit table. `scalar`, `vector` and the calls that are constant
// during a query (`start`, `end`, `range`, `step`) are operators or folded by the planner, not listed here.
import { changes, resets } from './changes.ts';
import type { FunctionImplementation } from './contract.ts';
import { maxOverTime, minOverTime, tsOfMaxOverTime, tsOfMinOverTime } from './extremes-over-time.ts';
import { idelta, irate } from './instant-rate.ts';
import { madOverTime, quantileOverTime } from './quantile-over-time.ts';
import { delta, increase, rate } from './rate.ts';
import { deriv, predictLinear } from './regression.ts';
import { maxOf, minOf, pi, time } from './scalar-functions.ts';
import {
  abs,
  ceil,
  clamp,
  clampMax,
  clampMin,
  exp,
  floor,
  ln,
  log2,
  log10,
  round,
  sgn,
  sqrt,
} from './simple-math.ts';
import { doubleExponentialSmoothing } from './smoothing.ts';
import { avgOverTime, sumOverTime } from './sum-over-time.ts';
import { startTimestamp, timestamp } from './timestamps.ts';
import { stddevOverTime, stdvarOverTime } from './variance-over-time.ts';
import {
  countOverTime,
  firstOverTime,
  lastOverTime,
  presentOverTime,
  tsOfFirstOverTime,
  tsOfLastOverTime,
} from './window-ends.ts';

export const IMPLEMENTATIONS: Readonly<Record<string, FunctionImplementation>> = {
  abs,
  avg_over_time: avgOverTime,
  ceil,
  changes,
  clamp,
  clamp_max: clampMax,
  clamp_min: clampMin,
  count_over_time: countOverTime,
  delta,
  deriv,
  double_exponential_smoothing: doubleExponentialSmoothing,
  exp,
  first_over_time: firstOverTime,
  floor,
  idelta,
  increase,
  irate,
  last_over_time: lastOverTime,
  ln,
  log10,
  log2,
  mad_over_time: madOverTime,
  max_of: maxOf,
  max_over_time: maxOverTime,
  min_of: minOf,
  min_over_time: minOverTime,
  pi,
  predict_linear: predictLinear,
  present_over_time: presentOverTime,
  quantile_over_time: quantileOverTime,
  rate,
  resets,
  round,
  sgn,
  sqrt,
  start_timestamp: startTimestamp,
  stddev_over_time: stddevOverTime,
  stdvar_over_time: stdvarOverTime,
  sum_over_time: sumOverTime,
  time,
  timestamp,
  ts_of_first_over_time: tsOfFirstOverTime,
  ts_of_last_over_time: tsOfLastOverTime,
  ts_of_max_over_time: tsOfMaxOverTime,
  ts_of_min_over_time: tsOfMinOverTime,
};

/** Names of the range functions that accept a modifier, sorted. */
export const ANCHORED_SAFE = namesOf((f) => f.form === 'range' && f.allowsAnchored === true);
export const SMOOTHED_SAFE = namesOf((f) => f.form === 'range' && f.allowsSmoothed === true);

function namesOf(accepts: (implementation: FunctionImplementation) => boolean): readonly string[] {
  return Object.keys(IMPLEMENTATIONS)
    .filter((name) => accepts(IMPLEMENTATIONS[name]!))
    .sort();
}
