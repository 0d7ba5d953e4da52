// What templates compute with. Plain JavaScript values stand for Go's basic types; everything else is one of the
// classes below, so that no template ever reaches a JavaScript object, its prototype or its methods.
//
//   boolean  bool          bigint  int            number  float64
//   string   string        null    a nil of some type     undefined  no value at all

/** A function that templates may call. */
export interface GoFunction {
  /** Types of the parameters; `any` takes everything. The last one repeats when variadic. */
  readonly parameters: readonly string[];
  readonly variadic?: boolean;
  /** Arguments fit the parameters. May throw; the message becomes part of the template's error. */
  readonly call: (...args: never[]) => GoValue;
}

export type GoValue =
  | undefined
  | null
  | boolean
  | bigint
  | number
  | string
  | Complex
  | SafeText
  | GoMap
  | GoSlice
  | GoStruct
  | FunctionValue;

export class Complex {
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    this.real = real;
    this.imaginary = imaginary;
  }
}

/** The content types whose texts html/template does not escape in the place they are made for. */
export const SafeType = {
  css: 'template.CSS',
  html: 'template.HTML',
  htmlAttribute: 'template.HTMLAttr',
  js: 'template.JS',
  jsString: 'template.JSStr',
  url: 'template.URL',
  srcset: 'template.Srcset',
} as const;
export type SafeType = (typeof SafeType)[keyof typeof SafeType];

/** A text of which somebody vouches that it is safe. */
export class SafeText {
  readonly type: SafeType;
  readonly text: string;

  constructor(type: SafeType, text: string) {
    this.type = type;
    this.text = text;
  }
}

/** A map with string keys. */
export class GoMap {
  readonly entries: ReadonlyMap<string, GoValue>;
  /** Type of the values, as Go writes it. */
  readonly elementType: string;
  /** What an absent key stands for. */
  readonly zero: GoValue;

  constructor(entries: ReadonlyMap<string, GoValue>, elementType = 'interface {}') {
    this.entries = entries;
    this.elementType = elementType;
    this.zero = elementType === 'string' ? '' : null;
  }

  /** A map[string]string. */
  static ofStrings(record: Readonly<Record<string, string>>): GoMap {
    return new GoMap(new Map(Object.entries(record)), 'string');
  }

  get type(): string {
    return `map[string]${this.elementType}`;
  }
}

export class GoSlice {
  readonly items: readonly GoValue[];
  readonly type: string;

  constructor(items: readonly GoValue[], type = '[]interface {}') {
    this.items = items;
    this.type = type;
  }
}

export interface StructParts {
  /** As Go writes it, without the star of a pointer. */
  readonly type: string;
  readonly fields?: Readonly<Record<string, GoValue>>;
  readonly methods?: Readonly<Record<string, GoFunction>>;
  /** What String() or Error() would say. */
  readonly text?: () => string;
  /** Whether templates hold a pointer to it. */
  readonly pointer?: boolean;
}

/** A struct, or a pointer to one. Two are equal when they are the same object. */
export class GoStruct {
  readonly type: string;
  readonly pointer: boolean;
  readonly fields: ReadonlyMap<string, GoValue>;
  readonly methods: ReadonlyMap<string, GoFunction>;
  readonly text: (() => string) | undefined;

  constructor(parts: StructParts) {
    this.pointer = parts.pointer ?? false;
    this.type = this.pointer ? `*${parts.type}` : parts.type;
    this.fields = new Map(Object.entries(parts.fields ?? {}));
    this.methods = new Map(Object.entries(parts.methods ?? {}));
    this.text = parts.text;
  }
}

/** A function as a value: what `call` takes. */
export class FunctionValue {
  readonly type: string;
  readonly function: GoFunction;

  constructor(definition: GoFunction, type = 'func()') {
    this.function = definition;
    this.type = type;
  }
}

export function typeOf(value: GoValue): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'string':
      return 'string';
    case 'undefined':
      return '<nil>';
    default:
      if (value === null) return '<nil>';
      return value instanceof Complex ? 'complex128' : value.type;
  }
}

export function isNil(value: GoValue): value is null | undefined {
  return value === undefined || value === null;
}

/** Go's truth: not the zero value; structs always. */
export function isTrue(value: GoValue): boolean {
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoSlice) return value.items.length > 0;
  if (value instanceof SafeText) return value.text !== '';
  if (value instanceof Complex) return value.real !== 0 || value.imaginary !== 0;
  if (typeof value === 'number') return value !== 0;
  return Boolean(value);
}

/** The text of string-like values. */
export function stringOf(value: GoValue): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof SafeText ? value.text : undefined;
}
