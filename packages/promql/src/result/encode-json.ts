// Answers as bytes: the JSON of the API's `data` field, character for character as upstream prints it.
import { encodeHistogram, formatFloat, formatFloatDecimal, type LabelSet } from '@prometheus-ts/model';
import { Kind } from '../operators/column.ts';
import { quoteLabel, quoteString } from './json-strings.ts';
import { formatTime, JsonWriter, PointSeparators } from './json-writer.ts';
import type { MatrixResult, MatrixSeries, QueryResult, ResultValue, VectorResult } from './value.ts';

const MIN_BYTES = 1 << 16;
const SERIES_BYTES = 300;
const POINT_BYTES = 36;
const MAX_GUESS_BYTES = 1 << 28;

export interface EncodeOptions {
  /** Adds the statistics of the query. */
  readonly stats?: boolean;
  /** Text around the result, written with it so that nobody has to copy the whole. */
  readonly before?: string;
  readonly after?: string;
}

/**
 * `{"resultType":"matrix","result":[…]}`. The bytes begin a buffer of their own, which is somewhat larger and can
 * be transferred.
 */
export function encodeResult(
  result: Pick<QueryResult, 'value' | 'stats'>,
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new JsonWriter(guessBytes(result.value));
  if (options.before !== undefined) writer.write(options.before);
  writer.write(`{"resultType":"${result.value.type}","result":`);
  writeValue(result.value, writer);
  if (options.stats) writer.write(`,"stats":${JSON.stringify(result.stats)}`);
  writer.write('}');
  if (options.after !== undefined) writer.write(options.after);
  return writer.finish();
}

/** What an answer will take, roughly: memory that is not touched costs nothing. */
function guessBytes(value: ResultValue): number {
  if (value.type !== 'matrix') return MIN_BYTES;
  let bytes = MIN_BYTES;
  for (const { kinds } of value.series) bytes += SERIES_BYTES + kinds.length * POINT_BYTES;
  return Math.min(bytes, MAX_GUESS_BYTES);
}

function writeValue(value: ResultValue, writer: JsonWriter): void {
  switch (value.type) {
    case 'matrix':
      writeMatrix(value, writer);
      break;
    case 'vector':
      writeVector(value, writer);
      break;
    case 'scalar':
      writer.write(`[${value.timeMs / 1000},"${formatFloatDecimal(value.value)}"]`);
      break;
    case 'string':
      writer.write(`[${value.timeMs / 1000},${quoteString(value.value)}]`);
      break;
  }
}

function writeVector({ timeMs, samples }: VectorResult, writer: JsonWriter): void {
  const labels = new LabelWriter();
  const time = formatTime(timeMs);
  writer.write('[');
  samples.forEach((sample, i) => {
    const { histogram } = sample;
    const point =
      histogram === undefined
        ? `"value":[${time},"${formatFloat(sample.value)}"]`
        : `"histogram":[${time},${encodeHistogram(histogram)}]`;
    writer.write(`${i === 0 ? '' : ','}{"metric":${labels.encode(sample.labels)},${point}}`);
  });
  writer.write(']');
}

function writeMatrix({ series }: MatrixResult, writer: JsonWriter): void {
  const labels = new LabelWriter();
  let times: Float64Array | undefined;
  let separators: PointSeparators | undefined;
  writer.write('[');
  series.forEach((one, i) => {
    if (separators === undefined || one.times !== times) {
      times = one.times;
      separators = new PointSeparators(times);
    }
    writer.write(`${i === 0 ? '' : ','}{"metric":${labels.encode(one.labels)}`);
    writeFloats(one, separators, writer);
    if (one.histograms !== undefined) writeHistograms(one, writer);
    writer.write('}');
  });
  writer.write(']');
}

function writeFloats(series: MatrixSeries, separators: PointSeparators, writer: JsonWriter): void {
  if (series.histograms !== undefined && !series.kinds.includes(Kind.float)) return;
  writer.write(',"values":[');
  writer.writePoints(series.kinds, series.values, separators);
  writer.write(']');
}

function writeHistograms({ kinds, times, histograms }: MatrixSeries, writer: JsonWriter): void {
  let isFirst = true;
  for (let row = 0; row < kinds.length; row++) {
    if (kinds[row] !== Kind.histogram) continue;
    writer.write(
      `${isFirst ? ',"histograms":[' : ','}[${formatTime(times[row]!)},${encodeHistogram(histograms![row]!)}]`,
    );
    isFirst = false;
  }
  if (!isFirst) writer.write(']');
}

/** Label sets as JSON objects. Names repeat from series to series, and so does their text. */
class LabelWriter {
  readonly #names = new Map<string, string>();

  encode({ pairs }: LabelSet): string {
    let text = '{';
    for (let i = 0; i < pairs.length; i += 2) {
      if (i > 0) text += ',';
      text += this.#name(pairs[i]!) + quoteLabel(pairs[i + 1]!);
    }
    return `${text}}`;
  }

  #name(name: string): string {
    let text = this.#names.get(name);
    if (text === undefined) {
      text = `${quoteLabel(name)}:`;
      this.#names.set(name, text);
    }
    return text;
  }
}
