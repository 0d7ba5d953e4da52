// Walks the trees of a template in the order of their output, finds out in which context every value stands, and
// which escapers it needs there. A template that is called in several contexts gets a copy for each.
import { quoteGo } from '@prometheus-ts/model';
import { TemplateError } from '../errors.ts';
import { textOf } from '../parse/node-text.ts';
import type { ActionNode, BranchNode, ListNode, Node, Source, TemplateNode, Tree } from '../parse/nodes.ts';
import {
  type Context,
  DEAD,
  Delimiter,
  describeContext,
  failed,
  isComment,
  join,
  mangle,
  nudge,
  Slash,
  State,
  sameContext,
  TEXT,
  UrlPart,
} from './context.ts';
import { Escaper, PREDEFINED } from './escape-functions.ts';
import { escapeText } from './escape-text.ts';
import { copyTree, nameOf, TreeEdits } from './tree-edit.ts';

/** Places where a range loop is left early, or begun anew. */
interface Loop {
  readonly breaks: Context[];
  readonly continues: Context[];
}

/** What is known and what is to be changed; kept apart while it is only assumed. */
class Findings {
  /** Where templates end, by the name that tells their start. */
  readonly outputs = new Map<string, Context>();
  /** Copies of templates for other contexts. */
  readonly derived = new Map<string, Tree>();
  readonly called = new Set<string>();
  readonly edits = new TreeEdits();

  addAll(other: Findings): void {
    for (const [name, context] of other.outputs) this.outputs.set(name, context);
    for (const [name, tree] of other.derived) this.derived.set(name, tree);
    for (const name of other.called) this.called.add(name);
    this.edits.addAll(other.edits);
  }
}

export class HtmlEscaper {
  readonly #trees: Map<string, Tree>;
  /** Where templates end that were escaped before. */
  readonly #known = new Map<string, Context>();
  #findings = new Findings();
  #loops: Loop[] = [];
  #source: Source | undefined;

  /** @param trees are replaced by their escaped forms, and copies are added to them */
  constructor(trees: Map<string, Tree>) {
    this.#trees = trees;
  }

  /** Escapes a template that begins a document, and all that it calls. Throws TemplateError (`template_escape`). */
  escape(name: string): void {
    this.#findings = new Findings();
    this.#loops = [];
    const [end] = this.#escapeTree(TEXT, name, '');
    if (end.problem) {
      const { description, location, line } = end.problem;
      const place = location ?? (line === undefined ? name : `${name}:${line}`);
      throw new TemplateError('template_escape', `html/template:${place}: ${description}`, { file: name });
    }
    if (end.state !== State.text) {
      const where = describeContext(end);
      throw new TemplateError(
        'template_escape',
        `html/template:${name}: ends in a non-text context: ${where}`,
        {
          file: name,
        },
      );
    }
    this.#commit();
  }

  #commit(): void {
    const { derived, outputs, edits } = this.#findings;
    for (const [name, tree] of derived) this.#trees.set(name, tree);
    for (const [name, context] of outputs) {
      const tree = this.#trees.get(name);
      if (!tree) continue;
      if (!this.#known.has(name)) this.#trees.set(name, { ...tree, root: edits.apply(tree.root) });
      this.#known.set(name, context);
    }
  }

  /** @param location where it is called */
  #escapeTree(context: Context, name: string, location: string): readonly [Context, string] {
    const mangled = mangle(name, context);
    this.#findings.called.add(mangled);
    const known = this.#findings.outputs.get(mangled) ?? this.#known.get(mangled);
    if (known) return [known, mangled];
    const original = this.#tree(name);
    if (!original) return [failed(`no such template ${quoteGo(name)}`, { location }), mangled];
    let tree = original;
    if (mangled !== name) {
      const copy = this.#tree(mangled);
      tree = copy ?? { name: mangled, source: original.source, root: copyTree(original.root) };
      if (!copy) this.#findings.derived.set(mangled, tree);
    }
    return [this.#outputOf(context, tree), mangled];
  }

  #tree(name: string): Tree | undefined {
    return this.#trees.get(name) ?? this.#findings.derived.get(name);
  }

  #outputOf(context: Context, tree: Tree): Context {
    const outer = this.#source;
    const loops = this.#loops;
    this.#source = tree.source;
    let [end, settled] = this.#escapeBody(context, tree);
    if (!settled) {
      // A recursive template may end elsewhere than it starts: try with where it seemed to end.
      const [second, settledNow] = this.#escapeBody(end, tree);
      if (settledNow) [end, settled] = [second, true];
    }
    if (!settled && end.state !== State.error) {
      const location = this.#locate(tree.root);
      end = failed(`cannot compute output context for template ${tree.name}`, { location });
    }
    this.#source = outer;
    this.#loops = loops;
    return end;
  }

  /** Escapes a body as if the template started and ended in `assumed`; whether it does end there. */
  #escapeBody(assumed: Context, tree: Tree): readonly [Context, boolean] {
    this.#findings.outputs.set(tree.name, assumed);
    return this.#escapeTentatively(assumed, tree.root, (end, tried) => {
      if (end.state === State.error) return false;
      return !tried.called.has(tree.name) || sameContext(assumed, end);
    });
  }

  /** Keeps what it finds only if `accept` says so. */
  #escapeTentatively(
    context: Context,
    list: ListNode,
    accept: (end: Context, tried: Findings) => boolean,
  ): readonly [Context, boolean] {
    const before = this.#findings;
    const tried = new Findings();
    for (const [name, output] of before.outputs) tried.outputs.set(name, output);
    for (const [name, tree] of before.derived) tried.derived.set(name, tree);
    this.#findings = tried;
    const end = this.#escapeList(context, list);
    this.#findings = before;
    const accepted = accept(end, tried);
    if (accepted) before.addAll(tried);
    return [end, accepted];
  }

  #escapeList(context: Context, list: ListNode | undefined): Context {
    let current = context;
    for (const node of list?.nodes ?? []) {
      current = this.#escapeNode(current, node);
      if (current.state === State.dead) break;
    }
    return current;
  }

  #escapeNode(context: Context, node: Node): Context {
    switch (node.kind) {
      case 'text': {
        const [end, text] = escapeText(context, node.text);
        if (text !== node.text) this.#findings.edits.texts.set(node, text);
        return end;
      }
      case 'action':
        return this.#escapeAction(context, node);
      case 'if':
      case 'with':
      case 'range':
        return this.#escapeBranch(context, node);
      case 'template':
        return this.#escapeCall(context, node);
      case 'list':
        return this.#escapeList(context, node);
      case 'break':
        this.#loops.at(-1)!.breaks.push({ ...context, jump: node });
        return DEAD;
      case 'continue':
        this.#loops.at(-1)!.continues.push({ ...context, jump: node });
        return DEAD;
    }
  }

  #escapeCall(context: Context, node: TemplateNode): Context {
    const [end, name] = this.#escapeTree(context, node.name, this.#locate(node));
    if (name !== node.name) this.#findings.edits.callees.set(node, name);
    return end;
  }

  #escapeBranch(context: Context, node: BranchNode): Context {
    let end: Context;
    if (node.kind === 'range') {
      end = this.#escapeLoop(context, node);
      if (end.state === State.error) return end;
    } else end = this.#escapeList(context, node.list);
    const otherwise = this.#escapeList(context, node.elseList);
    return join(end, otherwise, node.kind, this.#locate(node));
  }

  #escapeLoop(context: Context, node: BranchNode): Context {
    this.#loops = [...this.#loops, { breaks: [], continues: [] }];
    let end = this.#escapeList(context, node.list);
    if (end.state !== State.error) end = this.#joinJumps(end);
    this.#loops = this.#loops.slice(0, -1);
    if (end.state === State.error) return end;
    // A second time round has to lead to the same place as the first.
    this.#loops = [...this.#loops, { breaks: [], continues: [] }];
    const [again] = this.#escapeTentatively(end, node.list, () => false);
    end = join(end, again, 'range', this.#locate(node));
    if (end.state === State.error) end = explain(end, 'on range loop re-entry: ', node.line);
    else end = this.#joinJumps(end);
    this.#loops = this.#loops.slice(0, -1);
    return end;
  }

  #joinJumps(body: Context): Context {
    let end = body;
    const { breaks, continues } = this.#loops.at(-1)!;
    for (const [jumps, word] of [
      [breaks, 'break'],
      [continues, 'continue'],
    ] as const) {
      for (const { jump, ...context } of jumps) {
        end = join(end, context, 'range', this.#locate(jump!));
        if (end.state === State.error) return explain(end, `at range loop ${word}: `, jump!.line);
      }
    }
    return end;
  }

  #escapeAction(before: Context, node: ActionNode): Context {
    if (node.pipe.declared.length > 0) return before;
    const context = nudge(before);
    const { commands } = node.pipe;
    for (const [i, command] of commands.entries()) {
      const name = nameOf(command);
      if (name === undefined || !PREDEFINED.has(name)) continue;
      const unquoted = context.state === State.attribute && context.delimiter === Delimiter.spaceOrTagEnd;
      if (i < commands.length - 1 || (unquoted && name === 'html')) {
        return failed(`predefined escaper ${quoteGo(name)} disallowed in template`, {
          location: this.#locate(node),
        });
      }
    }
    if (context.state === State.error) return context;
    const names = escapersFor(context);
    if (!names) {
      return failed(`${textOf(node)} appears in an ambiguous context within a URL`, {
        location: this.#locate(node),
      });
    }
    if (context.delimiter === Delimiter.spaceOrTagEnd) names.push(Escaper.unquoted);
    else if (context.delimiter !== Delimiter.none) names.push(Escaper.attribute);
    this.#findings.edits.escapers.set(node, names);
    // A slash behind a value divides.
    if (context.state === State.js) return { ...context, slash: Slash.division };
    return context.state === State.tag ? { ...context, state: State.attributeName } : context;
  }

  #locate(node: { readonly at: number }): string {
    const { name, text } = this.#source!;
    const before = text.slice(0, node.at);
    const lineStart = before.lastIndexOf('\n') + 1;
    return `${name}:${before.split('\n').length}:${Buffer.byteLength(before.slice(lineStart))}`;
  }
}

function explain(context: Context, prefix: string, line: number): Context {
  const { description, ...place } = context.problem!;
  return { ...context, problem: { ...place, description: prefix + description, line } };
}

/** Undefined where the context does not say what part of a URL this is. */
function escapersFor({ state, urlPart }: Context): string[] | undefined {
  switch (state) {
    case State.url:
    case State.cssDoubleQuoted:
    case State.cssSingleQuoted:
    case State.cssDoubleQuotedUrl:
    case State.cssSingleQuotedUrl:
    case State.cssUrl: {
      if (urlPart === UrlPart.unknown) return undefined;
      if (urlPart === UrlPart.queryOrFragment) return [Escaper.url];
      const string = state === State.cssDoubleQuoted || state === State.cssSingleQuoted;
      const normalizer = string ? Escaper.css : Escaper.urlNormalizer;
      return urlPart === UrlPart.none ? [Escaper.urlFilter, normalizer] : [normalizer];
    }
    case State.metaContentUrl:
      return [Escaper.urlFilter];
    case State.js:
      return [Escaper.jsValue];
    case State.jsDoubleQuoted:
    case State.jsSingleQuoted:
      return [Escaper.jsString];
    case State.jsTemplate:
      return [Escaper.jsTemplate];
    case State.jsRegexp:
      return [Escaper.jsRegexp];
    case State.css:
      return [Escaper.cssValue];
    case State.text:
      return [Escaper.html];
    case State.rcdata:
      return [Escaper.rcdata];
    case State.attributeName:
    case State.tag:
      return [Escaper.htmlName];
    case State.srcset:
      return [Escaper.srcset];
    default:
      return isComment(state) ? [Escaper.comment] : [];
  }
}
