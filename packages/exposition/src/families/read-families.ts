// Reads the classic text format into families, strictly: what a Pushgateway accepts and what promtool checks.
// A scrape goes another way (parse/text-parser.ts), which is faster and more forgiving.

import { isLegacyLabelName, isLegacyMetricName } from '@prometheus-ts/model';
import type { FamilyType, MetricFamily } from '../metric-family.ts';
import { parseFloatText } from '../parse/decimal.ts';
import { FamilyBuilder, type SampleRole } from './family-builder.ts';
import { LineCursor } from './line-cursor.ts';

export interface ReadOptions {
  /** Names outside the legacy alphabet are accepted, in quotes. */
  readonly utf8Names: boolean;
}

/** By the word of a TYPE line in upper case. */
const TYPES: Readonly<Record<string, FamilyType>> = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  SUMMARY: 'summary',
  UNTYPED: 'untyped',
  HISTOGRAM: 'histogram',
  GAUGE_HISTOGRAM: 'gaugehistogram',
  GAUGEHISTOGRAM: 'gaugehistogram',
};

const INTEGER = /^[+-]?\d+$/;

/** Stands for the bytes that are no UTF-8; a label value may not hold any. */
const REPLACEMENT = '\ufffd';

/**
 * The families of a body by name, in the order of their first lines; those without samples are left out.
 * Throws FamilyTextError, with upstream's message and the place.
 */
export function readFamilies(body: Uint8Array, options: ReadOptions): Map<string, MetricFamily> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  const reader = new FamilyReader(new LineCursor(text), options);
  return reader.read();
}

class FamilyReader {
  readonly #cursor: LineCursor;
  readonly #utf8Names: boolean;
  readonly #families = new Map<string, FamilyBuilder>();

  constructor(cursor: LineCursor, options: ReadOptions) {
    this.#cursor = cursor;
    this.#utf8Names = options.utf8Names;
  }

  read(): Map<string, MetricFamily> {
    while (this.#cursor.startLine()) this.#line();
    const families = new Map<string, MetricFamily>();
    for (const [name, family] of this.#families) if (!family.isEmpty) families.set(name, family.build());
    return families;
  }

  #line(): void {
    const cursor = this.#cursor;
    if (cursor.atNewline) cursor.advance();
    else if (cursor.at('#')) this.#comment();
    else this.#sample();
  }

  #comment(): void {
    const cursor = this.#cursor;
    cursor.advance();
    cursor.skipBlanks();
    const keyword = cursor.word();
    if (keyword !== 'HELP' && keyword !== 'TYPE') {
      cursor.restOfLine();
      return;
    }
    cursor.skipBlanks();
    const name = cursor.name('metric name', true);
    if (cursor.atNewline) {
      cursor.advance();
      return;
    }
    if (!cursor.atBlank) throw cursor.error('invalid metric name in comment');
    const { family } = this.#familyOf(name);
    cursor.skipBlanks();
    if (cursor.atNewline) cursor.advance();
    else if (keyword === 'HELP') this.#help(family);
    else this.#type(family);
  }

  #help(family: FamilyBuilder): void {
    const cursor = this.#cursor;
    if (family.help !== undefined)
      throw cursor.error(`second HELP line for metric name ${JSON.stringify(family.name)}`);
    family.help = cursor.escapedRestOfLine();
  }

  #type(family: FamilyBuilder): void {
    const cursor = this.#cursor;
    if (family.type !== undefined) {
      const name = JSON.stringify(family.name);
      throw cursor.error(`second TYPE line for metric name ${name}, or TYPE reported after samples`);
    }
    let word = '';
    while (!cursor.atNewline) {
      word += cursor.current;
      cursor.advance();
    }
    const type = TYPES[word.toUpperCase()];
    if (type === undefined) throw cursor.error(`unknown metric type ${JSON.stringify(word)}`);
    cursor.advance();
    family.type = type;
  }

  #sample(): void {
    const cursor = this.#cursor;
    const labels: string[] = [];
    let found: FoundFamily | undefined;
    let bound: number | undefined;
    if (!cursor.at('{')) {
      const name = cursor.name('metric name', true);
      if (name === '') throw cursor.error('invalid metric name');
      found = this.#familyOf(name);
      found.family.type ??= 'untyped';
      cursor.skipBlanks();
    }
    if (cursor.at('{')) {
      const pairs = this.#braces(found);
      found = pairs.found;
      bound = pairs.bound;
      labels.push(...pairs.labels);
      cursor.skipBlanks();
    }
    this.#value(found!, labels, bound);
  }

  /** `{…}` with label pairs, and with the metric name in it where none stands before. */
  #braces(outer: FoundFamily | undefined): {
    found: FoundFamily;
    labels: string[];
    bound: number | undefined;
  } {
    const cursor = this.#cursor;
    const labels: string[] = [];
    let found = outer;
    let bound: number | undefined;
    cursor.advance();
    for (;;) {
      cursor.skipBlanks();
      if (cursor.at('}')) break;
      const name = cursor.name('label name', false);
      const metric = JSON.stringify(found?.family.name ?? '');
      if (name === '') throw cursor.error(`invalid label name for metric ${metric}`);
      cursor.skipBlanks();
      if (!cursor.at('=')) {
        if (outer) throw cursor.error(`expected '=' after label name, found '${cursor.current}'`);
        if (found) throw cursor.error(`multiple metric names for metric ${metric}`);
        if (!cursor.at(',') && !cursor.at('}')) {
          throw cursor.error(`unexpected end of metric name '${cursor.current}'`);
        }
        found = this.#familyOf(name);
        found.family.type ??= 'untyped';
      } else {
        this.#checkLabelName(name);
        const isPart = name === found?.family.partLabel;
        if (!isPart && hasLabel(labels, name))
          throw cursor.error(`duplicate label names for metric ${metric}`);
        const value = this.#labelValue();
        if (isPart) bound = this.#bound(name, value);
        else labels.push(name, value);
        cursor.skipBlanks();
        if (!cursor.at(',') && !cursor.at('}')) {
          throw cursor.error(`unexpected end of label value ${JSON.stringify(value)}`);
        }
      }
      if (cursor.at(',')) cursor.advance();
    }
    if (!found) throw cursor.error('invalid metric name');
    cursor.advance();
    return { found, labels, bound };
  }

  #checkLabelName(name: string): void {
    if (name === '__name__') throw this.#cursor.error('label name "__name__" is reserved');
    if (!this.#utf8Names && !isLegacyLabelName(name)) {
      throw this.#cursor.error(`invalid label name ${JSON.stringify(name)}`);
    }
  }

  /** From the equals sign to behind the closing quote. */
  #labelValue(): string {
    const cursor = this.#cursor;
    cursor.advance();
    cursor.skipBlanks();
    if (!cursor.at('"')) {
      throw cursor.error(`expected '"' at start of label value, found '${cursor.current}'`);
    }
    const value = cursor.labelValue();
    if (value.includes(REPLACEMENT)) throw cursor.error(`invalid label value ${JSON.stringify(value)}`);
    return value;
  }

  #bound(name: string, value: string): number {
    const parsed = parseFloatText(value);
    if ('value' in parsed) return parsed.value;
    throw this.#cursor.error(`expected float as value for '${name}' label, got ${JSON.stringify(value)}`);
  }

  #value({ family, role }: FoundFamily, labels: string[], bound: number | undefined): void {
    const cursor = this.#cursor;
    const word = cursor.word();
    const parsed = parseFloatText(word);
    if (!('value' in parsed)) throw cursor.error(`expected float as value, got ${JSON.stringify(word)}`);
    const { value } = parsed;
    const part: SampleRole =
      bound !== undefined && !Number.isNaN(bound) ? { kind: 'part', bound } : { kind: 'plain' };
    const sample = { labels, role: role.kind === 'plain' ? part : role, value };
    if (family.isHistogram && value < 0 && (sample.role.kind === 'count' || sample.role.kind === 'part')) {
      const what = sample.role.kind === 'count' ? 'count' : 'bucket population';
      throw cursor.error(`negative ${what} for histogram ${JSON.stringify(family.name)}`);
    }
    const metric = family.add(sample);
    if (cursor.atNewline) cursor.advance();
    else metric.timestampMs = this.#timestamp();
  }

  #timestamp(): number {
    const cursor = this.#cursor;
    cursor.skipBlanks();
    const word = cursor.word();
    const timestamp = Number(word);
    if (!INTEGER.test(word) || !Number.isSafeInteger(timestamp)) {
      throw cursor.error(`expected integer as timestamp, got ${JSON.stringify(word)}`);
    }
    const rest = cursor.restOfLine();
    if (rest !== '') throw cursor.error(`spurious string after timestamp: ${JSON.stringify(rest)}`);
    return timestamp;
  }

  /** The family that a name on a line belongs to; `x_count` belongs to the summary `x` when there is one. */
  #familyOf(name: string): FoundFamily {
    const valid = this.#utf8Names ? name !== '' && !name.includes(REPLACEMENT) : isLegacyMetricName(name);
    if (!valid) throw this.#cursor.error(`invalid metric name ${JSON.stringify(name)}`);
    const known = this.#families.get(name);
    if (known) return { family: known, role: { kind: 'plain' } };
    const suffixed = /^(.+)_(count|sum|bucket)$/s.exec(name);
    if (suffixed) {
      const [, base, suffix] = suffixed;
      const family = this.#families.get(base!);
      if (family && (family.isHistogram || (family.type === 'summary' && suffix !== 'bucket'))) {
        return {
          family,
          role: suffix === 'bucket' ? { kind: 'plain' } : { kind: suffix as 'count' | 'sum' },
        };
      }
    }
    const family = new FamilyBuilder(name);
    this.#families.set(name, family);
    return { family, role: { kind: 'plain' } };
  }
}

interface FoundFamily {
  readonly family: FamilyBuilder;
  /** What the suffix of the name says; labels may say more. */
  readonly role: SampleRole;
}

function hasLabel(labels: readonly string[], name: string): boolean {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return true;
  return false;
}
