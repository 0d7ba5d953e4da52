// The value of a label that holds a number, as OpenMetrics writes it: whole numbers keep a `.0`.
import { formatFloatG } from '@prometheus-ts/model';

/** `0.99`, `1.0`, `NaN`, `+Inf`. */
export function formatQuantileLabel(value: number): string {
  const text = formatFloatG(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
