// The statistics files of the Solaris porting layer: a line of numbers, `name type data`, then one value a line.
import { fields, lines, malformed, parseNumber, parseUint } from '../files.ts';

const SIGNED = '3';
const UNSIGNED = '4';

export interface Kstat {
  readonly values: readonly { readonly name: string; readonly value: number; readonly isSigned: boolean }[];
  /** Of an objset file, else ''. */
  readonly datasetName: string;
}

/** Throws CodedError where the head is missing; values of other types than numbers are left out. */
export function parseKstat(text: string, what: string): Kstat {
  const values: { name: string; value: number; isSigned: boolean }[] = [];
  let datasetName = '';
  let isBody = false;
  for (const line of lines(text)) {
    const [name, type, data, more] = fields(line);
    if (!isBody) {
      isBody = name === 'name' && type === 'type' && data === 'data' && more === undefined;
    } else if (data !== undefined) {
      // The name of a dataset may hold blanks.
      if (name === 'dataset_name') datasetName = line.slice(line.indexOf(data));
      else if (type === UNSIGNED) values.push({ name: name!, value: parseUint(data, what), isSigned: false });
      else if (type === SIGNED) values.push({ name: name!, value: parseNumber(data, what), isSigned: true });
    }
  }
  if (!isBody) throw malformed(what, text);
  return { values, datasetName };
}

/** A line of names that starts with `nread`, then a line of values. */
export function parsePoolIo(text: string): Map<string, number> {
  const rows = lines(text).map(fields);
  const head = rows.findIndex((row) => row[0] === 'nread');
  const names = rows[head] ?? [];
  const values = rows[head + 1] ?? [];
  if (head < 0 || values.length !== names.length) throw malformed('io', text);
  return new Map(names.map((name, i) => [name, parseUint(values[i]!, 'io')]));
}
