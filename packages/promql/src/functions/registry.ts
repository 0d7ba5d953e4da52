// The implementation of every function: one explicit table. `scalar`, `vector` and the calls that are constant
// during a query (`start`, `end`, `range`, `step`) are operators or folded by the planner, not listed here.
import { absent, absentOverTime } from './absent.ts';
import { changes, resets } from './changes.ts';
import type { FunctionImplementation } from './contract.ts';
import { dayOfMonth, dayOfWeek, dayOfYear, daysInMonth, hour, minute, month, year } from './date-time.ts';
import { maxOverTime, minOverTime, tsOfMaxOverTime, tsOfMinOverTime } from './extremes-over-time.ts';
import { histogramFraction, histogramQuantile, histogramQuantiles } from './histogram-functions.ts';
import {
  histogramAvg,
  histogramCount,
  histogramStddev,
  histogramStdvar,
  histogramSum,
} from './histogram-parts.ts';
import { info } from './info.ts';
import { idelta, irate } from './instant-rate.ts';
import { madOverTime, quantileOverTime } from './quantile-over-time.ts';
import { delta, increase, rate } from './rate.ts';
import { deriv, predictLinear } from './regression.ts';
import { labelJoin, labelReplace } from './relabelled.ts';
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
import { sort, sortByLabel, sortByLabelDesc, sortDesc } from './sort.ts';
import { avgOverTime, sumOverTime } from './sum-over-time.ts';
import { startTimestamp, timestamp } from './timestamps.ts';
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  deg,
  rad,
  sin,
  sinh,
  tan,
  tanh,
} from './trigonometry.ts';
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
  absent,
  absent_over_time: absentOverTime,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  avg_over_time: avgOverTime,
  ceil,
  changes,
  clamp,
  clamp_max: clampMax,
  clamp_min: clampMin,
  cos,
  cosh,
  count_over_time: countOverTime,
  day_of_month: dayOfMonth,
  day_of_week: dayOfWeek,
  day_of_year: dayOfYear,
  days_in_month: daysInMonth,
  deg,
  delta,
  deriv,
  double_exponential_smoothing: doubleExponentialSmoothing,
  exp,
  first_over_time: firstOverTime,
  floor,
  histogram_avg: histogramAvg,
  histogram_count: histogramCount,
  histogram_fraction: histogramFraction,
  histogram_quantile: histogramQuantile,
  histogram_quantiles: histogramQuantiles,
  histogram_stddev: histogramStddev,
  histogram_stdvar: histogramStdvar,
  histogram_sum: histogramSum,
  hour,
  idelta,
  increase,
  info,
  irate,
  label_join: labelJoin,
  label_replace: labelReplace,
  last_over_time: lastOverTime,
  ln,
  log10,
  log2,
  mad_over_time: madOverTime,
  max_of: maxOf,
  max_over_time: maxOverTime,
  min_of: minOf,
  min_over_time: minOverTime,
  minute,
  month,
  pi,
  predict_linear: predictLinear,
  present_over_time: presentOverTime,
  quantile_over_time: quantileOverTime,
  rad,
  rate,
  resets,
  round,
  sgn,
  sin,
  sinh,
  sort,
  sort_by_label: sortByLabel,
  sort_by_label_desc: sortByLabelDesc,
  sort_desc: sortDesc,
  sqrt,
  start_timestamp: startTimestamp,
  stddev_over_time: stddevOverTime,
  stdvar_over_time: stdvarOverTime,
  sum_over_time: sumOverTime,
  tan,
  tanh,
  time,
  timestamp,
  ts_of_first_over_time: tsOfFirstOverTime,
  ts_of_last_over_time: tsOfLastOverTime,
  ts_of_max_over_time: tsOfMaxOverTime,
  ts_of_min_over_time: tsOfMinOverTime,
  year,
};

/** Names of the range functions that accept a modifier, sorted. */
export const ANCHORED_SAFE = namesOf((f) => f.form === 'range' && f.allowsAnchored === true);
export const SMOOTHED_SAFE = namesOf((f) => f.form === 'range' && f.allowsSmoothed === true);

function namesOf(accepts: (implementation: FunctionImplementation) => boolean): readonly string[] {
  return Object.keys(IMPLEMENTATIONS)
    .filter((name) => accepts(IMPLEMENTATIONS[name]!))
    .sort();
}
