// Gathers what the lines below an eval expect.
import { compileUnanchored } from '@prometheus-ts/regexp';
import { unquote } from '../parse/unquote.ts';
import type {
  AnnotationExpectation,
  Expectations,
  ExpectedSeries,
  ExpectedValue,
  ScriptError,
  TextExpectation,
  TimeGrid,
} from './commands.ts';

const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;

type Fail = (message: string) => ScriptError;

interface Draft {
  none: boolean;
  some: boolean;
  readonly texts: TextExpectation[];
}

export class ExpectationBuilder {
  #fail: TextExpectation | undefined;
  #ordered: boolean;
  readonly #warnings: Draft = { none: false, some: false, texts: [] };
  readonly #infos: Draft = { none: false, some: false, texts: [] };
  #scalar: number | undefined;
  #string = '';
  #hasString = false;
  #times: TimeGrid | undefined;
  /** By label set: of equal ones the last counts. */
  readonly #series = new Map<string, ExpectedSeries>();
  readonly #oldFail: boolean;

  /** @param modifier what follows `eval_`, the older way to say what is expected */
  constructor(modifier: string | undefined) {
    this.#oldFail = modifier === 'fail';
    this.#fail = this.#oldFail ? { kind: 'any' } : undefined;
    this.#ordered = modifier === 'ordered';
    this.#warnings.some = modifier === 'warn';
    this.#infos.some = modifier === 'info';
  }

  get hasRangeVector(): boolean {
    return this.#times !== undefined;
  }

  /** The message lines that went with `eval_fail`; whether the line was one, which then ends the command. */
  takeOldFailText(line: string, fail: Fail): boolean {
    if (!this.#oldFail) return false;
    const message = textAfter(line, 'expected_fail_message');
    const pattern = textAfter(line, 'expected_fail_regexp');
    if (message !== undefined) this.#fail = { kind: 'equal', text: message };
    else if (pattern !== undefined) this.#fail = patternOf(pattern, 'expected_fail_regexp', fail);
    return message !== undefined || pattern !== undefined;
  }

  rangeVector(times: TimeGrid): void {
    this.#times = times;
  }

  /** @param text what follows `expect string` */
  string(text: string, fail: Fail): void {
    const literal = text.trim();
    if (literal === '') throw fail('expected string literal not valid - a quoted string literal is required');
    if (!/^("(?:[^"\\]|\\.)*"|`[^`]*`)$/.test(literal)) {
      throw fail('expected string literal not valid - check that the string is correctly quoted');
    }
    this.#string = unquote(literal);
    this.#hasString = true;
  }

  /** An `expect fail|warn|…` line. */
  annotation(line: string, fail: Fail): void {
    const parts = EXPECT.exec(line);
    if (!parts) {
      throw fail('invalid expect statement, must match `expect <type> <match_type>: <string>` format');
    }
    const [, type, match, raw] = parts;
    const text = parseText(match, raw?.trim() ?? '', type!, fail);
    switch (type) {
      case 'ordered':
        this.#ordered = true;
        return;
      case 'fail':
        if (this.#fail) throw fail('invalid expect lines, multiple expect fail lines are not allowed');
        this.#fail = text;
        return;
      case 'warn':
        this.#warnings.texts.push(text);
        break;
      case 'no_warn':
        this.#warnings.none = true;
        break;
      case 'info':
        this.#infos.texts.push(text);
        break;
      case 'no_info':
        this.#infos.none = true;
        break;
    }
    refuseBoth(this.#infos, 'info', fail);
    refuseBoth(this.#warnings, 'warn', fail);
  }

  scalar(value: number): void {
    this.#scalar = value;
  }

  series(series: ExpectedSeries): void {
    this.#scalar = undefined;
    this.#series.set(series.labels.key, series);
  }

  build(): Expectations {
    return {
      fail: this.#fail,
      ordered: this.#ordered,
      warnings: this.#warnings satisfies AnnotationExpectation,
      infos: this.#infos,
      value: this.#value(),
    };
  }

  #value(): ExpectedValue {
    if (this.#hasString) return { kind: 'string', value: this.#string };
    if (this.#scalar !== undefined) return { kind: 'scalar', value: this.#scalar };
    const series = [...this.#series.values()];
    return this.#times ? { kind: 'range-vector', times: this.#times, series } : { kind: 'series', series };
  }
}

function parseText(match: string | undefined, text: string, type: string, fail: Fail): TextExpectation {
  if (match === 'msg') return { kind: 'equal', text };
  return match === 'regex' ? patternOf(text, type, fail) : { kind: 'any' };
}

function patternOf(source: string, type: string, fail: Fail): TextExpectation {
  try {
    const regexp = compileUnanchored(source);
    return { kind: 'pattern', source, matches: (text) => regexp.matches(text) };
  } catch {
    throw fail(`invalid regex ${source} for ${type}`);
  }
}

function refuseBoth(draft: Draft, name: string, fail: Fail): void {
  if (!draft.none || draft.texts.length === 0) return;
  throw fail(`invalid expect lines, ${name} and no_${name} cannot be used together`);
}

function textAfter(line: string, prefix: string): string | undefined {
  return line.startsWith(prefix) ? line.slice(prefix.length).trim() : undefined;
}
