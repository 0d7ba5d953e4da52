// In which sections of a configuration a key would be right: for a key that stands in the wrong place.
import type { Shape } from './schema.ts';

const MAX_PLACES = 3;
const MAX_DEPTH = 8;

/** `in scrape_configs`, `at the top level or in global`; undefined when no section has such a key. */
export function whereElse(root: Shape, key: string): string | undefined {
  const places: string[] = [];
  const seen = new Set<unknown>();
  let level: { shape: Shape; path: readonly string[] }[] = [{ shape: root, path: [] }];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && places.length < MAX_PLACES; depth++) {
    const next: typeof level = [];
    for (const { shape, path } of level) {
      const inner = unwrap(shape);
      if (inner.kind !== 'fields') continue;
      const fields = inner.fields();
      if (Object.hasOwn(fields, key))
        places.push(path.length === 0 ? 'at the top level' : `in ${path.join('.')}`);
      for (const [name, child] of Object.entries(fields)) {
        if (seen.has(child)) continue;
        seen.add(child);
        next.push({ shape: child, path: [...path, name] });
      }
    }
    level = next;
  }
  return places.length === 0 ? undefined : [...new Set(places)].slice(0, MAX_PLACES).join(' or ');
}

/** What stands below lists and maps. */
function unwrap(shape: Shape): Shape {
  let inner = shape;
  for (;;) {
    if (inner.kind === 'items') inner = inner.item();
    else if (inner.kind === 'values') inner = inner.value();
    else return inner;
  }
}
