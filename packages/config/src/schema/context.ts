// What decoding carries along: where relative paths begin, the problems found so far, and the guards against
// documents that explode through aliases.
import { dirname } from 'node:path';
import { ConfigError, type ConfigProblem } from '../config-error.ts';
import type { YamlAlias, YamlNode, YamlValueNode } from '../yaml/nodes.ts';
import type { Expansion } from './expansion.ts';
import type { Schema, Shape } from './schema.ts';

export interface DecodeOptions {
  /** Relative paths begin here; default: the folder of the file. */
  readonly folder?: string;
  /** Replaces `${NAME}` and `${file:PATH}` in every value; see expansion.ts. */
  readonly expansion?: Expansion;
}

/** Later problems are left out: the first ones are what the reader needs. */
const MAX_PROBLEMS = 50;

/** go-yaml's guard: from these counts on, the share of nodes that may come from aliases shrinks from 99 % to 10 %. */
const ALIAS_RANGE_LOW = 400_000;
const ALIAS_RANGE_HIGH = 4_000_000;

export class DecodeContext {
  readonly folder: string;
  readonly expansion: Expansion | undefined;
  readonly rootShape: Shape;
  readonly problems: ConfigProblem[] = [];
  readonly #openAliases = new Set<YamlValueNode>();
  #decodedNodes = 0;
  #aliasedNodes = 0;

  constructor(root: Schema<unknown>, file: string, options: DecodeOptions) {
    this.rootShape = root.shape;
    this.folder = options.folder ?? dirname(file);
    this.expansion = options.expansion;
  }

  /** Adds a problem at `node`. */
  report(node: YamlNode, code: string, message: string, hint?: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    const options = hint === undefined ? {} : { hint };
    this.problems.push(node.source.problem(node.offset, code, message, options));
  }

  /** Decodes with aliases resolved. Throws ConfigError for aliases that contain themselves or explode. */
  decode<T>(schema: Schema<T>, node: YamlNode): T {
    return this.follow(node, (value) => schema.decode(value, this));
  }

  /** Calls `use` with the node behind an alias, or the node itself. */
  follow<T>(node: YamlNode, use: (node: YamlValueNode) => T): T {
    this.#count(node);
    if (node.kind !== 'alias') return use(node);
    if (this.#openAliases.has(node.target)) throw this.#selfContained(node);
    this.#openAliases.add(node.target);
    try {
      return use(node.target);
    } finally {
      this.#openAliases.delete(node.target);
    }
  }

  #count(node: YamlNode): void {
    this.#decodedNodes += 1;
    if (this.#openAliases.size > 0) this.#aliasedNodes += 1;
    if (this.#aliasedNodes <= 100 || this.#decodedNodes <= 1000) return;
    if (this.#aliasedNodes / this.#decodedNodes <= allowedAliasShare(this.#decodedNodes)) return;
    throw new ConfigError([
      node.source.problem(node.offset, 'yaml_aliases', 'document contains excessive aliasing'),
    ]);
  }

  #selfContained(alias: YamlAlias): ConfigError {
    return new ConfigError([
      alias.source.problem(alias.offset, 'yaml_aliases', `anchor '${alias.name}' value contains itself`),
    ]);
  }
}

function allowedAliasShare(decodedNodes: number): number {
  if (decodedNodes <= ALIAS_RANGE_LOW) return 0.99;
  if (decodedNodes >= ALIAS_RANGE_HIGH) return 0.1;
  return 0.99 - 0.89 * ((decodedNodes - ALIAS_RANGE_LOW) / (ALIAS_RANGE_HIGH - ALIAS_RANGE_LOW));
}
