// Floats as the text formats print them.
import { formatFloatExposition } from '@prometheus-ts/model';

/** A sample value or label value of the classic text format: `1`, `0.5`, `+Inf`, `NaN`. Zero has no sign. */
export const formatTextFloat: (value: number) => string = formatFloatExposition;

/** The same for OpenMetrics, where whole numbers end in `.0`. */
export function formatOpenMetricsFloat(value: number): string {
  const text = formatFloatExposition(value);
  return /[.eNI]/.test(text) ? text : `${text}.0`;
}
