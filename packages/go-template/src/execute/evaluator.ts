// Values of pipelines: commands, their operands, fields, and calls with checked arguments.
import { quoteGo } from '@prometheus-ts/model';
import { textOf } from '../parse/node-text.ts';
import type { CommandNode, NumberNode, Operand, PipeNode } from '../parse/nodes.ts';
import {
  Complex,
  type GoFunction,
  GoMap,
  GoStruct,
  type GoValue,
  isNil,
  isTrue,
  stringOf,
  typeOf,
} from '../values/values.ts';
import { BUILTINS, callFunction } from './builtins.ts';
import type { Executor } from './executor.ts';
import { canBeNil, typeName } from './functions.ts';
import { Suspension } from './suspension.ts';

/** Stands for the argument that a pipeline hands on, where there is none. */
const NOTHING = Symbol('nothing');
type Final = GoValue | typeof NOTHING;

const MAX_INT = 2n ** 63n - 1n;

export class Evaluator {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /** Declares what the pipeline declares, and answers its value. */
  pipeline(dot: GoValue, pipe: PipeNode): GoValue {
    const executor = this.#executor;
    executor.node = pipe;
    let value: Final = NOTHING;
    // A nil of an interface type is no value at all once it has left its command.
    for (const command of pipe.commands) value = this.#command(dot, command, value) ?? undefined;
    const result = value === NOTHING ? undefined : (value as GoValue);
    for (const variable of pipe.declared) {
      const name = variable.names[0]!;
      if (pipe.assigns) executor.assign(name, result);
      else executor.variables.push({ name, value: result });
    }
    return result;
  }

  #command(dot: GoValue, command: CommandNode, final: Final): GoValue {
    const executor = this.#executor;
    executor.step();
    const first = command.operands[0]!;
    const rest = command.operands.slice(1);
    switch (first.kind) {
      case 'field':
        executor.node = first;
        return this.#fields(dot, dot, first.names, first, rest, final);
      case 'chain':
        return this.#chain(dot, first, rest, final);
      case 'identifier':
        return this.#function(dot, first.name, first, command, rest, final);
      case 'variable':
        return this.#variable(dot, first, rest, final);
      case 'pipe':
        this.#refuseArguments(first, rest, final);
        return this.pipeline(dot, first);
    }
    executor.node = first;
    this.#refuseArguments(first, rest, final);
    if (first.kind === 'nil') executor.fail('nil is not a command');
    return this.#literal(dot, first);
  }

  #refuseArguments(first: Operand, rest: readonly Operand[], final: Final): void {
    if (rest.length > 0 || final !== NOTHING) {
      this.#executor.fail(`can't give argument to non-function ${textOf(first)}`);
    }
  }

  #literal(dot: GoValue, node: Operand): GoValue {
    switch (node.kind) {
      case 'boolean':
        return node.value;
      case 'dot':
        return dot;
      case 'string':
        return node.text;
      case 'number':
        return this.#ideal(node);
      default:
        return this.#executor.fail(`can't evaluate command ${quoteGo(textOf(node))}`);
    }
  }

  /** A number where nothing says which type it should have: its own form decides. */
  #ideal(node: NumberNode): GoValue {
    const { text, value } = node;
    this.#executor.node = node;
    if (value.complex) return new Complex(value.complex.real, value.complex.imaginary);
    const hexadecimal = /^0[xX]/.test(text) && !/[pP]/.test(text);
    if (value.float !== undefined && !hexadecimal && !text.startsWith("'") && /[.eEpP]/.test(text)) {
      return value.float;
    }
    if (value.integer === undefined) return undefined;
    if (value.integer > MAX_INT) this.#executor.fail(`${text} overflows int`);
    return value.integer;
  }

  #chain(dot: GoValue, node: Operand & { kind: 'chain' }, rest: readonly Operand[], final: Final): GoValue {
    this.#executor.node = node;
    if (node.base.kind === 'nil') this.#executor.fail(`indirection through explicit nil in ${textOf(node)}`);
    const base =
      node.base.kind === 'pipe' ? this.pipeline(dot, node.base) : this.#argument(dot, 'any', node.base);
    return this.#fields(dot, base, node.names, node, rest, final);
  }

  #variable(
    dot: GoValue,
    node: Operand & { kind: 'variable' },
    rest: readonly Operand[],
    final: Final,
  ): GoValue {
    this.#executor.node = node;
    const value = this.#executor.variable(node.names[0]!);
    if (node.names.length === 1) {
      this.#refuseArguments(node, rest, final);
      return value;
    }
    return this.#fields(dot, value, node.names.slice(1), node, rest, final);
  }

  /** .X.Y.Z with arguments for the last one, which may be a method. */
  #fields(
    dot: GoValue,
    receiver: GoValue,
    names: readonly string[],
    node: Operand,
    rest: readonly Operand[],
    final: Final,
  ): GoValue {
    const last = names.length - 1;
    let value = receiver;
    let type = typeOf(value);
    for (let i = 0; i < last; i++) {
      const element = this.#field(dot, value, type, names[i]!, node, [], NOTHING);
      type = value instanceof GoMap ? value.elementType : typeOf(element);
      value = element;
    }
    return this.#field(dot, value, type, names[last]!, node, rest, final);
  }

  /** @param type Go's static type of the receiver, for errors */
  #field(
    dot: GoValue,
    receiver: GoValue,
    type: string,
    name: string,
    node: Operand,
    rest: readonly Operand[],
    final: Final,
  ): GoValue {
    const executor = this.#executor;
    const { missingKey } = executor.context;
    if (receiver === null) executor.fail(`nil pointer evaluating interface {}.${name}`);
    if (receiver === undefined) {
      if (missingKey === 'error') executor.fail(`nil data; no entry for key ${quoteGo(name)}`);
      return undefined;
    }
    const hasArguments = rest.length > 0 || final !== NOTHING;
    if (receiver instanceof GoStruct) {
      const method = receiver.methods.get(name);
      if (method) return this.#call(dot, method, name, node, rest, final);
      if (receiver.fields.has(name)) {
        if (hasArguments) executor.fail(`${name} has arguments but cannot be invoked as function`);
        return receiver.fields.get(name);
      }
    } else if (receiver instanceof GoMap) {
      if (hasArguments) executor.fail(`${name} is not a method but has arguments`);
      if (receiver.entries.has(name)) return receiver.entries.get(name);
      if (missingKey === 'error') executor.fail(`map has no entry for key ${quoteGo(name)}`);
      return missingKey === 'zero' ? receiver.zero : undefined;
    }
    return executor.fail(`can't evaluate field ${name} in type ${type}`);
  }

  #function(
    dot: GoValue,
    name: string,
    node: Operand,
    command: CommandNode | Operand,
    rest: readonly Operand[],
    final: Final,
  ): GoValue {
    const executor = this.#executor;
    executor.node = node;
    const own = executor.context.functions.get(name);
    if (own) return this.#call(dot, own, name, command, rest, final);
    const builtin = BUILTINS.get(name);
    if (!builtin) return executor.fail(`${quoteGo(name)} is not a defined function`);
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, builtin, name, rest, final);
    if (name === 'call') return this.#callValue(dot, builtin, command, rest, final);
    return this.#call(dot, builtin, name, command, rest, final);
  }

  #call(
    dot: GoValue,
    called: GoFunction,
    name: string,
    command: CommandNode | Operand,
    rest: readonly Operand[],
    final: Final,
  ): GoValue {
    const args = this.#arguments(dot, called, name, rest, final);
    const executor = this.#executor;
    executor.step();
    try {
      return callFunction(called, args);
    } catch (error) {
      if (isControl(error)) throw error;
      executor.node = command;
      return executor.fail(`error calling ${name}: ${(error as Error).message}`, error);
    }
  }

  /** `call` names the function in its errors as the template does. */
  #callValue(
    dot: GoValue,
    builtin: GoFunction,
    command: CommandNode | Operand,
    rest: readonly Operand[],
    final: Final,
  ): GoValue {
    const text = rest[0] ? textOf(rest[0]) : calleeName(final === NOTHING ? undefined : (final as GoValue));
    const named: GoFunction = {
      parameters: builtin.parameters,
      variadic: true,
      call: (...args: GoValue[]) => (builtin.call as (...all: GoValue[]) => GoValue)(text, ...args),
    };
    return this.#call(dot, named, 'call', command, rest, final);
  }

  #shortCircuit(
    dot: GoValue,
    builtin: GoFunction,
    name: 'and' | 'or',
    rest: readonly Operand[],
    final: Final,
  ): GoValue {
    this.#checkCount(builtin, name, rest.length, final);
    let value: GoValue;
    for (const operand of rest) {
      value = this.#argument(dot, 'any', operand);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === NOTHING ? value : (final as GoValue);
  }

  #checkCount(called: GoFunction, name: string, given: number, final: Final): void {
    const count = given + (final === NOTHING ? 0 : 1);
    const wanted = called.parameters.length;
    if (called.variadic) {
      if (count < wanted - 1) {
        this.#executor.fail(`wrong number of args for ${name}: want at least ${wanted - 1} got ${given}`);
      }
    } else if (count !== wanted) {
      this.#executor.fail(`wrong number of args for ${name}: want ${wanted} got ${count}`);
    }
  }

  #arguments(
    dot: GoValue,
    called: GoFunction,
    name: string,
    rest: readonly Operand[],
    final: Final,
  ): GoValue[] {
    this.#checkCount(called, name, rest.length, final);
    const typeAt = (i: number) => called.parameters[Math.min(i, called.parameters.length - 1)]!;
    const args = rest.map((operand, i) => this.#argument(dot, typeAt(i), operand));
    if (final !== NOTHING) args.push(this.#checkType(final as GoValue, typeAt(rest.length)));
    return args;
  }

  #argument(dot: GoValue, type: string, node: Operand): GoValue {
    const executor = this.#executor;
    executor.node = node;
    executor.step();
    switch (node.kind) {
      case 'dot':
        return this.#checkType(dot, type);
      case 'nil':
        if (canBeNil(type)) return null;
        return executor.fail(`cannot assign nil to ${typeName(type)}`);
      case 'field':
        return this.#checkType(this.#fields(dot, dot, node.names, node, [], NOTHING), type);
      case 'variable':
        return this.#checkType(this.#variable(dot, node, [], NOTHING), type);
      case 'pipe':
        return this.#checkType(this.pipeline(dot, node), type);
      case 'identifier':
        return this.#checkType(this.#function(dot, node.name, node, node, [], NOTHING), type);
      case 'chain':
        return this.#checkType(this.#chain(dot, node, [], NOTHING), type);
      default:
        return this.#literalOf(type, node);
    }
  }

  #literalOf(type: string, node: Operand & { kind: 'boolean' | 'string' | 'number' }): GoValue {
    const executor = this.#executor;
    switch (type) {
      case 'any':
        return node.kind === 'number' ? this.#ideal(node) : this.#literal(undefined, node);
      case 'bool':
        return node.kind === 'boolean' ? node.value : executor.fail(`expected bool; found ${textOf(node)}`);
      case 'string':
        return node.kind === 'string' ? node.text : executor.fail(`expected string; found ${textOf(node)}`);
      case 'int':
        if (node.kind === 'number' && node.value.integer !== undefined) return node.value.integer;
        return executor.fail(`expected integer; found ${textOf(node)}`);
      case 'float64':
        if (node.kind === 'number' && node.value.float !== undefined) return node.value.float;
        return executor.fail(`expected float; found ${textOf(node)}`);
      default:
        return executor.fail(`can't handle ${textOf(node)} for arg of type ${type}`);
    }
  }

  #checkType(value: GoValue, type: string): GoValue {
    if (isNil(value)) {
      if (canBeNil(type)) return value;
      const wrong = value === null ? 'wrong type for value' : 'invalid value';
      this.#executor.fail(`${wrong}; expected ${type}${value === null ? '; got interface {}' : ''}`);
    }
    if (type !== 'any' && typeOf(value) !== type) {
      this.#executor.fail(`wrong type for value; expected ${type}; got ${typeOf(value)}`);
    }
    return value;
  }
}

/** Go's reflect.Value.String. */
function calleeName(value: GoValue): string {
  return stringOf(value) ?? `<${typeOf(value)} Value>`;
}

/** What is no failure of the called function. */
function isControl(error: unknown): boolean {
  return error instanceof Suspension || (error instanceof RangeError && error.message.includes('call stack'));
}
