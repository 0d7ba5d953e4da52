// Length-delimited io.prometheus.client.MetricFamily messages as the entries a text body would have. A metric is
// read into columns that are used again; series are known by a key made of the family's name, the bytes of the
// labels and what part of the metric they are, so a known series costs no allocation.
import {
  CodedError,
  CounterResetHint,
  type LabelSet,
  METRIC_NAME,
  type MetricType,
} from '@prometheus-ts/model';
import { formatOpenMetricsFloat } from '../../float-text.ts';
import { decodeText, isValidUtf8, quoteBytes } from '../byte-text.ts';
import { ClassicHistogram } from '../classic-histogram.ts';
import {
  EntryKind,
  type ExpositionParser,
  type ParsedExemplar,
  type ParsedHistogram,
  type ParserOptions,
} from '../entry.ts';
import { type KnownLines, PAYLOAD, RECORD } from '../known-lines.ts';
import { labelSetOf } from '../series-text.ts';
import { SYNTAX_ERROR } from '../syntax-error.ts';
import { hasNativeParts, readHistogram, spanError } from './native-histogram.ts';
import { ProtoMetric, readTimestampMs } from './proto-metric.ts';
import { ProtoReader, WireType } from './proto-reader.ts';
import { SeriesKey } from './series-key.ts';

const Family = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;

/** By the number of the enumeration in metrics.proto. */
const TYPES: readonly MetricType[] = [
  'counter',
  'gauge',
  'summary',
  'unknown',
  'histogram',
  'gaugehistogram',
];

/** What an entry is of its metric. From 0 on it is the index of a bucket or quantile. */
const Part = { native: -4, whole: -3, count: -2, sum: -1 } as const;

const NOTHING = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);

const scratch = new Float64Array(1);
const scratchWords = new Int32Array(scratch.buffer);

export class ProtobufParser implements ExpositionParser {
  readonly #lines: KnownLines;
  readonly #ignoresNative: boolean;
  readonly #converts: boolean;
  readonly #keepsClassic: boolean;
  readonly #withMetadata: boolean;
  readonly #reader = new ProtoReader();
  readonly #metric = new ProtoMetric();
  readonly #key = new SeriesKey();
  #bytes: Uint8Array = NOTHING;
  #view: DataView = NOTHING_VIEW;
  #limit = 0;
  /** Start of the next family. */
  #next = 0;

  /** The current family: bounds of its fields, where its next metric is looked for, and its end. */
  #nameStart = 0;
  #nameEnd = 0;
  #helpStart = 0;
  #helpEnd = 0;
  #unitStart = 0;
  #unitEnd = 0;
  #type: MetricType = 'unknown';
  #metricAt = 0;
  #familyEnd = 0;

  /** The kind of the last entry; of a series or histogram also which part of the metric. */
  #kind: EntryKind = EntryKind.end;
  #part: number = Part.whole;
  #slot = -1;
  #converted: ParsedHistogram | undefined;

  known = -1;
  valueLow = 0;
  valueHigh = 0;
  hasTimestamp = false;
  timestampMs = 0;
  hasExemplars = false;

  constructor(known: KnownLines, options: ParserOptions = {}) {
    this.#lines = known;
    this.#ignoresNative = options.ignoreNativeHistograms ?? false;
    this.#converts = options.convertClassicHistograms ?? false;
    this.#keepsClassic = options.keepClassicHistograms ?? false;
    this.#withMetadata = options.typeAndUnitLabels ?? false;
  }

  start(body: Uint8Array, length: number): void {
    this.#bytes = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.length);
    this.#limit = length;
    this.#next = 0;
    this.#metricAt = this.#familyEnd = 0;
    this.#kind = EntryKind.end;
    this.#lines.beginBody();
  }

  release(): void {
    this.#bytes = NOTHING;
    this.#view = NOTHING_VIEW;
    this.#limit = this.#next = this.#metricAt = this.#familyEnd = 0;
    this.#kind = EntryKind.end;
    this.#reader.reset(NOTHING, NOTHING_VIEW, 0, 0);
    this.#metric.release();
  }

  next(): EntryKind {
    this.known = -1;
    this.#slot = -1;
    this.hasExemplars = false;
    this.#kind = this.#advance();
    if (this.#kind === EntryKind.series || this.#kind === EntryKind.histogram) this.#lookUp();
    else if (this.#kind === EntryKind.end) this.#lines.endBody();
    return this.#kind;
  }

  remember(payload: number): void {
    if (this.#kind !== EntryKind.series && this.#kind !== EntryKind.histogram) return;
    if (this.#slot >= 0) this.#lines.setPayload(this.#slot, payload);
    else this.#slot = this.#key.addTo(this.#lines, payload);
    this.known = this.#slot >= 0 ? payload : -1;
  }

  /** Name and labels, each behind the byte 0xff. */
  seriesBytes(): Uint8Array {
    const { pairs } = this.labels();
    const labels = pairs.filter((_, i) => pairs[i & ~1] !== METRIC_NAME);
    const parts = [this.#seriesName(), ...labels].map((text) => Buffer.from(text));
    return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [Buffer.of(0xff), part])));
  }

  labels(): LabelSet {
    const pairs = [METRIC_NAME, this.#seriesName()];
    if (this.#withMetadata && this.#type !== 'unknown') pairs.push('__type__', this.#type);
    const unit = decodeText(this.#bytes, this.#unitStart, this.#unitEnd);
    if (this.#withMetadata && unit !== '') pairs.push('__unit__', unit);
    const own = pairs.length;
    const { labels } = this.#metric;
    for (let i = 0; i < labels.length; i += 3) this.#readLabel(labels[i + 1]!, labels[i + 2]!, pairs, own);
    const part = this.#part;
    if (part >= 0) {
      const isSummary = this.#type === 'summary';
      const bound = isSummary ? this.#double(this.#metric.quantiles[2 * part]!) : this.#bound(part);
      pairs.push(isSummary ? 'quantile' : 'le', formatOpenMetricsFloat(bound));
    }
    return labelSetOf(pairs);
  }

  familyName(): string {
    return decodeText(this.#bytes, this.#nameStart, this.#nameEnd);
  }

  metricType(): MetricType {
    return this.#type;
  }

  text(): string {
    if (this.#kind === EntryKind.unit) return decodeText(this.#bytes, this.#unitStart, this.#unitEnd);
    return decodeText(this.#bytes, this.#helpStart, this.#helpEnd);
  }

  histogram(): ParsedHistogram {
    return (
      this.#converted ?? readHistogram(this.#metric, this.#double(this.#metric.valueAt), this.#isGauge())
    );
  }

  startTimestampMs(): number {
    return this.#metric.startMs;
  }

  exemplars(): ParsedExemplar[] {
    const metric = this.#metric;
    if (this.#kind === EntryKind.series) {
      if (this.#part >= 0 && this.#type !== 'summary') return this.#exemplarsAt(this.#bucketExemplar());
      return this.#type === 'counter' ? this.#exemplarsAt(metric.exemplars).slice(-1) : [];
    }
    // Exemplars of native histograms must have a timestamp; those of buckets stand in where there are no others.
    const places = metric.exemplars.length > 0 ? metric.exemplars : metric.bucketExemplars;
    return this.#exemplarsAt(places).filter((each) => each.timestampMs !== undefined);
  }

  /** What the body says next, family by family, metric by metric, part by part. */
  #advance(): EntryKind {
    switch (this.#kind) {
      case EntryKind.help:
        if (this.#unitEnd > this.#unitStart) return EntryKind.unit;
        return EntryKind.type;
      case EntryKind.unit:
        return EntryKind.type;
      case EntryKind.series:
      case EntryKind.histogram:
        if (this.#nextPart()) return this.#partKind();
        break;
    }
    while (this.#nextMetric()) {
      if (this.#firstPart()) return this.#partKind();
    }
    return this.#nextFamily() ? EntryKind.help : EntryKind.end;
  }

  #partKind(): EntryKind {
    return this.#part === Part.native ? EntryKind.histogram : EntryKind.series;
  }

  #isHistogram(): boolean {
    return this.#type === 'histogram' || this.#type === 'gaugehistogram';
  }

  #isGauge(): boolean {
    return this.#type === 'gaugehistogram';
  }

  #isNative(): boolean {
    return !this.#ignoresNative && hasNativeParts(this.#metric);
  }

  /** Goes to the first part of a metric that has just been read. */
  #firstPart(): boolean {
    this.#converted = undefined;
    if (!this.#isHistogram()) this.#part = this.#type === 'summary' ? Part.count : Part.whole;
    else if (this.#isNative()) {
      const error = spanError(this.#metric);
      if (error !== '') throw this.#error(`histogram ${this.#quotedName()}: ${error}`);
      this.#part = Part.native;
    } else if (this.#converts && !this.#keepsClassic) this.#convert();
    else this.#part = Part.count;
    return true;
  }

  /** Goes to the next part of the metric; false where there is none. */
  #nextPart(): boolean {
    if (this.#part === Part.whole) return false;
    const { boundsAt, quantiles } = this.#metric;
    if (this.#part === Part.native) {
      // The classic series follow a native histogram that has them too; they came before a converted one.
      if (this.#converted || !this.#keepsClassic || boundsAt.length === 0) return false;
      this.#part = Part.count;
      return true;
    }
    if (this.#type === 'summary') return ++this.#part < quantiles.length / 2;
    const isLast = this.#part >= 0 && this.#bound(this.#part) === Infinity;
    if (!isLast && this.#part < boundsAt.length) {
      this.#part++;
      return true;
    }
    if (!this.#converts || this.#isNative()) return false;
    this.#convert();
    return true;
  }

  #convert(): void {
    const metric = this.#metric;
    const classic = new ClassicHistogram();
    classic.setCount(metric.countFloat || metric.count);
    classic.setSum(this.#double(metric.valueAt));
    for (let i = 0; i < metric.boundsAt.length; i++)
      classic.setBucket(this.#bound(i), metric.bucketCounts[i]!);
    this.#converted = classic.convert();
    if (this.#isGauge()) this.#converted = asGauge(this.#converted);
    this.#part = Part.native;
  }

  /** Reads the next metric of the family; false where there is none. */
  #nextMetric(): boolean {
    const reader = this.#reader;
    reader.reset(this.#bytes, this.#view, this.#metricAt, this.#familyEnd);
    while (reader.next()) {
      if (reader.field !== Family.metric) {
        reader.skip();
        continue;
      }
      reader.message();
      this.#metricAt = reader.at;
      const error = this.#metric.read(this.#bytes, this.#view, reader.start, reader.stop);
      if (error !== '') throw this.#error(error);
      return true;
    }
    this.#metricAt = this.#familyEnd;
    return false;
  }

  /** Reads the header of the next family that has metrics; false at the end of the body. */
  #nextFamily(): boolean {
    while (this.#next < this.#limit) {
      if (this.#readFamily()) return true;
    }
    return false;
  }

  #readFamily(): boolean {
    const reader = this.#reader;
    reader.reset(this.#bytes, this.#view, this.#next, this.#limit);
    const length = reader.varint();
    if (reader.error !== '' || reader.at - this.#next > 5) {
      throw this.#error('clientpb: invalid varint encountered');
    }
    const end = reader.at + length;
    if (end > this.#limit) {
      const bytes = `at least ${end - this.#next} bytes, got ${this.#limit - this.#next} bytes`;
      throw this.#error(`clientpb: insufficient length of buffer, expected ${bytes}`);
    }
    this.#metricAt = reader.at;
    this.#familyEnd = this.#next = end;
    const { hasMetrics, type } = this.#readHeader();
    if (!hasMetrics) return false;
    this.#checkHeader(type);
    return true;
  }

  #readHeader(): { hasMetrics: boolean; type: number } {
    const reader = this.#reader;
    reader.reset(this.#bytes, this.#view, this.#metricAt, this.#familyEnd);
    this.#nameStart = this.#nameEnd = this.#helpStart = this.#helpEnd = this.#unitStart = this.#unitEnd = 0;
    let hasMetrics = false;
    let type = 0;
    while (reader.next()) {
      if (reader.field === Family.type) {
        if (reader.is(WireType.varint)) type = reader.varint();
        continue;
      }
      if (reader.field > Family.unit) {
        reader.skip();
        continue;
      }
      if (!reader.is(WireType.bytes)) break;
      reader.message();
      hasMetrics ||= reader.field === Family.metric;
      if (reader.field === Family.name) {
        this.#nameStart = reader.start;
        this.#nameEnd = reader.stop;
      } else if (reader.field === Family.help) {
        this.#helpStart = reader.start;
        this.#helpEnd = reader.stop;
      } else if (reader.field === Family.unit) {
        this.#unitStart = reader.start;
        this.#unitEnd = reader.stop;
      }
    }
    if (reader.error !== '') throw this.#error(reader.error);
    return { hasMetrics, type };
  }

  #checkHeader(type: number): void {
    const bytes = this.#bytes;
    if (this.#nameStart === this.#nameEnd || !isValidUtf8(bytes, this.#nameStart, this.#nameEnd)) {
      throw this.#error(`invalid metric name: ${this.familyName()}`);
    }
    if (!isValidUtf8(bytes, this.#helpStart, this.#helpEnd)) {
      const help = decodeText(bytes, this.#helpStart, this.#helpEnd);
      throw this.#error(`invalid help for metric ${this.#quotedName()}: ${help}`);
    }
    const known = TYPES[type];
    if (known === undefined)
      throw this.#error(`unknown metric type for metric ${this.#quotedName()}: ${type}`);
    this.#type = known;
  }

  /** Value, time and key of the part; whether it is known. */
  #lookUp(): void {
    const metric = this.#metric;
    this.hasTimestamp = metric.timestampMs !== 0;
    this.timestampMs = metric.timestampMs;
    if (this.#part !== Part.native) this.#readValue();
    this.hasExemplars = this.#mayHaveExemplars();
    this.#key.build(this.#bytes, this.#nameStart, this.#nameEnd, metric.labels, this.#part, this.#boundAt());
    this.#slot = this.#key.find(this.#lines);
    if (this.#slot < 0) return;
    this.#lines.visit(this.#slot);
    this.known = this.#lines.records[this.#slot * RECORD + PAYLOAD]!;
  }

  #readValue(): void {
    const metric = this.#metric;
    const part = this.#part;
    let place = metric.valueAt;
    if (part >= 0) place = this.#type === 'summary' ? metric.quantiles[2 * part + 1]! : -1;
    if (part === Part.count || (part >= 0 && this.#type !== 'summary')) {
      const isBucket = part >= 0 && part < metric.boundsAt.length;
      scratch[0] = isBucket ? metric.bucketCounts[part]! : metric.countFloat || metric.count;
      this.valueLow = scratchWords[0]!;
      this.valueHigh = scratchWords[1]!;
    } else {
      this.valueLow = place < 0 ? 0 : this.#view.getInt32(place, true);
      this.valueHigh = place < 0 ? 0 : this.#view.getInt32(place + 4, true);
    }
  }

  #mayHaveExemplars(): boolean {
    const { exemplars, bucketExemplars } = this.#metric;
    if (this.#part === Part.native) return exemplars.length > 0 || bucketExemplars.length > 0;
    if (this.#part >= 0) return this.#type !== 'summary' && (bucketExemplars[2 * this.#part + 1] ?? 0) > 0;
    return this.#part === Part.whole && this.#type === 'counter' && exemplars.length > 0;
  }

  #bucketExemplar(): readonly number[] {
    return this.#metric.bucketExemplars.slice(2 * this.#part, 2 * this.#part + 2);
  }

  /** Place of the double that tells this part from its neighbours, -1 for none. */
  #boundAt(): number {
    if (this.#part < 0) return -1;
    if (this.#type === 'summary') return this.#metric.quantiles[2 * this.#part]!;
    return this.#metric.boundsAt[this.#part] ?? -1;
  }

  #bound(bucket: number): number {
    return bucket < this.#metric.boundsAt.length ? this.#double(this.#metric.boundsAt[bucket]!) : Infinity;
  }

  #double(place: number): number {
    return place < 0 ? 0 : this.#view.getFloat64(place, true);
  }

  #seriesName(): string {
    const name = this.familyName();
    if (this.#part === Part.count) return `${name}_count`;
    if (this.#part === Part.sum) return `${name}_sum`;
    return this.#part >= 0 && this.#type !== 'summary' ? `${name}_bucket` : name;
  }

  /** Adds name and value of the label pair at `start` to `pairs`, the first `own` of which it may not repeat. */
  #readLabel(start: number, stop: number, pairs: string[], own: number): void {
    const reader = this.#reader;
    reader.reset(this.#bytes, this.#view, start, stop);
    let name = '';
    let value = '';
    while (reader.next()) {
      if (reader.field > 2 || !reader.is(WireType.bytes)) {
        reader.skip();
        continue;
      }
      reader.message();
      const text = decodeText(this.#bytes, reader.start, reader.stop);
      if (reader.field === 1) name = text;
      else value = text;
    }
    if (reader.error !== '') throw this.#error(reader.error);
    if (name === '' || !name.isWellFormed()) throw this.#error(`invalid label name: ${name}`);
    if (!value.isWellFormed()) throw this.#error(`invalid label value: ${value}`);
    if (this.#withMetadata) for (let i = 0; i < own; i += 2) if (pairs[i] === name) return;
    pairs.push(name, value);
  }

  #exemplarsAt(places: readonly number[]): ParsedExemplar[] {
    const exemplars: ParsedExemplar[] = [];
    for (let i = 0; i < places.length; i += 2) {
      if (places[i + 1]! > 0) exemplars.push(this.#readExemplar(places[i]!, places[i + 1]!));
    }
    return exemplars;
  }

  #readExemplar(start: number, stop: number): ParsedExemplar {
    const outer = new ProtoReader();
    outer.reset(this.#bytes, this.#view, start, stop);
    const pairs: string[] = [];
    let value = 0;
    let timestampMs: number | undefined;
    while (outer.next()) {
      if (outer.field === 2 && outer.is(WireType.fixed64)) value = this.#double(outer.double());
      else if ((outer.field === 1 || outer.field === 3) && outer.is(WireType.bytes)) {
        outer.message();
        if (outer.field === 1) this.#readLabel(outer.start, outer.stop, pairs, 0);
        else {
          this.#reader.reset(this.#bytes, this.#view, outer.start, outer.stop);
          timestampMs = readTimestampMs(this.#reader);
        }
      } else outer.skip();
    }
    if (outer.error !== '') throw this.#error(outer.error);
    return { labels: labelSetOf(pairs), value, ...(timestampMs === undefined ? {} : { timestampMs }) };
  }

  #quotedName(): string {
    return quoteBytes(this.#bytes, this.#nameStart, this.#nameEnd);
  }

  #error(message: string): CodedError {
    return new CodedError(SYNTAX_ERROR, message, { place: { offset: this.#next } });
  }
}

function asGauge(parsed: ParsedHistogram): ParsedHistogram {
  // The two members differ only in what their buckets mean.
  return parsed.kind === 'integer'
    ? { kind: 'integer', histogram: { ...parsed.histogram, counterReset: CounterResetHint.gauge } }
    : { kind: 'float', histogram: { ...parsed.histogram, counterReset: CounterResetHint.gauge } };
}
