// Templates by name, parsed from one or more sources, as text.
import { quoteGo } from '@prometheus-ts/model';
import { TemplateError } from './errors.ts';
import { BUILTINS } from './execute/builtins.ts';
import { DEFAULT_LIMITS, type ExecutionLimits, execute, type MissingKey } from './execute/executor.ts';
import type { FunctionTable } from './execute/functions.ts';
import type { Tree } from './parse/nodes.ts';
import { isEmptyTree, parseSource } from './parse/parser.ts';
import type { GoValue } from './values/values.ts';

export interface TemplateOptions {
  readonly functions?: FunctionTable;
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<ExecutionLimits>;
}

/** Go's text/template. */
export class TextTemplate {
  readonly name: string;
  readonly functions: FunctionTable;
  protected readonly missingKey: MissingKey;
  protected readonly limits: ExecutionLimits;
  protected readonly trees = new Map<string, Tree>();

  constructor(name: string, options: TemplateOptions = {}) {
    this.name = name;
    this.functions = options.functions ?? new Map();
    this.missingKey = options.missingKey ?? 'default';
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  /** Names of all templates there are. */
  get names(): string[] {
    return [...this.trees.keys()];
  }

  /**
   * Adds a source: the template of its name (default: this template's own) and all that it defines. Later
   * definitions replace earlier ones, unless they are empty. Throws TemplateError (`template_syntax`).
   */
  parse(text: string, name = this.name): this {
    const known = (called: string) => this.functions.has(called) || BUILTINS.has(called);
    for (const tree of parseSource({ name, text }, known)) {
      if (this.trees.has(tree.name) && isEmptyTree(tree.root)) continue;
      this.trees.set(tree.name, tree);
    }
    return this;
  }

  /**
   * Runs a template over data. Throws TemplateError (`template_execution`).
   * @param functions instead of the ones it was parsed with; the same names
   */
  execute(data: GoValue, name = this.name, functions = this.functions): string {
    const tree = this.trees.get(name);
    if (!tree) {
      throw new TemplateError(
        'template_execution',
        `template: no template ${quoteGo(name)} associated with template ${quoteGo(this.name)}`,
      );
    }
    const { missingKey, limits, trees } = this;
    return execute({ trees, functions, missingKey, limits }, tree, data);
  }
}
