// Floats as expositions print them: Go's shortest 'g' form.

/** Go's `FormatFloat(value, 'g', -1, 64)`: the shortest digits that read back, `e` form below 1e-4 and from 1e6. */
function formatGeneral(value: number): string {
  const text = String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) return text;
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A sample value or label value of the classic text format: `1`, `0.5`, `+Inf`, `NaN`. Zero has no sign. */
export function formatTextFloat(value: number): string {
  if (value === 0) return '0';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Number.isNaN(value)) return 'NaN';
  return formatGeneral(value);
}

/** The same for OpenMetrics, where whole numbers end in `.0`. */
export function formatOpenMetricsFloat(value: number): string {
  const text = formatTextFloat(value);
  return /[.eNI]/.test(text) ? text : `${text}.0`;
}
