// Trees with changes applied. Trees are never changed in place.
import type { ActionNode, CommandNode, ListNode, Node, TemplateNode, TextNode } from '../parse/nodes.ts';
import { commonName, Escaper, isRedundant, PREDEFINED } from './escape-functions.ts';

/** What escaping changes, by node. */
export class TreeEdits {
  readonly escapers = new Map<ActionNode, readonly string[]>();
  readonly callees = new Map<TemplateNode, string>();
  readonly texts = new Map<TextNode, string>();

  addAll(other: TreeEdits): void {
    for (const [node, names] of other.escapers) this.escapers.set(node, names);
    for (const [node, name] of other.callees) this.callees.set(node, name);
    for (const [node, text] of other.texts) this.texts.set(node, text);
  }

  apply(list: ListNode): ListNode {
    return { ...list, nodes: list.nodes.map((node) => this.#applyTo(node)) };
  }

  #applyTo(node: Node): Node {
    switch (node.kind) {
      case 'text':
        return { ...node, text: this.texts.get(node) ?? node.text };
      case 'action': {
        const names = this.escapers.get(node);
        return names ? { ...node, pipe: { ...node.pipe, commands: withEscapers(node, names) } } : node;
      }
      case 'template':
        return { ...node, name: this.callees.get(node) ?? node.name };
      case 'if':
      case 'with':
      case 'range':
        return { ...node, list: this.apply(node.list), elseList: node.elseList && this.apply(node.elseList) };
      case 'list':
        return this.apply(node);
      default:
        return node;
    }
  }
}

/** A copy with nodes of its own, which edits tell apart from the original's. */
export function copyTree(list: ListNode): ListNode {
  return { ...list, nodes: list.nodes.map(copyNode) };
}

function copyNode(node: Node): Node {
  if (node.kind === 'list') return copyTree(node);
  if (node.kind === 'if' || node.kind === 'with' || node.kind === 'range') {
    return { ...node, list: copyTree(node.list), elseList: node.elseList && copyTree(node.elseList) };
  }
  return { ...node };
}

/** The pipeline with escapers at its end; one that it already ends with is not repeated. */
function withEscapers(node: ActionNode, wanted: readonly string[]): readonly CommandNode[] {
  const { at, line } = node.pipe;
  const call = (name: string): CommandNode => ({
    kind: 'command',
    operands: [{ kind: 'identifier', name, at, line }],
    at,
    line,
  });
  let commands = [...node.pipe.commands];
  const names = [...wanted];
  const last = commands.at(-1)!;
  const own = nameOf(last);
  if (own !== undefined && PREDEFINED.has(own)) {
    if (commands.length === 1 && last.operands.length > 1) {
      // {{html a b}} is {{_eval_args_ a b | html}}.
      const [first, ...rest] = last.operands;
      const evaluate = { kind: 'identifier', name: Escaper.evaluate, at: first!.at, line } as const;
      commands = [{ ...last, operands: [evaluate, ...rest] }, call(own)];
    }
    let repeated = false;
    names.forEach((name, i) => {
      if (commonName(name) !== commonName(own)) return;
      names[i] = own;
      repeated = true;
    });
    if (repeated) commands.pop();
  }
  const present = new Set(commands.map((command) => commonName(nameOf(command) ?? '')));
  for (const name of names) {
    if (present.has(commonName(name))) continue;
    const before = nameOf(commands.at(-1)) ?? '';
    if (!isRedundant(before, name)) commands.push(call(name));
  }
  return commands;
}

export function nameOf(command: CommandNode | undefined): string | undefined {
  const first = command?.operands[0];
  return first?.kind === 'identifier' ? first.name : undefined;
}
