// Places in a query text as people read them.
import { utf8Length } from './characters.ts';

/**
 * `line:column` of a UTF-16 offset, both 1-based, the column counted in UTF-8 bytes as upstream does.
 * @param lineOffset added to the line, for queries inside a larger file
 */
export function formatPosition(query: string, offset: number, lineOffset = 0): string {
  if (query === '') return 'unknown position';
  if (offset < 0 || offset > query.length) return 'invalid position';
  const before = query.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = lineOffset + 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return `${line}:${utf8Length(before.slice(lineStart)) + 1}`;
}
