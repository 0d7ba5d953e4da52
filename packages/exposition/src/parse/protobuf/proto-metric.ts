// One io.prometheus.client.Metric in columns that are used again for the next one. Doubles are kept as offsets
// into the body, because a NaN's payload does not survive being a number; -1 stands for a field that is absent.
import { ProtoReader, WireType } from './proto-reader.ts';

/** Field numbers of metrics.proto. */
const Metric = {
  label: 1,
  gauge: 2,
  counter: 3,
  summary: 4,
  untyped: 5,
  timestampMs: 6,
  histogram: 7,
} as const;
const Counter = { value: 1, exemplar: 2, start: 3 } as const;
const Summary = { count: 1, sum: 2, quantile: 3, start: 4 } as const;
const Histogram = {
  count: 1,
  sum: 2,
  bucket: 3,
  countFloat: 4,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  zeroCountFloat: 8,
  negativeSpan: 9,
  negativeDelta: 10,
  negativeCount: 11,
  positiveSpan: 12,
  positiveDelta: 13,
  positiveCount: 14,
  start: 15,
  exemplar: 16,
} as const;
const Bucket = { count: 1, upperBound: 2, exemplar: 3, countFloat: 4 } as const;

const NOTHING = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);

/** One side of a native histogram. */
export class BucketSide {
  /** Offset and length of every span. */
  readonly spans: number[] = [];
  readonly deltas: number[] = [];
  /** Absolute counts of float histograms. */
  readonly counts: number[] = [];

  clear(): void {
    this.spans.length = this.deltas.length = this.counts.length = 0;
  }
}

export class ProtoMetric {
  /** Start (at its tag) and end of every label pair message, and where its content starts. */
  readonly labels: number[] = [];
  timestampMs = 0;
  hasTimestamp = false;
  /** Milliseconds, 0 for unknown. */
  startMs = 0;
  /** Value of a counter, gauge or untyped metric; sum of a summary or histogram. */
  valueAt = -1;
  count = 0;
  /** For each quantile, the places of its quantile and its value. */
  readonly quantiles: number[] = [];
  /** For each classic bucket: the place of its bound; its count; start and end of its exemplar, 0 for none. */
  readonly boundsAt: number[] = [];
  readonly bucketCounts: number[] = [];
  readonly bucketExemplars: number[] = [];
  /** Start and end of every exemplar outside of buckets. */
  readonly exemplars: number[] = [];
  countFloat = 0;
  schema = 0;
  zeroThreshold = 0;
  zeroCount = 0;
  zeroCountFloat = 0;
  readonly positive = new BucketSide();
  readonly negative = new BucketSide();

  readonly #reader = new ProtoReader();
  readonly #inner = new ProtoReader();
  readonly #innermost = new ProtoReader();

  /**
   * Reads the message at `bytes[start … end-1]`.
   * @returns the error, '' where there is none
   */
  read(bytes: Uint8Array, view: DataView, start: number, end: number): string {
    this.#clear();
    const reader = this.#reader;
    reader.reset(bytes, view, start, end);
    for (let tagAt = reader.at; reader.next(); tagAt = reader.at) {
      switch (reader.field) {
        case Metric.label:
          if (!reader.is(WireType.bytes)) break;
          reader.message();
          this.labels.push(tagAt, reader.start, reader.stop);
          break;
        case Metric.timestampMs:
          if (reader.is(WireType.varint)) this.timestampMs = reader.signed();
          this.hasTimestamp = true;
          break;
        case Metric.gauge:
        case Metric.untyped:
        case Metric.counter:
          this.#message(reader, this.#readNumber);
          break;
        case Metric.summary:
          this.#message(reader, this.#readSummary);
          break;
        case Metric.histogram:
          this.#message(reader, this.#readHistogram);
          break;
        default:
          reader.skip();
      }
    }
    return reader.error;
  }

  /** Lets go of the body. */
  release(): void {
    this.#clear();
    for (const reader of [this.#reader, this.#inner, this.#innermost]) {
      reader.reset(NOTHING, NOTHING_VIEW, 0, 0);
    }
  }

  #clear(): void {
    this.labels.length = this.quantiles.length = this.exemplars.length = 0;
    this.boundsAt.length = this.bucketCounts.length = this.bucketExemplars.length = 0;
    this.timestampMs = this.startMs = this.count = this.countFloat = 0;
    this.schema = this.zeroThreshold = this.zeroCount = this.zeroCountFloat = 0;
    this.valueAt = -1;
    this.hasTimestamp = false;
    this.positive.clear();
    this.negative.clear();
  }

  /** Reads an inner message field by field; its error becomes that of the outer one. */
  #message(outer: ProtoReader, readField: (reader: ProtoReader) => void): void {
    if (!outer.is(WireType.bytes)) return;
    outer.message();
    const inner = this.#inner;
    inner.reset(outer.bytes, outer.view, outer.start, outer.stop);
    while (inner.next()) readField(inner);
    if (inner.error !== '') outer.fail(inner.error);
  }

  readonly #readNumber = (reader: ProtoReader): void => {
    switch (reader.field) {
      case Counter.value:
        if (reader.is(WireType.fixed64)) this.valueAt = reader.double();
        break;
      case Counter.exemplar:
        this.#readExemplar(reader);
        break;
      case Counter.start:
        this.#readStart(reader);
        break;
      default:
        reader.skip();
    }
  };

  readonly #readSummary = (reader: ProtoReader): void => {
    switch (reader.field) {
      case Summary.count:
        if (reader.is(WireType.varint)) this.count = reader.varint();
        break;
      case Summary.sum:
        if (reader.is(WireType.fixed64)) this.valueAt = reader.double();
        break;
      case Summary.quantile:
        this.#readQuantile(reader);
        break;
      case Summary.start:
        this.#readStart(reader);
        break;
      default:
        reader.skip();
    }
  };

  readonly #readHistogram = (reader: ProtoReader): void => {
    switch (reader.field) {
      case Histogram.count:
        if (reader.is(WireType.varint)) this.count = reader.varint();
        break;
      case Histogram.sum:
        if (reader.is(WireType.fixed64)) this.valueAt = reader.double();
        break;
      case Histogram.bucket:
        this.#readBucket(reader);
        break;
      case Histogram.countFloat:
        this.countFloat = readDouble(reader);
        break;
      case Histogram.schema:
        if (reader.is(WireType.varint)) this.schema = reader.zigzag();
        break;
      case Histogram.zeroThreshold:
        this.zeroThreshold = readDouble(reader);
        break;
      case Histogram.zeroCount:
        if (reader.is(WireType.varint)) this.zeroCount = reader.varint();
        break;
      case Histogram.zeroCountFloat:
        this.zeroCountFloat = readDouble(reader);
        break;
      case Histogram.negativeSpan:
        this.#readSpan(reader, this.negative.spans);
        break;
      case Histogram.positiveSpan:
        this.#readSpan(reader, this.positive.spans);
        break;
      case Histogram.negativeDelta:
        this.#readDeltas(reader, this.negative.deltas);
        break;
      case Histogram.positiveDelta:
        this.#readDeltas(reader, this.positive.deltas);
        break;
      case Histogram.negativeCount:
        this.#readCounts(reader, this.negative.counts);
        break;
      case Histogram.positiveCount:
        this.#readCounts(reader, this.positive.counts);
        break;
      case Histogram.start:
        this.#readStart(reader);
        break;
      case Histogram.exemplar:
        this.#readExemplar(reader);
        break;
      default:
        reader.skip();
    }
  };

  #readExemplar(reader: ProtoReader): void {
    if (!reader.is(WireType.bytes)) return;
    reader.message();
    this.exemplars.push(reader.start, reader.stop);
  }

  #readStart(reader: ProtoReader): void {
    const inner = this.#open(reader);
    this.startMs = readTimestampMs(inner);
    this.#close(reader);
  }

  #readQuantile(reader: ProtoReader): void {
    const inner = this.#open(reader);
    let quantileAt = -1;
    let valueAt = -1;
    while (inner.next()) {
      if (inner.field === 1 && inner.is(WireType.fixed64)) quantileAt = inner.double();
      else if (inner.field === 2 && inner.is(WireType.fixed64)) valueAt = inner.double();
      else inner.skip();
    }
    this.quantiles.push(quantileAt, valueAt);
    this.#close(reader);
  }

  #readBucket(reader: ProtoReader): void {
    const inner = this.#open(reader);
    let boundAt = -1;
    let count = 0;
    let countFloat = 0;
    let exemplarStart = 0;
    let exemplarEnd = 0;
    while (inner.next()) {
      switch (inner.field) {
        case Bucket.count:
          if (inner.is(WireType.varint)) count = inner.varint();
          break;
        case Bucket.upperBound:
          if (inner.is(WireType.fixed64)) boundAt = inner.double();
          break;
        case Bucket.exemplar:
          if (!inner.is(WireType.bytes)) break;
          inner.message();
          exemplarStart = inner.start;
          exemplarEnd = inner.stop;
          break;
        case Bucket.countFloat:
          countFloat = readDouble(inner);
          break;
        default:
          inner.skip();
      }
    }
    this.boundsAt.push(boundAt);
    this.bucketCounts.push(countFloat || count);
    this.bucketExemplars.push(exemplarStart, exemplarEnd);
    this.#close(reader);
  }

  #readSpan(reader: ProtoReader, into: number[]): void {
    const inner = this.#open(reader);
    let offset = 0;
    let length = 0;
    while (inner.next()) {
      if (inner.field === 1 && inner.is(WireType.varint)) offset = inner.zigzag();
      else if (inner.field === 2 && inner.is(WireType.varint)) length = inner.varint();
      else inner.skip();
    }
    into.push(offset, length);
    this.#close(reader);
  }

  /** Repeated numbers come packed or one by one. */
  #readDeltas(reader: ProtoReader, into: number[]): void {
    if (reader.wireType !== WireType.bytes) {
      if (reader.is(WireType.varint)) into.push(reader.zigzag());
      return;
    }
    const inner = this.#open(reader);
    while (inner.at < inner.end) into.push(inner.zigzag());
    this.#close(reader);
  }

  #readCounts(reader: ProtoReader, into: number[]): void {
    if (reader.wireType !== WireType.bytes) {
      into.push(readDouble(reader));
      return;
    }
    const inner = this.#open(reader);
    while (inner.at < inner.end) {
      const at = inner.double();
      if (at >= 0) into.push(inner.view.getFloat64(at, true));
    }
    this.#close(reader);
  }

  #open(reader: ProtoReader): ProtoReader {
    const inner = this.#innermost;
    if (reader.is(WireType.bytes)) reader.message();
    else reader.start = reader.stop = reader.end;
    inner.reset(reader.bytes, reader.view, reader.start, reader.stop);
    return inner;
  }

  #close(reader: ProtoReader): void {
    if (this.#innermost.error !== '') reader.fail(this.#innermost.error);
  }
}

/** The double of the field that was announced, 0 after an error. */
function readDouble(reader: ProtoReader): number {
  if (!reader.is(WireType.fixed64)) return 0;
  const at = reader.double();
  return at < 0 ? 0 : reader.view.getFloat64(at, true);
}

/** A google.protobuf.Timestamp in integer milliseconds. */
export function readTimestampMs(reader: ProtoReader): number {
  let seconds = 0;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1 && reader.is(WireType.varint)) seconds = reader.signed();
    else if (reader.field === 2 && reader.is(WireType.varint)) nanos = reader.signed();
    else reader.skip();
  }
  return seconds * 1000 + Math.trunc(nanos / 1e6);
}
