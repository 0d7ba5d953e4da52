// A YAML document as a tree in which every node knows its place. Scalars are text: what type a scalar has is
// decided by whoever wants a value of some type (see resolve.ts). Aliases stay aliases; their target is found.
import type { YamlSource } from './source.ts';

interface NodeBase {
  readonly source: YamlSource;
  /** Where the node begins in the source's text; for an empty node, where it would be. */
  readonly offset: number;
  /** As written (`!!str`), '' without one. */
  readonly tag: string;
}

export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  readonly text: string;
  /** Neither quoted nor a block scalar, so that the text may mean null, a boolean or a number. */
  readonly plain: boolean;
}

export interface YamlSequence extends NodeBase {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}

export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlMapping extends NodeBase {
  readonly kind: 'mapping';
  readonly entries: readonly YamlEntry[];
}

export interface YamlAlias extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  /** May contain this very alias. */
  readonly target: YamlValueNode;
}

export type YamlValueNode = YamlScalar | YamlSequence | YamlMapping;
export type YamlNode = YamlValueNode | YamlAlias;

/** What an empty document holds. */
export function emptyScalar(source: YamlSource, offset: number): YamlScalar {
  return { kind: 'scalar', source, offset, tag: '', text: '', plain: true };
}

/** Whether go-yaml takes the node for "nothing here" and leaves a value untouched. */
export function isNull(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false;
  if (node.tag !== '!!null' && (!node.plain || node.tag !== '')) return false;
  return node.text === '' || node.text === '~' || /^(null|Null|NULL)$/.test(node.text);
}

/** A plain `<<` key. */
export function isMergeKey(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.text === '<<' && (node.plain || node.tag === '!!merge');
}
