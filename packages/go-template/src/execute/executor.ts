// Walks a tree and writes its output. Errors name the template, the place and the expression, as Go's do. Time,
// output and depth are bounded: templates come from users.
import { compareStrings, quoteGo } from '@prometheus-ts/model';
import { TemplateError } from '../errors.ts';
import { describe, sprint } from '../format/print.ts';
import { textOf } from '../parse/node-text.ts';
import type { BranchNode, CommandNode, Node, Operand, TemplateNode, Tree } from '../parse/nodes.ts';
import { FunctionValue, GoMap, GoSlice, type GoValue, isNil, isTrue, typeOf } from '../values/values.ts';
import { Evaluator } from './evaluator.ts';
import type { FunctionTable } from './functions.ts';

export interface ExecutionLimits {
  /** UTF-16 units of output. */
  readonly outputLength: number;
  /** Nodes walked and expressions evaluated. */
  readonly steps: number;
  /** Templates inside of templates. */
  readonly depth: number;
}

export const DEFAULT_LIMITS: ExecutionLimits = {
  outputLength: 16 * 1024 * 1024,
  steps: 5_000_000,
  depth: 500,
};

/** What a map answers for a key that it does not have: no value, the zero value of its elements, or an error. */
export type MissingKey = 'default' | 'zero' | 'error';

export interface ExecutionContext {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly functions: FunctionTable;
  readonly missingKey: MissingKey;
  readonly limits: ExecutionLimits;
}

/** How a walk goes on. */
const Flow = { next: 0, break: 1, continue: 2 } as const;
type Flow = (typeof Flow)[keyof typeof Flow];

/** Runs a template; throws TemplateError. What functions throw becomes part of it, as its `cause`. */
export function execute(context: ExecutionContext, tree: Tree, data: GoValue): string {
  const executor = new Executor(context, tree);
  try {
    return executor.run(data);
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) {
      executor.fail('exceeded maximum depth of expressions');
    }
    throw error;
  }
}

export class Executor {
  readonly context: ExecutionContext;
  /** The node that an error is about. */
  node: Node | Operand | CommandNode | undefined;
  readonly variables: { readonly name: string; value: GoValue }[] = [];
  readonly #evaluator: Evaluator;
  #tree: Tree;
  #output: string[] = [];
  #outputLength = 0;
  #steps = 0;
  #depth = 0;

  constructor(context: ExecutionContext, tree: Tree) {
    this.context = context;
    this.#tree = tree;
    this.#evaluator = new Evaluator(this);
  }

  run(data: GoValue): string {
    this.variables.push({ name: '$', value: data });
    this.#walk(data, this.#tree.root);
    return this.#output.join('');
  }

  /** Throws the error of the current node. */
  fail(message: string, cause?: unknown): never {
    const { name, source } = this.#tree;
    if (!this.node) throw new TemplateError('template_execution', `template: ${name}: ${message}`, { cause });
    const before = source.text.slice(0, this.node.at);
    const lineStart = before.lastIndexOf('\n') + 1;
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(lineStart));
    const place = `${source.name}:${line}:${column}`;
    throw new TemplateError(
      'template_execution',
      `template: ${place}: executing ${quoteGo(name)} at <${textOf(this.node)}>: ${message}`,
      { file: source.name, line, column: column + 1, cause },
    );
  }

  /** Counts a step of work. */
  step(): void {
    if (++this.#steps > this.context.limits.steps) this.fail('the template takes too long');
  }

  #write(text: string): void {
    this.#outputLength += text.length;
    if (this.#outputLength > this.context.limits.outputLength) {
      this.fail(`the output is longer than ${this.context.limits.outputLength} characters`);
    }
    this.#output.push(text);
  }

  #walk(dot: GoValue, node: Node): Flow {
    this.node = node;
    this.step();
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return Flow.next;
      case 'action': {
        const value = this.#evaluator.pipeline(dot, node.pipe);
        if (node.pipe.declared.length === 0) this.#print(node, value);
        return Flow.next;
      }
      case 'list':
        for (const child of node.nodes) {
          const flow = this.#walk(dot, child);
          if (flow !== Flow.next) return flow;
        }
        return Flow.next;
      case 'if':
      case 'with':
        return this.#walkCondition(dot, node);
      case 'range':
        return this.#walkRange(dot, node);
      case 'template':
        this.#walkTemplate(dot, node);
        return Flow.next;
      case 'break':
        return Flow.break;
      case 'continue':
        return Flow.continue;
    }
  }

  #print(node: Node, value: GoValue): void {
    this.node = node;
    if (value instanceof FunctionValue) this.fail(`can't print ${textOf(node)} of type ${typeOf(value)}`);
    this.#write(isNil(value) ? '<no value>' : sprint([value]));
  }

  #walkCondition(dot: GoValue, node: BranchNode): Flow {
    const scope = this.variables.length;
    const value = this.#evaluator.pipeline(dot, node.pipe);
    let flow: Flow = Flow.next;
    if (isTrue(value)) flow = this.#walk(node.kind === 'with' ? value : dot, node.list);
    else if (node.elseList) flow = this.#walk(dot, node.elseList);
    this.variables.length = scope;
    return flow;
  }

  #walkRange(dot: GoValue, node: BranchNode): Flow {
    const outer = this.variables.length;
    const over = this.#evaluator.pipeline(dot, node.pipe);
    const scope = this.variables.length;
    let empty = true;
    for (const [index, element] of this.#elements(over, node)) {
      empty = false;
      this.#setLoopVariables(node, index, element);
      const flow = this.#walk(element, node.list);
      this.variables.length = scope;
      if (flow === Flow.break) break;
    }
    let flow: Flow = Flow.next;
    if (empty && node.elseList) flow = this.#walk(dot, node.elseList);
    this.variables.length = outer;
    return flow;
  }

  *#elements(over: GoValue, node: BranchNode): Iterable<readonly [GoValue, GoValue]> {
    if (over instanceof GoSlice) {
      for (let i = 0; i < over.items.length; i++) yield [BigInt(i), over.items[i]];
    } else if (over instanceof GoMap) {
      for (const key of [...over.entries.keys()].sort(compareStrings)) yield [key, over.entries.get(key)];
    } else if (typeof over === 'bigint') {
      if (node.pipe.declared.length > 1) {
        this.fail(`can't use ${over} to iterate over more than one variable`);
      }
      for (let i = 0n; i < over; i++) yield [undefined, i];
    } else if (!isNil(over)) {
      this.fail(`range can't iterate over ${describe(over)}`);
    }
  }

  #setLoopVariables({ pipe }: BranchNode, index: GoValue, element: GoValue): void {
    const { declared, assigns } = pipe;
    const [first, second] = declared;
    if (!first) return;
    if (assigns) {
      this.assign(first.names[0]!, second ? index : element);
      if (second) this.assign(second.names[0]!, element);
      return;
    }
    const top = this.variables.length;
    this.variables[top - 1]!.value = element;
    if (second) this.variables[top - 2]!.value = index;
  }

  /** Gives the innermost variable of the name a new value. */
  assign(name: string, value: GoValue): void {
    this.#find(name).value = value;
  }

  variable(name: string): GoValue {
    return this.#find(name).value;
  }

  #find(name: string): { value: GoValue } {
    for (let i = this.variables.length - 1; i >= 0; i--) {
      if (this.variables[i]!.name === name) return this.variables[i]!;
    }
    return this.fail(`undefined variable: ${name}`);
  }

  #walkTemplate(dot: GoValue, node: TemplateNode): void {
    const tree = this.context.trees.get(node.name);
    if (!tree) this.fail(`template ${quoteGo(node.name)} not defined`);
    const { depth } = this.context.limits;
    if (this.#depth === depth) this.fail(`exceeded maximum template depth (${depth})`);
    const value = node.pipe ? this.#evaluator.pipeline(dot, node.pipe) : undefined;
    const outerTree = this.#tree;
    const outerVariables = this.variables.splice(0);
    this.#depth++;
    this.#tree = tree;
    this.variables.push({ name: '$', value });
    this.#walk(value, tree.root);
    this.#tree = outerTree;
    this.#depth--;
    this.variables.splice(0, this.variables.length, ...outerVariables);
  }
}
