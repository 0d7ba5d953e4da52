// RE2 syntax to a tree, with the error texts of Go's regexp/syntax (in the version that Prometheus builds
// with). Works off a stack of open groups, so that nesting costs no call depth.
import { ANY, ANY_BUT_NEWLINE } from './character-class.ts';
import { parseBracketClass, parseEscapedClass } from './class-parser.ts';
import { type Flags, parseGroupStart } from './group-parser.ts';
import { RegexpError } from './regexp-error.ts';
import { Scanner } from './scanner.ts';
import * as tree from './syntax-tree.ts';
import { Assertion, type Node } from './syntax-tree.ts';

/** Levels of nesting, as in RE2. */
const MAX_HEIGHT = 1000;
/** Instructions of one expression: what Go allows (128 MiB of its instructions). */
const MAX_SIZE = 3_355_443;
/** Range bounds over all classes of one expression; fewer than Go's 33 million, which is 256 MiB here. */
const MAX_CLASS_BOUNDS = 4_000_000;
/** The most that one repetition, or several inside each other, may multiply. */
const MAX_REPEAT = 1000;

export interface ParsedExpression {
  readonly root: Node;
  /** By group number; '' for group 0 and for groups without a name. */
  readonly groupNames: readonly string[];
}

const ASSERTION_ESCAPES: ReadonlyMap<string, Assertion> = new Map([
  ['\\A', Assertion.beginText],
  ['\\z', Assertion.endText],
  ['\\b', Assertion.wordBoundary],
  ['\\B', Assertion.notWordBoundary],
]);

/** Characters that mean themselves wherever they stand. */
const PLAIN = /[^\\.+*?()|[{^$]+/y;
const REPETITION_STARTS = ['*', '+', '?', '{'];

interface Frame {
  /** 0 for the whole expression and for groups that do not capture. */
  readonly captureIndex: number;
  /** The flags to go back to when the group closes. */
  readonly flags: Flags;
  /** Finished alternatives. */
  readonly branches: Node[];
  /** The alternative being read; its last item is what a repetition applies to. */
  items: Node[];
}

/** Throws RegexpError. `dotNewline` is the flag (?s) for the start. */
export function parse(source: string, dotNewline: boolean): ParsedExpression {
  return new Parser(source, dotNewline).parse();
}

class Parser {
  readonly #scanner: Scanner;
  #flags: Flags;
  readonly #open: Frame[] = [];
  #frame: Frame;
  readonly #groupNames = [''];
  #size = 0;
  #classBounds = 0;

  constructor(source: string, dotNewline: boolean) {
    this.#scanner = new Scanner(source);
    this.#flags = { foldCase: false, dotNewline, multiLine: false, lazy: false };
    this.#frame = { captureIndex: 0, flags: this.#flags, branches: [], items: [] };
  }

  parse(): ParsedExpression {
    const scanner = this.#scanner;
    let repetitionStart = -1;
    while (!scanner.done) {
      const start = scanner.at;
      const repeated = this.#parseRepetition(repetitionStart);
      if (!repeated) this.#parseItem();
      repetitionStart = repeated ? start : -1;
    }
    if (this.#open.length > 0) throw new RegexpError('missing closing )', scanner.text);
    return { root: this.#closeFrame(), groupNames: this.#groupNames };
  }

  #parseItem(): void {
    const scanner = this.#scanner;
    switch (scanner.text[scanner.at]) {
      case '(':
        this.#openGroup();
        break;
      case ')':
        this.#closeGroup();
        break;
      case '|':
        scanner.at++;
        this.#frame.branches.push(tree.concat(this.#frame.items));
        this.#frame.items = [];
        break;
      case '^':
        scanner.at++;
        this.#push(tree.assert(this.#flags.multiLine ? Assertion.beginLine : Assertion.beginText));
        break;
      case '$':
        scanner.at++;
        this.#push(tree.assert(this.#flags.multiLine ? Assertion.endLine : Assertion.endText));
        break;
      case '.':
        scanner.at++;
        this.#push(tree.characterClass(this.#flags.dotNewline ? ANY : ANY_BUT_NEWLINE));
        break;
      case '[':
        this.#push(tree.characterClass(parseBracketClass(scanner, this.#flags.foldCase)));
        break;
      case '\\':
        this.#parseBackslash();
        break;
      default:
        this.#pushRun();
    }
  }

  /** Reads plain characters as far as they go; one that a repetition follows stands apart. */
  #pushRun(): void {
    const scanner = this.#scanner;
    PLAIN.lastIndex = scanner.at + 1;
    let end = PLAIN.test(scanner.text) ? PLAIN.lastIndex : scanner.at + 1;
    const repeated = REPETITION_STARTS.includes(scanner.text.charAt(end));
    if (repeated) end -= isSecondHalf(scanner.text, end - 1) ? 2 : 1;
    if (end > scanner.at) this.#push(tree.literal(scanner.text.slice(scanner.at, end), this.#flags.foldCase));
    scanner.at = Math.max(end, scanner.at);
    if (repeated) this.#pushLiteral(scanner.next());
  }

  #parseBackslash(): void {
    const scanner = this.#scanner;
    const assertion = ASSERTION_ESCAPES.get(scanner.text.slice(scanner.at, scanner.at + 2));
    if (assertion !== undefined) {
      scanner.at += 2;
      this.#push(tree.assert(assertion));
    } else if (scanner.sees('\\C')) {
      throw new RegexpError(
        'invalid escape sequence',
        '\\C',
        'write . for any character: bytes have no match here',
      );
    } else if (scanner.accept('\\Q')) {
      const end = scanner.text.indexOf('\\E', scanner.at);
      const stop = end < 0 ? scanner.text.length : end;
      while (scanner.at < stop) this.#pushLiteral(scanner.next());
      if (end >= 0) scanner.at += 2;
    } else {
      const ranges = parseEscapedClass(scanner, this.#flags.foldCase);
      if (ranges) this.#push(tree.characterClass(ranges));
      else this.#pushLiteral(scanner.escape());
    }
  }

  #openGroup(): void {
    const start = parseGroupStart(this.#scanner, this.#flags);
    if (start.kind === 'flags') {
      this.#flags = start.flags;
      return;
    }
    let captureIndex = 0;
    if (start.kind === 'capture') {
      captureIndex = this.#groupNames.length;
      this.#groupNames.push(start.name);
    }
    this.#open.push(this.#frame);
    this.#frame = { captureIndex, flags: this.#flags, branches: [], items: [] };
    if (start.kind === 'group') this.#flags = start.flags;
  }

  #closeGroup(): void {
    const scanner = this.#scanner;
    const outer = this.#open.pop();
    if (!outer) throw new RegexpError('unexpected )', scanner.text);
    scanner.at++;
    const { captureIndex, flags } = this.#frame;
    const inner = this.#closeFrame();
    this.#frame = outer;
    this.#flags = flags;
    this.#push(captureIndex > 0 ? tree.capture(captureIndex, inner) : inner);
  }

  #closeFrame(): Node {
    const { branches, items } = this.#frame;
    if (items.length > 1) this.#mergeLiterals(items.length - 1);
    branches.push(tree.concat(items));
    const node = tree.alternate(branches);
    this.#check(node);
    return node;
  }

  /** Reads a repetition and applies it to the last item; false when none comes next. */
  #parseRepetition(previousStart: number): boolean {
    const scanner = this.#scanner;
    const start = scanner.at;
    const range = readRange(scanner);
    if (!range) return false;
    const { min, max } = range;
    if (!(min <= MAX_REPEAT && (max === Infinity || max <= MAX_REPEAT) && min <= max)) {
      throw new RegexpError('invalid repeat count', scanner.since(start));
    }
    const lazy = scanner.accept('?');
    if (previousStart >= 0) {
      throw new RegexpError('invalid nested repetition operator', scanner.since(previousStart));
    }
    const items = this.#frame.items;
    const sub = items.pop();
    if (!sub) throw new RegexpError('missing argument to repetition operator', scanner.since(start));
    const node = tree.repeat(sub, min, max, lazy === this.#flags.lazy);
    if (node.copies > MAX_REPEAT && (min >= 2 || (max >= 2 && max !== Infinity))) {
      throw new RegexpError('invalid repeat count', scanner.since(start));
    }
    items.push(node);
    this.#check(node);
    this.#size += node.size - sub.size;
    return true;
  }

  #pushLiteral(codePoint: number): void {
    this.#push(tree.literal(String.fromCodePoint(codePoint), this.#flags.foldCase));
  }

  #push(node: Node): void {
    const items = this.#frame.items;
    if (items.length > 1) this.#mergeLiterals(items.length - 1);
    items.push(node);
    this.#size +=
      node.kind === 'capture' ? 2 : node.kind === 'literal' ? node.size : node.kind === 'class' ? 1 : 0;
    if (node.kind === 'class') this.#classBounds += node.ranges.length;
    this.#check(node);
  }

  /** Joins the item at `index` to the literal before it. The last item stays apart: a repetition may follow. */
  #mergeLiterals(index: number): void {
    const items = this.#frame.items;
    const last = items[index]!;
    const before = items[index - 1]!;
    if (last.kind !== 'literal' || before.kind !== 'literal' || last.foldCase !== before.foldCase) return;
    items.splice(index - 1, 2, tree.literal(before.text + last.text, last.foldCase));
  }

  #check(node: Node): void {
    if (node.height > MAX_HEIGHT) throw new RegexpError('expression nests too deeply', this.#scanner.text);
    if (node.size > MAX_SIZE || this.#size > MAX_SIZE || this.#classBounds > MAX_CLASS_BOUNDS) {
      throw new RegexpError('expression too large', this.#scanner.text);
    }
  }
}

function isSecondHalf(text: string, at: number): boolean {
  return at > 0 && text.codePointAt(at - 1)! > 0xffff;
}

/** Reads `*`, `+`, `?` or `{n,m}`; undefined, nothing read, when something else comes next. */
function readRange(scanner: Scanner): { min: number; max: number } | undefined {
  switch (scanner.text[scanner.at]) {
    case '*':
      scanner.at++;
      return { min: 0, max: Infinity };
    case '+':
      scanner.at++;
      return { min: 1, max: Infinity };
    case '?':
      scanner.at++;
      return { min: 0, max: 1 };
    case '{': {
      COUNTED.lastIndex = scanner.at;
      const match = COUNTED.exec(scanner.text);
      if (!match) return undefined;
      scanner.at += match[0].length;
      const min = Number(match[1]);
      const max = match[2] === undefined ? min : match[3] === undefined ? Infinity : Number(match[3]);
      return { min, max };
    }
    default:
      return undefined;
  }
}

/** A number has no leading zeros; anything else after a brace makes the brace a literal. */
const COUNTED = /\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}/y;
