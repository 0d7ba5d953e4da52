// Puts a native histogram with custom buckets behind every classic histogram of a text body, and leaves out the
// classic series unless they are kept (convert_classic_histograms_to_nhcb).
//
// A histogram is collected line by line while the family has the type histogram and the labels other than `le`
// stay the same. What ends it — other labels, a metadata line, the end of the body — is held back for one call,
// in which the histogram is given out.
import {
  CodedError,
  formatLabelSet,
  HistogramError,
  type LabelSet,
  METRIC_NAME,
  type MetricType,
  validateHistogram,
  validateIntegerHistogram,
} from '@prometheus-ts/model';
import { ClassicHistogram } from './classic-histogram.ts';
import { parseFloatText } from './decimal.ts';
import {
  EntryKind,
  type ExpositionParser,
  type ParsedExemplar,
  type ParsedHistogram,
  type ParserOptions,
} from './entry.ts';
import { type KnownLines, PAYLOAD, RECORD } from './known-lines.ts';
import { TextParser } from './text-parser.ts';

const BUCKET = '_bucket';
const SUM = '_sum';
const COUNT = '_count';

interface Emission {
  readonly labels: LabelSet;
  readonly bytes: Uint8Array;
  readonly histogram: ParsedHistogram;
  readonly exemplars: ParsedExemplar[];
  readonly startMs: number;
  readonly timestampMs: number | undefined;
}

export class ClassicConverter implements ExpositionParser {
  readonly #lines: KnownLines;
  readonly #inner: TextParser;
  readonly #keepsClassic: boolean;
  readonly #wantsStart: boolean;
  readonly #classic = new ClassicHistogram();
  /** Name of the family in the last type line. */
  #family = '';
  /** Labels of the histogram that is being collected, under the family's name and without `le`. */
  #collecting: LabelSet | undefined;
  #exemplars: ParsedExemplar[] = [];
  #startMs = 0;
  #timestampMs: number | undefined;
  /** Whether the current series entry is part of a histogram that is being collected. */
  #isPart = false;
  /** The entry that is a histogram, while it is the current one, and its slot. */
  #emission: Emission | undefined;
  #slot = -1;
  #held: EntryKind = EntryKind.end;

  known = -1;
  valueLow = 0;
  valueHigh = 0;
  hasTimestamp = false;
  timestampMs = 0;
  hasExemplars = false;

  constructor(known: KnownLines, options: ParserOptions) {
    this.#lines = known;
    this.#inner = new TextParser(known, options);
    this.#keepsClassic = options.keepClassicHistograms ?? false;
    this.#wantsStart = options.skipCreatedSeries ?? false;
  }

  start(body: Uint8Array, length: number): void {
    this.#inner.start(body, length);
    this.#family = '';
    this.#collecting = this.#emission = undefined;
    this.#classic.clear();
    this.#exemplars = [];
  }

  release(): void {
    this.#inner.release();
    this.#collecting = this.#emission = undefined;
  }

  next(): EntryKind {
    const inner = this.#inner;
    let isHeld = this.#emission !== undefined;
    this.#emission = undefined;
    for (;;) {
      const kind = isHeld ? this.#held : inner.next();
      if (kind === EntryKind.type) this.#family = inner.familyName();
      if (!isHeld && this.#endsHistogram(kind) && this.#finish(kind)) return EntryKind.histogram;
      isHeld = false;
      this.#isPart = kind === EntryKind.series && this.#collect();
      if (this.#isPart && !this.#keepsClassic) continue;
      this.#takeEntry();
      return kind;
    }
  }

  remember(payload: number): void {
    const { bytes } = this.#emission ?? {};
    if (bytes === undefined) {
      this.#inner.remember(payload);
      this.known = this.#inner.known;
      return;
    }
    if (this.#slot >= 0) this.#lines.setPayload(this.#slot, payload);
    else {
      const span = { start: 0, keyEnd: bytes.length, prefixEnd: bytes.length };
      this.#slot = this.#lines.add(bytes, viewOf(bytes), span, EntryKind.series, 0, payload);
    }
    this.known = this.#slot >= 0 ? payload : -1;
  }

  seriesBytes(): Uint8Array {
    return this.#emission?.bytes ?? this.#inner.seriesBytes();
  }

  labels(): LabelSet {
    return this.#emission?.labels ?? this.#inner.labels();
  }

  familyName(): string {
    return this.#inner.familyName();
  }

  metricType(): MetricType {
    return this.#inner.metricType();
  }

  text(): string {
    return this.#inner.text();
  }

  histogram(): ParsedHistogram {
    return this.#emission?.histogram ?? this.#inner.histogram();
  }

  startTimestampMs(): number {
    if (this.#emission) return this.#emission.startMs;
    return this.#isPart ? this.#startMs : this.#inner.startTimestampMs();
  }

  exemplars(): ParsedExemplar[] {
    if (this.#emission) return this.#emission.exemplars;
    // Those of a part go to the histogram.
    return this.#isPart ? [] : this.#inner.exemplars();
  }

  /** Makes the inner parser's entry the current one. */
  #takeEntry(): void {
    const inner = this.#inner;
    this.known = inner.known;
    this.valueLow = inner.valueLow;
    this.valueHigh = inner.valueHigh;
    this.hasTimestamp = inner.hasTimestamp;
    this.timestampMs = inner.timestampMs;
    this.hasExemplars = inner.hasExemplars && !this.#isPart;
  }

  /** Whether the entry cannot belong to what is being collected. */
  #endsHistogram(kind: EntryKind): boolean {
    if (!this.#collecting) return false;
    if (kind !== EntryKind.series || this.#inner.metricType() !== 'histogram') return true;
    const labels = this.#inner.labels();
    return !baseLabels(labels, splitName(labels.metricName)[0]).equals(this.#collecting);
  }

  /** Takes the series entry as part of a histogram; false where it is none. */
  #collect(): boolean {
    const inner = this.#inner;
    if (inner.metricType() !== 'histogram') return false;
    const labels = inner.labels();
    const [base, suffix] = splitName(labels.metricName);
    if (suffix === '' || base !== this.#family) return false;
    let bound = NaN;
    if (suffix === BUCKET) {
      const parsed = parseFloatText(labels.get('le'));
      if (!('value' in parsed) || Number.isNaN(parsed.value)) return false;
      bound = parsed.value;
    }
    if (!this.#collecting) {
      this.#collecting = baseLabels(labels, base);
      this.#startMs = this.#wantsStart ? inner.startTimestampMs() : 0;
    }
    if (inner.hasExemplars) this.#exemplars.push(...inner.exemplars());
    this.#timestampMs = inner.hasTimestamp ? inner.timestampMs : undefined;
    const value = new Float64Array(Int32Array.of(inner.valueLow, inner.valueHigh).buffer)[0]!;
    if (suffix === BUCKET) this.#classic.setBucket(bound, value);
    else if (suffix === COUNT) this.#classic.setCount(value);
    else this.#classic.setSum(value);
    return true;
  }

  /** Gives out what was collected, with `held` to come next; false where it does not make a histogram. */
  #finish(held: EntryKind): boolean {
    const labels = this.#collecting!;
    const exemplars = this.#exemplars;
    const histogram = this.#convert();
    this.#collecting = undefined;
    this.#exemplars = [];
    this.#classic.clear();
    if (!histogram) return false;
    const bytes = Buffer.from(formatLabelSet(labels));
    const timestampMs = this.#timestampMs;
    this.#emission = { labels, bytes, histogram, exemplars, startMs: this.#startMs, timestampMs };
    this.#held = held;
    this.#slot = this.#lines.find(viewOf(bytes), 0, bytes.length);
    this.known = this.#slot < 0 ? -1 : this.#lines.records[this.#slot * RECORD + PAYLOAD]!;
    this.hasTimestamp = timestampMs !== undefined;
    this.timestampMs = timestampMs ?? 0;
    this.hasExemplars = exemplars.length > 0;
    return true;
  }

  #convert(): ParsedHistogram | undefined {
    try {
      const parsed = this.#classic.convert();
      if (parsed.kind === 'integer') validateIntegerHistogram(parsed.histogram);
      else validateHistogram(parsed.histogram);
      return parsed;
    } catch (error) {
      if (error instanceof CodedError || error instanceof HistogramError) return undefined;
      throw error;
    }
  }
}

/** The name of the histogram and the suffix of its part, '' for none. */
function splitName(name: string): [string, string] {
  for (const suffix of [BUCKET, SUM, COUNT]) {
    if (name.endsWith(suffix)) return [name.slice(0, -suffix.length), suffix];
  }
  return [name, ''];
}

function baseLabels(labels: LabelSet, name: string): LabelSet {
  return labels.with('le', '').with(METRIC_NAME, name);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
