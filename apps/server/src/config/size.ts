// Sizes in configuration files: `512MB`, powers of 1024.
import { type Schema, text } from '@prometheus-ts/config';
import { CodedError, formatByteSize, parseByteSize } from '@prometheus-ts/model';

/** Bytes; may be negative. */
export function size(): Schema<number> {
  return text({ typeName: 'units.Base2Bytes', parse: parseSize, zero: () => 0, format: formatByteSize });
}

/** In the words of upstream's configuration errors, which have one blank where no unit is written. */
function parseSize(written: string): number {
  try {
    return parseByteSize(written);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new CodedError(error.code, error.message.replace('unknown unit  in', 'unknown unit in'), hint);
  }
}
