// Holds a body to the letter of OpenMetrics 1.0, which scraping does not: upstream's parser, and so ours, takes
// much that the specification forbids. For checks and lints; the first mistake ends it.
import type { CodedError, MetricType } from '@prometheus-ts/model';
import { EntryKind } from '../parse/entry.ts';
import { KnownLines } from '../parse/known-lines.ts';
import { syntaxError } from '../parse/syntax-error.ts';
import { TextParser } from '../parse/text-parser.ts';
import { SampleGroup } from './group-rules.ts';
import { checkSample, SUFFIXES } from './sample-rules.ts';

const COMMA = 44;

class Family {
  readonly name: string;
  type: MetricType | undefined;
  readonly described = new Set<EntryKind>();
  hasUnit = false;
  group: SampleGroup | undefined;
  readonly closedGroups = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }
}

class OpenMetricsChecker {
  readonly #parser = new TextParser(new KnownLines(), { format: 'openmetrics' });
  readonly #bytes: Uint8Array;
  #family: Family | undefined;
  /** Every name that a family has taken: its own, and those of its samples. */
  readonly #taken = new Set<string>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(): void {
    const parser = this.#parser;
    parser.start(this.#bytes, this.#bytes.length);
    for (;;) {
      const kind = parser.next();
      if (kind === EntryKind.series) this.#sample();
      else if (kind === EntryKind.end) break;
      else this.#describe(kind);
    }
    this.#closeFamily();
  }

  #fail(message: string): CodedError {
    return syntaxError(message, this.#bytes, this.#bytes.length, this.#parser.entryStart);
  }

  #require(problem: string): void {
    if (problem !== '') throw this.#fail(problem);
  }

  #describe(kind: EntryKind): void {
    const parser = this.#parser;
    const name = parser.familyName();
    const family = this.#family?.name === name ? this.#family : this.#openFamily(name);
    // A group stays open until the family ends.
    if (family.group) throw this.#fail('metadata come before the samples of their family');
    if (family.described.has(kind)) throw this.#fail(`the metadata of ${name} stand twice`);
    family.described.add(kind);
    if (kind === EntryKind.type) {
      family.type = parser.metricType();
      this.#take(family);
    }
    family.hasUnit ||= kind === EntryKind.unit && parser.text() !== '';
    if (family.hasUnit && (family.type === 'info' || family.type === 'stateset')) {
      throw this.#fail(`a family of the type ${family.type} has no unit`);
    }
  }

  #sample(): void {
    const parser = this.#parser;
    const series = parser.seriesBytes();
    if (series.at(-2) === COMMA) throw this.#fail('a comma stands before the closing brace');
    const labels = parser.labels();
    // The parser rewrites bounds, so the spelling has to be looked for in the bytes.
    if (labels.get('le') === '+Inf' && !Buffer.from(series).includes('le="+Inf"')) {
      throw this.#fail('the bound of the last bucket is written +Inf');
    }
    const name = labels.metricName;
    let family = this.#family;
    let suffix = family ? suffixIn(family, name) : undefined;
    if (!family || suffix === undefined) {
      family = this.#openFamily(name);
      suffix = '';
    }
    if (family.type === undefined) {
      family.type = 'unknown';
      this.#take(family);
    }
    const value = new Float64Array(Int32Array.of(parser.valueLow, parser.valueHigh).buffer)[0]!;
    const sample = { suffix, labels, value, exemplars: parser.exemplars() };
    this.#require(checkSample(family.type, family.name, sample));
    const part = { histogram: 'le', gaugehistogram: 'le', summary: 'quantile' }[family.type as string];
    const key = labels
      .withoutName()
      .filter((label) => label !== part && !(family.type === 'stateset' && label === family.name)).key;
    const group = this.#group(family, key);
    this.#require(group.add(sample, parser.hasTimestamp ? parser.timestampMs : undefined));
  }

  /** The group that the sample belongs to; one that was left does not come back. */
  #group(family: Family, key: string): SampleGroup {
    if (family.group?.key === key) return family.group;
    this.#closeGroup(family);
    if (family.closedGroups.has(key)) throw this.#fail('the samples of a metric stand together');
    family.group = new SampleGroup(key, family.type!);
    return family.group;
  }

  #closeGroup(family: Family): void {
    if (!family.group) return;
    this.#require(family.group.finish());
    family.closedGroups.add(family.group.key);
    family.group = undefined;
  }

  #openFamily(name: string): Family {
    this.#closeFamily();
    if (this.#taken.has(name)) throw this.#fail(`another family has taken the name ${name}`);
    this.#taken.add(name);
    this.#family = new Family(name);
    return this.#family;
  }

  #closeFamily(): void {
    if (this.#family) this.#closeGroup(this.#family);
    this.#family = undefined;
  }

  /** Takes the names of the family's samples. */
  #take(family: Family): void {
    for (const suffix of SUFFIXES[family.type!]) {
      const name = family.name + suffix;
      if (suffix !== '' && this.#taken.has(name))
        throw this.#fail(`another family has taken the name ${name}`);
      this.#taken.add(name);
    }
  }
}

function suffixIn(family: Family, name: string): string | undefined {
  if (!name.startsWith(family.name)) return undefined;
  const suffix = name.slice(family.name.length);
  return SUFFIXES[family.type ?? 'unknown'].includes(suffix) ? suffix : undefined;
}

/** Throws CodedError `exposition-syntax` with line and column for the first thing that is not OpenMetrics 1.0. */
export function checkOpenMetrics(body: Uint8Array): void {
  new OpenMetricsChecker(body).run();
}
