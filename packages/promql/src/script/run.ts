// Runs a test script against an engine. Every command is run even after one has failed, and each says for
// itself how it went, so that one run shows all there is to mend.
import { type LabelSet, validateHistogram } from '@prometheus-ts/model';
import type { SequenceValue } from '../parse/series-grammar.ts';
import { ClassicHistograms } from './classic-to-native.ts';
import type { EvalCommand, LoadCommand, ScriptCommand } from './commands.ts';
import { compareResult, compareValue, describeText, meetsText } from './compare.ts';
import type { ScriptEngine, ScriptResult, ScriptValue } from './engine.ts';
import { MemoryStorage } from './memory-storage.ts';
import { parseScript } from './parse-script.ts';
import { type QueryAtTime, stepInvariantVariants } from './step-invariant-variants.ts';

export interface CommandOutcome {
  readonly kind: ScriptCommand['kind'];
  /** 1-based line of the script. */
  readonly line: number;
  /** The query of an eval. */
  readonly query: string | undefined;
  /** What went wrong; undefined for a command that passed. */
  readonly failure: string | undefined;
}

export interface ScriptOutcome {
  readonly name: string;
  readonly commands: readonly CommandOutcome[];
  /** One line per failure: `name:line: query: what went wrong`. */
  readonly failures: readonly string[];
}

/** How far around the time of an instant query it is run again as a range query. */
const RANGE_CHECK_MS = 60_000;
const CONTEXT_FUNCTIONS = /(start|end|range|step)\(\)/;

/**
 * @param name what failures call the script, such as the path of its file
 * Throws ScriptError where the text is no script.
 */
export async function runScript(text: string, name: string, engine: ScriptEngine): Promise<ScriptOutcome> {
  const storage = new MemoryStorage();
  const commands: CommandOutcome[] = [];
  for (const command of parseScript(text)) {
    const query = command.kind === 'eval' ? command.query : undefined;
    const failure = await runCommand(command, storage, engine);
    commands.push({ kind: command.kind, line: command.line, query, failure });
  }
  const failures = commands
    .filter(({ failure }) => failure !== undefined)
    .map(({ line, query, failure }) => `${name}:${line}: ${query ?? ''}: ${failure}`);
  return { name, commands, failures };
}

async function runCommand(
  command: ScriptCommand,
  storage: MemoryStorage,
  engine: ScriptEngine,
): Promise<string | undefined> {
  switch (command.kind) {
    case 'clear':
      storage.clear();
      return undefined;
    case 'load':
      return loadSeries(command, storage);
    case 'eval':
      return new Evaluation(command, storage, engine).run();
  }
}

/** Adds the series of a load command to a storage. Returns what went wrong. */
export function loadSeries(command: LoadCommand, storage: MemoryStorage): string | undefined {
  const classic = new ClassicHistograms();
  // Of two lines with the same series in one command the later one counts.
  const lastByLabels = new Map(command.series.map((series) => [series.labels.key, series]));
  for (const { labels, values, startOffsetsMs } of lastByLabels.values()) {
    const invalid = values.map(invalidity).find((text) => text !== undefined);
    if (invalid !== undefined) return invalid;
    const floats: { timeMs: number; value: number }[] = [];
    for (const [i, value] of values.entries()) {
      if (value.kind === 'omitted') continue;
      const timeMs = i * command.stepMs;
      const offset = startOffsetsMs?.[i];
      const startTimeMs = offset === undefined ? 0 : timeMs + offset;
      if (!storage.append(labels, timeMs, value, startTimeMs)) return outOfOrder(labels, timeMs);
      if (value.kind === 'float') floats.push({ timeMs, value: value.value });
    }
    if (command.withNativeHistograms) classic.add(labels, floats);
  }
  try {
    for (const { labels, samples } of classic.convert()) {
      for (const { timeMs, histogram } of samples) {
        if (!storage.append(labels, timeMs, { kind: 'histogram', histogram })) {
          return outOfOrder(labels, timeMs);
        }
      }
    }
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

/** Why storage would refuse a value. */
function invalidity(value: SequenceValue): string | undefined {
  if (value.kind !== 'histogram') return undefined;
  try {
    validateHistogram(value.histogram);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function outOfOrder(labels: LabelSet, timeMs: number): string {
  return `out of order sample at ${timeMs} of ${JSON.stringify(labels.toRecord())}`;
}

/** One eval command; each method returns what went wrong. */
class Evaluation {
  readonly #command: EvalCommand;
  readonly #storage: MemoryStorage;
  readonly #engine: ScriptEngine;

  constructor(command: EvalCommand, storage: MemoryStorage, engine: ScriptEngine) {
    this.#command = command;
    this.#storage = storage;
    this.#engine = engine;
  }

  async run(): Promise<string | undefined> {
    const { query, when, expected } = this.#command;
    if (when.kind === 'range') {
      const { startMs, endMs, stepMs } = when;
      const result = await this.#attempt(() =>
        this.#engine.range(this.#storage, query, startMs, endMs, stepMs),
      );
      if (typeof result === 'string' || result === undefined) return result;
      return compareResult(result, expected, when);
    }
    const timeMs = expected.value.kind === 'range-vector' ? expected.value.times.endMs : when.timeMs;
    for (const at of [{ query, timeMs }, ...stepInvariantVariants(query, timeMs)]) {
      const failure = await this.#runInstant(at);
      if (failure === undefined) continue;
      return at.query === query && at.timeMs === timeMs
        ? failure
        : `as ${at.query} at ${at.timeMs}: ${failure}`;
    }
    return undefined;
  }

  async #runInstant({ query, timeMs }: QueryAtTime): Promise<string | undefined> {
    const { expected } = this.#command;
    const result = await this.#attempt(() => this.#engine.instant(this.#storage, query, timeMs));
    if (typeof result === 'string' || result === undefined) return result;
    const failure = compareResult(result, expected, undefined);
    if (failure !== undefined) return failure;
    const { kind } = expected.value;
    const comparable = kind === 'series' || kind === 'scalar';
    if (!comparable || expected.ordered || CONTEXT_FUNCTIONS.test(query)) return undefined;
    return this.#checkAsRange(query, timeMs, result.value.kind === 'scalar');
  }

  /** The middle step of a short range query has the same answer. */
  async #checkAsRange(query: string, timeMs: number, scalar: boolean): Promise<string | undefined> {
    let result: ScriptResult;
    try {
      const [from, to] = [timeMs - RANGE_CHECK_MS, timeMs + RANGE_CHECK_MS];
      result = await this.#engine.range(this.#storage, query, from, to, RANGE_CHECK_MS);
    } catch (error) {
      return `in range mode: ${(error as Error).message}`;
    }
    const at = stepOf(result.value, timeMs, scalar);
    const difference = at && compareValue(at, this.#command.expected, undefined);
    if (at && difference === undefined) return undefined;
    return `in range mode: ${difference ?? 'not a matrix, or no value'}`;
  }

  /** The result; the failure; or undefined where the query failed as expected. */
  async #attempt(
    evaluate: () => ScriptResult | Promise<ScriptResult>,
  ): Promise<ScriptResult | string | undefined> {
    const { fail } = this.#command.expected;
    let result: ScriptResult;
    try {
      result = await evaluate();
    } catch (error) {
      const { message } = error as Error;
      if (!fail) return `query failed: ${message}`;
      if (meetsText(message, fail)) return undefined;
      return `expected error matching ${describeText(fail)} but got: ${message}`;
    }
    return fail ? 'expected the query to fail, but it did not' : result;
  }
}

/** What a matrix holds at one time, as the instant query would return it. */
function stepOf(value: ScriptValue, timeMs: number, scalar: boolean): ScriptValue | undefined {
  if (value.kind !== 'matrix') return undefined;
  const samples = value.series.flatMap(({ labels, points }) => {
    const point = points.find((candidate) => candidate.timeMs === timeMs);
    return point ? [{ labels, value: point.value, histogram: point.histogram }] : [];
  });
  if (!scalar) return { kind: 'vector', samples };
  return samples[0] && { kind: 'scalar', value: samples[0].value };
}
