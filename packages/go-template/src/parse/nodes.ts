// The tree of a template.

interface Placed {
  /** Index in the template's text, in UTF-16 units. */
  readonly at: number;
  readonly line: number;
}

export interface TextNode extends Placed {
  readonly kind: 'text';
  /** html/template strips comments from it. */
  readonly text: string;
}
export interface ActionNode extends Placed {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}
export interface BranchNode extends Placed {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
export interface TemplateNode extends Placed {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}
export interface JumpNode extends Placed {
  readonly kind: 'break' | 'continue';
}
export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly nodes: readonly Node[];
}
export type Node = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode | ListNode;

export interface PipeNode extends Placed {
  readonly kind: 'pipe';
  readonly declared: readonly VariableNode[];
  /** `=` rather than `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}
export interface CommandNode extends Placed {
  readonly kind: 'command';
  /** The first is what is called or given. */
  readonly operands: readonly Operand[];
}
export interface FieldNode extends Placed {
  readonly kind: 'field';
  readonly names: readonly string[];
}
export interface VariableNode extends Placed {
  readonly kind: 'variable';
  /** The variable with its dollar, then fields. */
  readonly names: readonly string[];
}
export interface ChainNode extends Placed {
  readonly kind: 'chain';
  readonly base: Operand;
  readonly names: readonly string[];
}
export interface IdentifierNode extends Placed {
  readonly kind: 'identifier';
  readonly name: string;
}
export interface NumberNode extends Placed {
  readonly kind: 'number';
  readonly text: string;
  readonly value: NumberValue;
}
export interface StringNode extends Placed {
  readonly kind: 'string';
  readonly text: string;
  readonly quoted: string;
}
export interface BooleanNode extends Placed {
  readonly kind: 'boolean';
  readonly value: boolean;
}
export interface DotNode extends Placed {
  readonly kind: 'dot';
}
export interface NilNode extends Placed {
  readonly kind: 'nil';
}
export type Operand =
  | FieldNode
  | VariableNode
  | ChainNode
  | IdentifierNode
  | NumberNode
  | StringNode
  | BooleanNode
  | DotNode
  | NilNode
  | PipeNode;

/** Everything that a literal can be; a part is undefined where it cannot. */
export interface NumberValue {
  /** From the least int64 to the greatest uint64. */
  readonly integer: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: { readonly real: number; readonly imaginary: number } | undefined;
}

/** The text that trees were parsed from. */
export interface Source {
  /** The name that errors begin with. */
  readonly name: string;
  readonly text: string;
}

/** One template: a definition in a source, or the source itself. */
export interface Tree {
  readonly name: string;
  readonly source: Source;
  readonly root: ListNode;
}
