// The parser of the text formats: classic 0.0.4 and 1.0.0, OpenMetrics 0.0.1 and 1.0. A line whose start is the same as that of the line
// expected here is known by comparing bytes in place, and its value is read from bytes; nothing is allocated.
// Every other line, and every error, goes through a LineReader, so that both ways accept exactly the same bodies.
import { AssertionError } from 'node:assert';
import { type LabelSet, METRIC_TYPES, type MetricType } from '@prometheus-ts/model';
import { equalBytes } from './byte-compare.ts';
import { decodeText } from './byte-text.ts';
import { CreatedFinder, hasCreated, isCreatedLine } from './created-finder.ts';
import { DecimalReader } from './decimal.ts';
import { EntryKind, type ExpositionParser, type ParsedExemplar, type ParserOptions } from './entry.ts';
import { NAN_HIGH, NAN_LOW } from './float-reader.ts';
import {
  KIND_MASK,
  KIND_SHIFT,
  type KnownLines,
  LENGTH_MASK,
  NEXT,
  PAYLOAD,
  RECORD,
  SERIES_ONLY,
  SERIES_SHAPE,
  SHAPE,
  TYPE_MASK,
  TYPE_SHIFT,
} from './known-lines.ts';
import type { LineReader } from './line-reader.ts';
import { OpenMetricsLine } from './openmetrics-line.ts';
import { readExemplarLabels, readLabels, unescapeHelp, unescapeLabel } from './series-text.ts';
import { TextLine } from './text-line.ts';

const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
/** Longest run of digits that is an exact integer. */
const EXACT_DIGITS = 15;

const INFINITY_HIGH = 0x7ff00000;
const NEGATIVE = 0x80000000;

const NOTHING = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);

const UNKNOWN_TYPE = METRIC_TYPES.indexOf('unknown');

export class TextParser implements ExpositionParser {
  readonly #lines: KnownLines;
  readonly #withMetadata: boolean;
  readonly #line: LineReader;
  readonly #isOpenMetrics: boolean;
  readonly #skipsCreated: boolean;
  readonly #keepsFamily: boolean;
  readonly #created = new CreatedFinder();
  readonly #decimal = new DecimalReader();
  #bytes: Uint8Array = NOTHING;
  #view: DataView = NOTHING_VIEW;
  /** End of the body, the newline that was put there included. */
  #limit = 0;
  /** Start of the next line. */
  #position = 0;
  #type = UNKNOWN_TYPE;
  /** Kept only where labels show it. */
  #unit = '';
  /** Length of the name in the last metadata line; kept only where start times are asked for. */
  #familyLength = 0;

  /** The current entry: where it starts, its slot or -1, and whether `#line` holds its offsets. */
  #kind: EntryKind = EntryKind.end;
  #start = 0;
  #isRead = false;
  #slot = -1;

  known = -1;
  valueLow = 0;
  valueHigh = 0;
  hasTimestamp = false;
  timestampMs = 0;
  hasExemplars = false;

  constructor(known: KnownLines, options: ParserOptions = {}) {
    this.#lines = known;
    this.#isOpenMetrics = options.format === 'openmetrics';
    this.#skipsCreated = options.skipCreatedSeries ?? false;
    this.#line = this.#isOpenMetrics ? new OpenMetricsLine() : new TextLine();
    this.#withMetadata = options.typeAndUnitLabels ?? false;
    this.#keepsFamily = this.#isOpenMetrics && (this.#skipsCreated || this.#withMetadata);
  }

  start(body: Uint8Array, length: number): void {
    let bytes = body;
    if (length >= body.length) {
      bytes = new Uint8Array(length + 1);
      bytes.set(body);
    }
    // Upstream ends a classic body with a newline of its own, but no OpenMetrics body.
    bytes[length] = this.#isOpenMetrics ? 0 : NEWLINE;
    if (bytes.buffer !== this.#bytes.buffer || bytes.byteOffset !== this.#bytes.byteOffset) {
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    if (this.#view.byteLength !== bytes.length) {
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#bytes = bytes;
    this.#limit = this.#isOpenMetrics ? length : length + 1;
    this.#position = 0;
    this.#type = UNKNOWN_TYPE;
    this.#unit = '';
    this.#created.reset();
    this.#lines.beginBody();
  }

  release(): void {
    this.#bytes = NOTHING;
    this.#view = NOTHING_VIEW;
    this.#limit = this.#position = 0;
    this.#line.release();
    this.#created.release();
  }

  next(): EntryKind {
    const lines = this.#lines;
    const slot = lines.expected;
    if (slot >= 0) {
      const { records } = lines;
      const record = slot * RECORD;
      const shape = records[record + SHAPE]!;
      const start = this.#position;
      const length = shape & LENGTH_MASK;
      if (
        (shape & SERIES_ONLY) === SERIES_SHAPE &&
        start + length < this.#limit &&
        equalBytes(lines.arena, records[record]!, this.#view, start, length) &&
        this.#readValue(start + length)
      ) {
        lines.previous = slot;
        lines.expected = records[record + NEXT]!;
        this.#slot = slot;
        this.#start = start;
        this.#isRead = false;
        this.#kind = EntryKind.series;
        this.known = records[record + PAYLOAD]!;
        return EntryKind.series;
      }
    }
    return this.#nextUnexpected();
  }

  /** Metadata lines, lines that come one later than expected, and all that is not known at its place. */
  #nextUnexpected(): EntryKind {
    const lines = this.#lines;
    const { expected } = lines;
    const limit = this.#limit;
    let start = this.#position;
    if (!this.#isOpenMetrics) while (this.#bytes[start] === NEWLINE && start < limit - 1) start++;
    this.#position = start;
    let slot = expected;
    if (slot >= 0 && !lines.startsWith(slot, this.#view, start, limit)) {
      slot = lines.records[slot * RECORD + NEXT]!;
      if (slot >= 0 && !lines.startsWith(slot, this.#view, start, limit)) slot = -1;
    }
    if (slot < 0) return this.#readLine();
    const shape = lines.records[slot * RECORD + SHAPE]!;
    const end = start + (shape & LENGTH_MASK);
    const kind = ((shape >>> KIND_SHIFT) & KIND_MASK) as EntryKind;
    if (kind !== EntryKind.series) {
      if (kind === EntryKind.type) this.#type = (shape >>> TYPE_SHIFT) & TYPE_MASK;
      this.#position = end;
    } else if (!this.#readValue(end)) return this.#readLine();
    lines.visit(slot);
    this.#slot = slot;
    this.#start = start;
    this.#isRead = false;
    this.#kind = kind;
    if (kind !== EntryKind.series && this.#keepsFamily) this.#takeFamily();
    this.known = lines.records[slot * RECORD + PAYLOAD]!;
    return kind;
  }

  remember(payload: number): void {
    if (this.#slot >= 0) this.#lines.setPayload(this.#slot, payload);
    else this.#slot = this.#addLine(payload);
    this.known = this.#slot >= 0 ? payload : -1;
  }

  /** Offset of the entry in the body. */
  get entryStart(): number {
    return this.#start;
  }

  seriesBytes(): Uint8Array {
    this.#ensureRead();
    return this.#bytes.subarray(this.#start, this.#line.keyEnd);
  }

  labels(): LabelSet {
    this.#ensureRead();
    return readLabels(this.#bytes, this.#line.offsets, this.metricType(), this.#unit, this.#withMetadata);
  }

  familyName(): string {
    this.#ensureRead();
    return decodeText(this.#bytes, this.#line.offsets[0]!, this.#line.offsets[1]!);
  }

  metricType(): MetricType {
    return METRIC_TYPES[this.#type]!;
  }

  text(): string {
    this.#ensureRead();
    const text = decodeText(this.#bytes, this.#line.textStart, this.#line.textEnd);
    if (this.#kind !== EntryKind.help) return text;
    return this.#isOpenMetrics ? unescapeLabel(text) : unescapeHelp(text);
  }

  /** The text formats have no native histograms. */
  histogram(): never {
    throw new AssertionError({ message: 'no entry of the text formats is a histogram' });
  }

  startTimestampMs(): number {
    if (!this.#isOpenMetrics) return 0;
    this.#ensureRead();
    return this.#created.find(
      this.#bytes,
      this.#limit,
      this.#line,
      this.#familyLength,
      this.#type,
      this.#position,
    );
  }

  exemplars(): ParsedExemplar[] {
    if (!this.hasExemplars) return [];
    const line = this.#line;
    const { exemplarTimestampMs: timestampMs } = line;
    const labels = readExemplarLabels(this.#bytes, line.exemplarOffsets);
    return [{ labels, value: line.exemplarValue, ...(timestampMs === undefined ? {} : { timestampMs }) }];
  }

  /** What later samples need to know of a metadata line of OpenMetrics. */
  #takeFamily(): void {
    this.#ensureRead();
    const [start = 0, end = 0] = this.#line.offsets;
    this.#familyLength = end - start;
    if (this.#kind === EntryKind.unit) this.#unit = this.text();
  }

  /** A known line was not taken apart; its offsets are needed after all. */
  #ensureRead(): void {
    if (this.#isRead) return;
    this.#line.read(this.#bytes, this.#limit, this.#start);
    this.#isRead = true;
  }

  /**
   * The common forms of what follows a known series: a number, perhaps a timestamp, the end of the line.
   * @returns false where it is none of them, and then nothing has changed
   */
  #readValue(start: number): boolean {
    const bytes = this.#bytes;
    let at = this.#decimal.read(bytes, start);
    if (at < 0) at = this.#readSpecial(start);
    if (at < 0) return false;
    let byte = bytes[at]!;
    if (byte === NEWLINE) this.hasTimestamp = false;
    else {
      if (this.#isOpenMetrics) return false;
      if (byte !== SPACE && byte !== TAB) return false;
      while (byte === SPACE || byte === TAB) byte = bytes[++at]!;
      const from = at;
      let time = 0;
      for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) time = time * 10 + (byte - ZERO);
      if (byte !== NEWLINE || at - from > EXACT_DIGITS) return false;
      this.hasTimestamp = at > from;
      this.timestampMs = time;
    }
    this.valueLow = this.#decimal.words[0]!;
    this.valueHigh = this.#decimal.words[1]!;
    this.hasExemplars = false;
    this.#position = at + 1;
    return true;
  }

  /** The usual spellings `NaN`, `+Inf` and `-Inf`; answers as DecimalReader.read does. */
  #readSpecial(start: number): number {
    const bytes = this.#bytes;
    const { words } = this.#decimal;
    if (bytes[start] === 78 && bytes[start + 1] === 97 && bytes[start + 2] === 78) {
      words[0] = NAN_LOW;
      words[1] = NAN_HIGH;
      return start + 3;
    }
    const sign = bytes[start];
    if (sign !== 43 && sign !== 45) return -1;
    if (bytes[start + 1] !== 73 || bytes[start + 2] !== 110 || bytes[start + 3] !== 102) return -1;
    words[0] = 0;
    words[1] = sign === 43 ? INFINITY_HIGH : INFINITY_HIGH | NEGATIVE;
    return start + 4;
  }

  #readLine(): EntryKind {
    const line = this.#line;
    const bytes = this.#bytes;
    let kind = line.read(bytes, this.#limit, this.#position);
    while (this.#isSkipped(kind)) kind = line.read(bytes, this.#limit, line.next);
    this.#kind = kind;
    this.#slot = -1;
    this.known = -1;
    if (kind === EntryKind.end) {
      this.#lines.endBody();
      return kind;
    }
    this.#isRead = true;
    this.#start = line.start;
    if (kind === EntryKind.series) this.#takeSample(line);
    if (kind === EntryKind.type) this.#type = line.type;
    if (kind !== EntryKind.series && this.#keepsFamily) this.#takeFamily();
    this.#position = line.next;
    const slot = this.#lines.find(this.#view, line.start, line.keyEnd);
    if (slot >= 0) {
      this.#lines.visit(slot);
      this.known = this.#lines.records[slot * RECORD + PAYLOAD]!;
      this.#slot = slot;
    } else if (kind !== EntryKind.series) this.#slot = this.#addLine(-1);
    // No line may be recognised where upstream goes on in the middle of one.
    if (line.isDangling) this.#lines.expected = -1;
    return kind;
  }

  #takeSample(line: LineReader): void {
    this.valueLow = line.valueLow;
    this.valueHigh = line.valueHigh;
    this.hasTimestamp = line.hasTimestamp;
    this.timestampMs = line.timestampMs;
    this.hasExemplars = line.hasExemplar;
  }

  /** Whether the line that was read is one of those that only say when counting began. */
  #isSkipped(kind: EntryKind): boolean {
    return (
      this.#skipsCreated &&
      kind === EntryKind.series &&
      hasCreated(this.#type) &&
      isCreatedLine(this.#bytes, this.#line)
    );
  }

  #addLine(payload: number): number {
    return this.#lines.add(this.#bytes, this.#view, this.#line, this.#kind, this.#type, payload);
  }
}
