// Reads an exposition for comparison: series with sorted labels to the text of the value, families to types.

export interface Exposition {
  /** `name{a="b",c="d"}` to the value as Go prints it. */
  readonly values: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, string>;
}

export function parseSeries(text: string): Exposition {
  const values = new Map<string, string>();
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.startsWith('# TYPE ')) {
      const [, , name, type] = line.split(' ');
      types.set(name!, type!);
    } else if (line !== '' && !line.startsWith('#')) {
      const blank = line.lastIndexOf(' ');
      const series = canonical(line.slice(0, blank));
      if (values.has(series)) throw new Error(`twice: ${series}`);
      values.set(series, line.slice(blank + 1));
    }
  }
  return { values, types };
}

function canonical(series: string): string {
  const brace = series.indexOf('{');
  if (brace < 0) return series;
  const labels = [...series.slice(brace).matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
  const sorted = labels.map(([pair]) => pair).sort();
  return `${series.slice(0, brace)}{${sorted.join(',')}}`;
}
