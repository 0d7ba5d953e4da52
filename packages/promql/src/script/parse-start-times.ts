// Start times of samples: a line `metric@st -1m _x2 -30s+10sx3` before the line with the samples, one item per
// value. An item is a duration relative to the sample's own time, repeated and stepped as values are.
import { parseDuration } from '@prometheus-ts/model';
import { MAX_VALUES } from '../parse/repetition.ts';
import type { SeriesDescription } from '../parse/series-grammar.ts';
import { parseSeriesLine } from './line-values.ts';
import type { ScriptLines } from './lines.ts';

const MARK = '@st';
/** Duration, step, repetition: `-1m`, `-1mx3`, `-1m+10sx3`. */
const ITEM = /^([+-]?)(\d+[a-wyzA-WYZ]*)(?:([+-])([+-]?)(\d+[a-wyzA-WYZ]*))?(?:x(\d+))?$/;

export function isStartTimeLine(line: string): boolean {
  return /^\S*@st[ \t]/.test(line);
}

/** Offsets in milliseconds, undefined for a value without start time. */
export function parseStartTimes(
  line: string,
  lines: ScriptLines,
): { description: SeriesDescription; offsets: (number | undefined)[] } {
  const [head, ...items] = line.split(/[ \t]+/);
  const description = parseSeriesLine(`${head!.slice(0, -MARK.length)} _`, lines);
  const offsets: (number | undefined)[] = [];
  for (const item of items.filter((text) => text !== '')) {
    try {
      appendItem(item, offsets);
    } catch (error) {
      throw lines.fail(`invalid @st sequence: invalid ST item "${item}": ${(error as Error).message}`);
    }
  }
  return { description, offsets };
}

function appendItem(item: string, offsets: (number | undefined)[]): void {
  if (item.startsWith('_')) {
    const omitted = /^_(?:x(\d+))?$/.exec(item);
    const count = Number(omitted?.[1] ?? 1);
    if (!omitted || count === 0 || count > MAX_VALUES) throw new Error('invalid repeat count');
    for (let i = 0; i < count; i++) offsets.push(undefined);
    return;
  }
  const parts = ITEM.exec(item);
  if (!parts) throw new Error('want a duration, with a step and a repetition or without');
  const [, sign, duration, operator, stepSign, step, repeat] = parts;
  if (step !== undefined && repeat === undefined) throw new Error("expected 'x<count>' after step duration");
  const count = Number(repeat ?? 0);
  if (count > MAX_VALUES) throw new Error('invalid repeat count');
  const negative = (operator === '-') !== (stepSign === '-');
  const stepMs = step === undefined ? 0 : parseDuration(step) * (negative ? -1 : 1);
  let offsetMs = parseDuration(duration!) * (sign === '-' ? -1 : 1);
  for (let i = 0; i <= count; i++, offsetMs += stepMs) offsets.push(offsetMs);
}
