// Reads an exposition for comparison: series with sorted labels to values, families to types.

export interface Exposition {
  /** `name{a="b",c="d"}` to its value. */
  readonly values: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
}

/** Throws for a series that is there twice. */
export function parseExposition(text: string): Exposition {
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.startsWith('# TYPE ')) {
      const [, , name, type] = line.split(' ');
      types.set(name!, type!);
    } else if (line !== '' && !line.startsWith('#')) {
      const blank = line.lastIndexOf(' ');
      const series = withoutLabels(line.slice(0, blank), []);
      if (values.has(series)) throw new Error(`twice: ${series}`);
      values.set(series, Number(line.slice(blank + 1)));
    }
  }
  return { values, types };
}

/** The series with its labels sorted, but for those named. */
export function withoutLabels(series: string, names: readonly string[]): string {
  const brace = series.indexOf('{');
  if (brace < 0) return series;
  const labels = [...series.slice(brace).matchAll(/([A-Za-z_]\w*)="(?:[^"\\]|\\.)*"/g)];
  const kept = labels.filter(([, name]) => !names.includes(name!)).map(([pair]) => pair);
  return `${series.slice(0, brace)}{${kept.sort().join(',')}}`;
}
