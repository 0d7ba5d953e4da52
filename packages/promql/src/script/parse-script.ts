// Script text to commands. The language is that of upstream's promql/promqltest.
import type { SeriesDescription } from '../parse/series-grammar.ts';
import type { LoadCommand, LoadedSeries, ScriptCommand } from './commands.ts';
import { durationOf, parseSeriesLine } from './line-values.ts';
import { ScriptLines } from './lines.ts';
import { parseEval } from './parse-eval.ts';
import { isStartTimeLine, parseStartTimes } from './parse-start-times.ts';

const LOAD = /^load(?:_(with_nhcb))?\s+(.+?)$/;

/** Throws ScriptError. */
export function parseScript(text: string): ScriptCommand[] {
  const lines = new ScriptLines(text);
  const commands: ScriptCommand[] = [];
  for (let line = lines.nextCommand(); line !== undefined; line = lines.nextCommand()) {
    const word = line.split(/[\t ]+/, 1)[0]!.toLowerCase();
    if (word === 'clear') commands.push({ kind: 'clear', line: lines.number });
    else if (word.startsWith('load')) commands.push(parseLoad(line, lines));
    else if (word.startsWith('eval')) commands.push(parseEval(line, lines));
    else throw lines.fail(`invalid command ${JSON.stringify(line)}`);
  }
  return commands;
}

function parseLoad(line: string, lines: ScriptLines): LoadCommand {
  const parts = LOAD.exec(line);
  if (!parts) throw lines.fail('invalid load command. (load[_with_nhcb] <step:duration>)');
  const start = lines.number;
  const stepMs = durationOf(parts[2]!, 'step', lines);
  const series: LoadedSeries[] = [];
  let pending: { description: SeriesDescription; offsets: readonly (number | undefined)[] } | undefined;
  for (let text = lines.nextOfCommand(); text !== undefined; text = lines.nextOfCommand()) {
    if (isStartTimeLine(text)) {
      if (pending) throw lines.fail('@st line has no following sample line');
      pending = parseStartTimes(text, lines);
      continue;
    }
    const { labels, values } = parseSeriesLine(text, lines);
    if (pending && !labels.equals(pending.description.labels)) {
      throw lines.fail('@st metric does not match the following sample line metric');
    }
    if (pending && pending.offsets.length !== values.length) {
      throw lines.fail(`@st line has ${pending.offsets.length} values but sample line has ${values.length}`);
    }
    series.push({ labels, values, startOffsetsMs: pending?.offsets });
    pending = undefined;
  }
  if (pending) throw lines.fail('@st line has no following sample line');
  return {
    kind: 'load',
    line: start,
    stepMs,
    withNativeHistograms: parts[1] !== undefined,
    series,
  };
}
