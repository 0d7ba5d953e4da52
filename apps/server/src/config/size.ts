// Sizes in configuration files: `512MB`, powers of 1024.
import { type Schema, text } from '@prometheus-ts/config';
import { formatByteSize, parseByteSize } from '@prometheus-ts/model';

/** Bytes; may be negative. */
export function size(): Schema<number> {
  return text({
    typeName: 'units.Base2Bytes',
    parse: (written) => parseByteSize(written),
    zero: () => 0,
    format: formatByteSize,
  });
}
