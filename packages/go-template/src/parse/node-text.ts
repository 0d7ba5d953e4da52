// Nodes as they stand in error messages.
import { quoteGo } from '@prometheus-ts/model';
import type { CommandNode, Node, Operand, PipeNode } from './nodes.ts';

export function textOf(node: Node | Operand | CommandNode): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'list':
      return node.nodes.map(textOf).join('');
    case 'action':
      return `{{${textOf(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.elseList ? `{{else}}${textOf(node.elseList)}` : '';
      return `{{${node.kind} ${textOf(node.pipe)}}}${textOf(node.list)}${otherwise}{{end}}`;
    }
    case 'template':
      return `{{template ${quoteGo(node.name)}${node.pipe ? ` ${textOf(node.pipe)}` : ''}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'pipe':
      return pipeText(node);
    case 'command':
      return node.operands
        .map((operand) => (operand.kind === 'pipe' ? `(${textOf(operand)})` : textOf(operand)))
        .join(' ');
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain': {
      const base = node.base.kind === 'pipe' ? `(${textOf(node.base)})` : textOf(node.base);
      return base + node.names.map((name) => `.${name}`).join('');
    }
    case 'identifier':
      return node.name;
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'boolean':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
  }
}

function pipeText(pipe: PipeNode): string {
  const commands = pipe.commands.map(textOf).join(' | ');
  if (pipe.declared.length === 0) return commands;
  return `${pipe.declared.map(textOf).join(', ')} ${pipe.assigns ? '=' : ':='} ${commands}`;
}
