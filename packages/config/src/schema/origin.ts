// Decoded objects remember the node they came from, so that checks made later (two jobs of one name, a rule
// file that does not exist) can still point into the file. Values themselves stay plain.
import type { ConfigProblem } from '../config-error.ts';
import type { YamlNode, YamlValueNode } from '../yaml/nodes.ts';

const origins = new WeakMap<object, YamlValueNode>();

export function rememberOrigin(value: object, node: YamlValueNode): void {
  origins.set(value, node);
}

/** The node that `value` was decoded from; undefined for objects made otherwise. */
export function originOf(value: object): YamlValueNode | undefined {
  return origins.get(value);
}

/** The node of a field (or list item) of a decoded object; the object's own node when the field is not written. */
export function nodeOfField(value: object, field: string | number): YamlNode | undefined {
  const origin = originOf(value);
  if (origin?.kind === 'sequence') return origin.items[Number(field)] ?? origin;
  if (origin?.kind !== 'mapping') return origin;
  const entry = origin.entries.find(({ key }) => key.kind === 'scalar' && key.text === String(field));
  return entry?.value ?? origin;
}

/** A problem at a field of a decoded object, for checks after decoding. */
export function problemAt(
  value: object,
  field: string | number | undefined,
  message: string,
  hint?: string,
): ConfigProblem {
  const node = field === undefined ? originOf(value) : nodeOfField(value, field);
  const options = hint === undefined ? {} : { hint };
  if (node) return node.source.problem(node.offset, 'invalid_value', message, options);
  return { code: 'invalid_value', file: '', line: 0, column: 0, message, hint, frame: '' };
}
