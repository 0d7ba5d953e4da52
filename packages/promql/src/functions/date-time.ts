// Parts of dates in UTC: of the sample values, taken as seconds since the epoch, or of the evaluation time.
import { type Grid, timeAt } from '../plan/grid.ts';
import type { ColumnFunction } from './contract.ts';
import { dropHistograms } from './simple-math.ts';

const DAY_SECONDS = 86_400;
/** The calendar repeats after 400 years. */
const CYCLE_YEARS = 400;
const CYCLE_DAYS = 146_097;
const CYCLE_SECONDS = CYCLE_DAYS * DAY_SECONDS;
/** The second that upstream's integers make of NaN and of everything that they cannot hold: a far future. */
const OVERFLOW_SECOND = 2n ** 63n;

/** A moment within the calendar's cycle from 1970 on, and the cycles to be added. One object for all. */
const moment = { date: new Date(0), cycles: 0 };

export const hour = datePart(({ date }) => date.getUTCHours());
export const minute = datePart(({ date }) => date.getUTCMinutes());
export const month = datePart(({ date }) => date.getUTCMonth() + 1);
export const year = datePart(({ date, cycles }) => date.getUTCFullYear() + cycles * CYCLE_YEARS);
export const dayOfMonth = datePart(({ date }) => date.getUTCDate());
/** 0 is Sunday. */
export const dayOfWeek = datePart(({ date }) => date.getUTCDay());
/** From 1 on. */
export const dayOfYear = datePart(({ date }) => {
  const newYear = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - newYear) / (DAY_SECONDS * 1000)) + 1;
});
export const daysInMonth = datePart(({ date }) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
);

function datePart(part: (at: typeof moment) => number): ColumnFunction {
  const partOf = (seconds: number): number => {
    setMoment(seconds);
    return part(moment);
  };
  return {
    form: 'column',
    apply: (column) => {
      dropHistograms(column);
      const { values } = column;
      for (let step = 0; step < values.length; step++) values[step] = partOf(values[step]!);
    },
    withoutVector: (grid: Grid) =>
      Float64Array.from({ length: grid.count }, (_, step) => partOf(Math.trunc(timeAt(grid, step) / 1000))),
  };
}

function setMoment(value: number): void {
  const seconds = Math.trunc(value);
  if (Number.isSafeInteger(seconds)) {
    moment.cycles = Math.floor(seconds / CYCLE_SECONDS);
    moment.date.setTime((seconds - moment.cycles * CYCLE_SECONDS) * 1000);
    return;
  }
  const fits = seconds >= -(2 ** 63) && seconds < 2 ** 63;
  const exact = fits ? BigInt(seconds) : OVERFLOW_SECOND;
  const cycle = BigInt(CYCLE_SECONDS);
  const rest = ((exact % cycle) + cycle) % cycle;
  moment.cycles = Number((exact - rest) / cycle);
  moment.date.setTime(Number(rest) * 1000);
}
