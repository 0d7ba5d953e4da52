// Tokens to trees. A source holds one template of its own and any number of definitions.
import { quoteGo } from '@prometheus-ts/model';
import { TemplateError } from '../errors.ts';
import { tokenize } from './lexer.ts';
import { parseComplex, parseNumber, unquote, unquoteCharacter } from './literals.ts';
import { textOf } from './node-text.ts';
import type {
  BranchNode,
  CommandNode,
  ListNode,
  Node,
  NumberNode,
  Operand,
  PipeNode,
  Source,
  TemplateNode,
  Tree,
  VariableNode,
} from './nodes.ts';
import { type Item, Token } from './tokens.ts';

/** Parentheses and control structures inside of each other. Deeper ones would exhaust the call stack. */
const MAX_DEPTH = 500;

/** What ends a list. */
interface Ending {
  readonly kind: 'end' | 'else';
  readonly at: number;
  readonly line: number;
}

/**
 * Parses a source. The source's own template comes last, after its definitions; of two templates of one name
 * the one that is not empty counts. Throws TemplateError.
 */
export function parseSource(source: Source, hasFunction: (name: string) => boolean): Tree[] {
  return new Parser(source, hasFunction).parse();
}

/** Whether nothing but space is in it. */
export function isEmptyTree(node: Node): boolean {
  if (node.kind === 'list') return node.nodes.every(isEmptyTree);
  return node.kind === 'text' && node.text.trim() === '';
}

class Parser {
  readonly #source: Source;
  readonly #hasFunction: (name: string) => boolean;
  readonly #items: readonly Item[];
  readonly #trees = new Map<string, Tree>();
  #at = 0;
  /** The last token that anyone looked at: errors are on its line. */
  #seen = 0;
  #variables: string[] = ['$'];
  #rangeDepth = 0;
  #depth = 0;
  /** Line of the action being parsed, 0 outside. */
  #actionLine = 0;

  constructor(source: Source, hasFunction: (name: string) => boolean) {
    this.#source = source;
    this.#hasFunction = hasFunction;
    this.#items = tokenize(source.text);
  }

  parse(): Tree[] {
    const nodes: Node[] = [];
    const start = this.#peek();
    while (this.#peek().type !== Token.end) {
      if (this.#peek().type === Token.leftDelimiter && this.#nextIsDefine()) {
        this.#parseDefinition();
        continue;
      }
      const node = this.#textOrAction();
      if (isEnding(node)) this.#fail(`unexpected {{${node.kind}}}`);
      nodes.push(node);
    }
    const root: ListNode = { kind: 'list', nodes, at: start.at, line: start.line };
    this.#add({ name: this.#source.name, source: this.#source, root });
    return [...this.#trees.values()];
  }

  #nextIsDefine(): boolean {
    const before = this.#at;
    this.#next();
    const item = this.#nextNonSpace();
    if (isKeyword(item, 'define')) return true;
    this.#at = before;
    return false;
  }

  #parseDefinition(): void {
    const context = 'define clause';
    const item = this.#nextNonSpace();
    if (item.type !== Token.string && item.type !== Token.rawString) this.#unexpected(item, context);
    const name = this.#unquote(item);
    this.#expect(Token.rightDelimiter, context);
    this.#parseBody(name, context);
  }

  /** The body of a definition or block, with variables of its own. */
  #parseBody(name: string, context: string): void {
    const outer = [this.#variables, this.#rangeDepth] as const;
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const [root, end] = this.#list();
    if (end.kind !== 'end') this.#fail(`unexpected {{${end.kind}}} in ${context}`);
    [this.#variables, this.#rangeDepth] = outer;
    this.#add({ name, source: this.#source, root });
  }

  #add(tree: Tree): void {
    const present = this.#trees.get(tree.name);
    if (present && !isEmptyTree(present.root)) {
      if (isEmptyTree(tree.root)) return;
      this.#fail(`template: multiple definition of template ${quoteGo(tree.name)}`);
    }
    this.#trees.delete(tree.name);
    this.#trees.set(tree.name, tree);
  }

  #list(): [ListNode, Ending] {
    if (++this.#depth > MAX_DEPTH) this.#fail('max nesting depth exceeded');
    const start = this.#peekNonSpace();
    const nodes: Node[] = [];
    while (this.#peekNonSpace().type !== Token.end) {
      const node = this.#textOrAction();
      if (isEnding(node)) {
        this.#depth--;
        return [{ kind: 'list', nodes, at: start.at, line: start.line }, node];
      }
      nodes.push(node);
    }
    this.#fail('unexpected EOF');
  }

  #textOrAction(): Node | Ending {
    const item = this.#nextNonSpace();
    if (item.type === Token.text) return { kind: 'text', text: item.value, at: item.at, line: item.line };
    if (item.type !== Token.leftDelimiter) this.#unexpected(item, 'input');
    this.#actionLine = item.line;
    const action = this.#action();
    this.#actionLine = 0;
    return action;
  }

  #action(): Node | Ending {
    const item = this.#nextNonSpace();
    const { at, line } = item;
    if (item.type === Token.keyword) {
      switch (item.value) {
        case 'if':
        case 'with':
        case 'range':
          return this.#branch(item.value);
        case 'end':
          return { kind: 'end', at: this.#expect(Token.rightDelimiter, 'end').at, line };
        case 'else':
          return this.#else();
        case 'template':
          return this.#template();
        case 'block':
          return this.#block();
        case 'break':
        case 'continue': {
          const kind = item.value;
          const close = this.#nextNonSpace();
          if (close.type !== Token.rightDelimiter) this.#unexpected(close, `{{${kind}}}`);
          if (this.#rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`);
          return { kind, at, line };
        }
      }
    }
    this.#at--;
    return { kind: 'action', pipe: this.#pipeline('command', Token.rightDelimiter), at, line };
  }

  #branch(kind: BranchNode['kind']): BranchNode {
    const scope = this.#variables.length;
    const pipe = this.#pipeline(kind, Token.rightDelimiter);
    if (kind === 'range') this.#rangeDepth++;
    const [list, end] = this.#list();
    if (kind === 'range') this.#rangeDepth--;
    let elseList: ListNode | undefined;
    if (end.kind === 'else') {
      const next = this.#peek();
      if ((kind === 'if' || kind === 'with') && isKeyword(next, kind)) {
        // {{else if}}: the branch inside takes the {{end}} along.
        this.#next();
        if (++this.#depth > MAX_DEPTH) this.#fail('max nesting depth exceeded');
        elseList = { kind: 'list', nodes: [this.#branch(kind)], at: end.at, line: end.line };
        this.#depth--;
      } else {
        const [otherwise, close] = this.#list();
        if (close.kind !== 'end') this.#fail(`expected end; found {{${close.kind}}}`);
        elseList = otherwise;
      }
    }
    this.#variables.length = scope;
    return { kind, pipe, list, elseList, at: pipe.at, line: pipe.line };
  }

  #else(): Ending {
    const next = this.#peekNonSpace();
    if (isKeyword(next, 'if') || isKeyword(next, 'with'))
      return { kind: 'else', at: next.at, line: next.line };
    const close = this.#expect(Token.rightDelimiter, 'else');
    return { kind: 'else', at: close.at, line: close.line };
  }

  #template(): TemplateNode {
    const context = 'template clause';
    const item = this.#nextNonSpace();
    const name = this.#templateName(item, context);
    let pipe: PipeNode | undefined;
    if (this.#nextNonSpace().type !== Token.rightDelimiter) {
      this.#at--;
      pipe = this.#pipeline(context, Token.rightDelimiter);
    }
    return { kind: 'template', name, pipe, at: item.at, line: item.line };
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const item = this.#nextNonSpace();
    const name = this.#templateName(item, context);
    const pipe = this.#pipeline(context, Token.rightDelimiter);
    this.#parseBody(name, context);
    return { kind: 'template', name, pipe, at: item.at, line: item.line };
  }

  #templateName(item: Item, context: string): string {
    if (item.type !== Token.string && item.type !== Token.rawString) this.#unexpected(item, context);
    return this.#unquote(item);
  }

  #pipeline(context: string, end: Token): PipeNode {
    const { at, line } = this.#peekNonSpace();
    const declared: VariableNode[] = [];
    const assigns = this.#declarations(context, declared);
    const commands: CommandNode[] = [];
    for (let item = this.#nextNonSpace(); item.type !== end; item = this.#nextNonSpace()) {
      if (!STARTS_COMMAND.has(item.type) && !isKeyword(item, 'nil')) this.#unexpected(item, context);
      this.#at--;
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    commands.forEach((command, i) => {
      if (i > 0 && NOT_EXECUTABLE.has(command.operands[0]!.kind)) {
        this.#fail(`non executable command in pipeline stage ${i + 1}`);
      }
    });
    return { kind: 'pipe', declared, assigns, commands, at, line };
  }

  /** Reads `$x :=`, `$x =`, `$k, $v :=`; whether it assigns. */
  #declarations(context: string, declared: VariableNode[]): boolean {
    for (;;) {
      const before = this.#at;
      const variable = this.#nextNonSpace();
      if (variable.type !== Token.variable) {
        this.#at = before;
        return false;
      }
      const next = this.#nextNonSpace();
      const assigns = next.type === Token.assign;
      const comma = next.type === Token.character && next.value === ',';
      if (!assigns && !comma && next.type !== Token.declare) {
        this.#at = before;
        return false;
      }
      declared.push({ kind: 'variable', names: [variable.value], at: variable.at, line: variable.line });
      this.#variables.push(variable.value);
      if (!comma) return assigns;
      if (context !== 'range' || declared.length > 1) this.#fail(`too many declarations in ${context}`);
      const follows = this.#peekNonSpace().type;
      if (follows === Token.rightDelimiter || follows === Token.rightParen) return false;
      if (follows !== Token.variable) this.#fail('range can only initialize variables');
    }
  }

  #command(): CommandNode {
    const { at, line } = this.#peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand) operands.push(operand);
      const item = this.#next();
      if (item.type === Token.space) continue;
      if (item.type === Token.rightDelimiter || item.type === Token.rightParen) this.#at--;
      else if (item.type !== Token.pipe) this.#unexpected(item, 'operand');
      break;
    }
    if (operands.length === 0) this.#fail('empty command');
    return { kind: 'command', operands, at, line };
  }

  /** A term with the fields behind it; undefined when no operand comes next. */
  #operand(): Operand | undefined {
    const term = this.#term();
    if (!term || this.#peek().type !== Token.field) return term;
    const { at, line } = this.#peek();
    const names: string[] = [];
    while (this.#peek().type === Token.field) names.push(this.#next().value.slice(1));
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { ...term, names: [...term.names, ...names], at, line };
      case 'boolean':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quoteGo(textOf(term))}`);
      default:
        return { kind: 'chain', base: term, names, at, line };
    }
  }

  #term(): Operand | undefined {
    const item = this.#nextNonSpace();
    const { at, line, value } = item;
    switch (item.type) {
      case Token.identifier:
        if (!this.#hasFunction(value)) this.#fail(`function ${quoteGo(value)} not defined`);
        return { kind: 'identifier', name: value, at, line };
      case Token.dot:
        return { kind: 'dot', at, line };
      case Token.variable:
        if (!this.#variables.includes(value)) this.#fail(`undefined variable ${quoteGo(value)}`);
        return { kind: 'variable', names: [value], at, line };
      case Token.field:
        return { kind: 'field', names: [value.slice(1)], at, line };
      case Token.boolean:
        return { kind: 'boolean', value: value === 'true', at, line };
      case Token.characterConstant:
      case Token.complex:
      case Token.number:
        return this.#number(item);
      case Token.string:
      case Token.rawString:
        return { kind: 'string', text: this.#unquote(item), quoted: value, at, line };
      case Token.leftParen: {
        if (++this.#depth > MAX_DEPTH) this.#fail('max expression depth exceeded');
        const pipe = this.#pipeline('parenthesized pipeline', Token.rightParen);
        this.#depth--;
        return pipe;
      }
      default:
        if (isKeyword(item, 'nil')) return { kind: 'nil', at, line };
        this.#at--;
        return undefined;
    }
  }

  #number({ type, value: text, at, line }: Item): NumberNode {
    if (type === Token.characterConstant) {
      const integer = unquoteCharacter(text);
      if (typeof integer === 'string') this.#fail(integer);
      return {
        kind: 'number',
        text,
        value: { integer, float: Number(integer), complex: undefined },
        at,
        line,
      };
    }
    const value = type === Token.complex ? (parseComplex(text) ?? 'expected integer') : parseNumber(text);
    if (typeof value === 'string') this.#fail(value);
    return { kind: 'number', text, value, at, line };
  }

  #unquote(item: Item): string {
    return unquote(item.value) ?? this.#fail('invalid syntax');
  }

  #next(): Item {
    const item = this.#items[Math.min(this.#at, this.#items.length - 1)]!;
    if (this.#at > this.#seen) this.#seen = this.#at;
    this.#at++;
    return item;
  }

  #peek(): Item {
    const item = this.#next();
    this.#at--;
    return item;
  }

  #nextNonSpace(): Item {
    let item = this.#next();
    while (item.type === Token.space) item = this.#next();
    return item;
  }

  /** Steps over spaces, not over what follows. */
  #peekNonSpace(): Item {
    const item = this.#nextNonSpace();
    this.#at--;
    return item;
  }

  #expect(type: Token, context: string): Item {
    const item = this.#nextNonSpace();
    if (item.type !== type) this.#unexpected(item, context);
    return item;
  }

  #unexpected(item: Item, context: string): never {
    if (item.type !== Token.error) this.#fail(`unexpected ${describe(item)} in ${context}`);
    let where = '';
    if (this.#actionLine !== 0 && this.#actionLine !== item.line) {
      where = ` in action started at ${this.#source.name}:${this.#actionLine}`;
      if (item.value.endsWith(' action')) where = where.slice(' in action'.length);
    }
    this.#fail(item.value + where);
  }

  #fail(message: string): never {
    const { line } = this.#items[Math.min(this.#seen, this.#items.length - 1)]!;
    const { name } = this.#source;
    throw new TemplateError('template_syntax', `template: ${name}:${line}: ${message}`, { file: name, line });
  }
}

const STARTS_COMMAND: ReadonlySet<Token> = new Set([
  Token.boolean,
  Token.characterConstant,
  Token.complex,
  Token.dot,
  Token.field,
  Token.identifier,
  Token.number,
  Token.rawString,
  Token.string,
  Token.variable,
  Token.leftParen,
]);

const NOT_EXECUTABLE: ReadonlySet<Operand['kind']> = new Set(['boolean', 'dot', 'nil', 'number', 'string']);

function isEnding(node: Node | Ending): node is Ending {
  return node.kind === 'end' || node.kind === 'else';
}

function isKeyword(item: Item, word: string): boolean {
  return item.type === Token.keyword && item.value === word;
}

function describe(item: Item): string {
  if (item.type === Token.end) return 'EOF';
  if (item.type === Token.keyword || item.type === Token.dot) return `<${item.value}>`;
  const characters = Array.from(item.value);
  return characters.length > 10 ? `${quoteGo(characters.slice(0, 10).join(''))}...` : quoteGo(item.value);
}
