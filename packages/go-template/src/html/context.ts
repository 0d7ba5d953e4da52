// Where in an HTML document a place of a template is, which decides how values are escaped there. The names are
// Go's: they show in the names of derived templates and in errors.
import type { JumpNode } from '../parse/nodes.ts';

export const State = {
  text: 'stateText',
  tag: 'stateTag',
  attributeName: 'stateAttrName',
  afterName: 'stateAfterName',
  beforeValue: 'stateBeforeValue',
  htmlComment: 'stateHTMLCmt',
  /** The body of <textarea> or <title>. */
  rcdata: 'stateRCDATA',
  attribute: 'stateAttr',
  url: 'stateURL',
  srcset: 'stateSrcset',
  js: 'stateJS',
  jsDoubleQuoted: 'stateJSDqStr',
  jsSingleQuoted: 'stateJSSqStr',
  jsTemplate: 'stateJSTmplLit',
  jsRegexp: 'stateJSRegexp',
  jsBlockComment: 'stateJSBlockCmt',
  jsLineComment: 'stateJSLineCmt',
  jsHtmlOpenComment: 'stateJSHTMLOpenCmt',
  jsHtmlCloseComment: 'stateJSHTMLCloseCmt',
  css: 'stateCSS',
  cssDoubleQuoted: 'stateCSSDqStr',
  cssSingleQuoted: 'stateCSSSqStr',
  cssDoubleQuotedUrl: 'stateCSSDqURL',
  cssSingleQuotedUrl: 'stateCSSSqURL',
  cssUrl: 'stateCSSURL',
  cssBlockComment: 'stateCSSBlockCmt',
  cssLineComment: 'stateCSSLineCmt',
  /** Infectious: whatever follows is an error, too. */
  error: 'stateError',
  metaContent: 'stateMetaContent',
  metaContentUrl: 'stateMetaContentURL',
  /** Behind a break or continue. */
  dead: 'stateDead',
} as const;
export type State = (typeof State)[keyof typeof State];

/** What ends an attribute's value. */
export const Delimiter = {
  none: 'delimNone',
  doubleQuote: 'delimDoubleQuote',
  singleQuote: 'delimSingleQuote',
  spaceOrTagEnd: 'delimSpaceOrTagEnd',
} as const;
export type Delimiter = (typeof Delimiter)[keyof typeof Delimiter];

export const UrlPart = {
  none: 'urlPartNone',
  preQuery: 'urlPartPreQuery',
  queryOrFragment: 'urlPartQueryOrFrag',
  /** Branches of the template disagree. */
  unknown: 'urlPartUnknown',
} as const;
export type UrlPart = (typeof UrlPart)[keyof typeof UrlPart];

/** What a slash in JavaScript would begin. */
export const Slash = { regexp: 'jsCtxRegexp', division: 'jsCtxDivOp', unknown: 'jsCtxUnknown' } as const;
export type Slash = (typeof Slash)[keyof typeof Slash];

export const Attribute = {
  none: 'attrNone',
  script: 'attrScript',
  scriptType: 'attrScriptType',
  style: 'attrStyle',
  url: 'attrURL',
  srcset: 'attrSrcset',
  metaContent: 'attrMetaContent',
} as const;
export type Attribute = (typeof Attribute)[keyof typeof Attribute];

export const Element = {
  none: 'elementNone',
  script: 'elementScript',
  style: 'elementStyle',
  textarea: 'elementTextarea',
  title: 'elementTitle',
  meta: 'elementMeta',
} as const;
export type Element = (typeof Element)[keyof typeof Element];

export interface Context {
  readonly state: State;
  readonly delimiter: Delimiter;
  readonly urlPart: UrlPart;
  readonly slash: Slash;
  /** For each ${ of a JavaScript template literal that is open, how many braces are open in it. */
  readonly braces: readonly number[];
  readonly attribute: Attribute;
  readonly element: Element;
  /** What is wrong, in state `error`. */
  readonly problem?: EscapeProblem;
  /** Where a range loop is left, for the contexts of breaks and continues. */
  readonly jump?: JumpNode;
}

export interface EscapeProblem {
  readonly description: string;
  /** `name:line:column`, where it is known. */
  readonly location?: string | undefined;
  readonly line?: number;
}

/** Go's %v of a context that begins a document. */
export const TEXT: Context = {
  state: State.text,
  delimiter: Delimiter.none,
  urlPart: UrlPart.none,
  slash: Slash.regexp,
  braces: [],
  attribute: Attribute.none,
  element: Element.none,
};

export const DEAD: Context = { ...TEXT, state: State.dead };

export function failed(description: string, place: Omit<EscapeProblem, 'description'> = {}): Context {
  return { ...TEXT, state: State.error, problem: { description, ...place } };
}

export function sameContext(a: Context, b: Context): boolean {
  return (
    a.state === b.state &&
    a.delimiter === b.delimiter &&
    a.urlPart === b.urlPart &&
    a.slash === b.slash &&
    a.braces.join() === b.braces.join() &&
    a.attribute === b.attribute &&
    a.element === b.element &&
    a.problem === b.problem
  );
}

/** The name of a template as it is when it starts in a context. */
export function mangle(name: string, context: Context): string {
  if (context.state === State.text) return name;
  let mangled = `${name}$htmltemplate_${context.state}`;
  if (context.delimiter !== Delimiter.none) mangled += `_${context.delimiter}`;
  if (context.urlPart !== UrlPart.none) mangled += `_${context.urlPart}`;
  if (context.slash !== Slash.regexp) mangled += `_${context.slash}`;
  if (context.braces.length > 0) mangled += `_jsBraceDepth([${context.braces.join(' ')}])`;
  if (context.attribute !== Attribute.none) mangled += `_${context.attribute}`;
  if (context.element !== Element.none) mangled += `_${context.element}`;
  return mangled;
}

/** As errors show it. */
export function describeContext(context: Context): string {
  const { state, delimiter, urlPart, slash, braces, attribute, element } = context;
  return `{${state} ${delimiter} ${urlPart} ${slash} [${braces.join(' ')}] ${attribute} ${element} <nil>}`;
}

const COMMENTS: ReadonlySet<State> = new Set([
  State.htmlComment,
  State.jsBlockComment,
  State.jsLineComment,
  State.jsHtmlOpenComment,
  State.jsHtmlCloseComment,
  State.cssBlockComment,
  State.cssLineComment,
]);

export function isComment(state: State): boolean {
  return COMMENTS.has(state);
}

const IN_TAG: ReadonlySet<State> = new Set([
  State.tag,
  State.attributeName,
  State.afterName,
  State.beforeValue,
  State.attribute,
]);

export function isInTag(state: State): boolean {
  return IN_TAG.has(state);
}

const SCRIPT_LITERALS: ReadonlySet<State> = new Set([
  State.jsDoubleQuoted,
  State.jsSingleQuoted,
  State.jsTemplate,
  State.jsRegexp,
]);

export function isInScriptLiteral(state: State): boolean {
  return SCRIPT_LITERALS.has(state);
}

/** The state in which an attribute's value begins. */
export const VALUE_STATES: Readonly<Record<Attribute, State>> = {
  attrNone: State.attribute,
  attrScript: State.js,
  attrScriptType: State.attribute,
  attrStyle: State.css,
  attrURL: State.url,
  attrSrcset: State.srcset,
  attrMetaContent: State.metaContent,
};

/** The context in which a value is put: one that begins a value, or an attribute name, without a character of it. */
export function nudge(context: Context): Context {
  switch (context.state) {
    case State.tag:
      return { ...context, state: State.attributeName };
    case State.beforeValue:
      return {
        ...context,
        state: VALUE_STATES[context.attribute],
        delimiter: Delimiter.spaceOrTagEnd,
        attribute: Attribute.none,
      };
    case State.afterName:
      return { ...context, state: State.attributeName, attribute: Attribute.none };
    default:
      return context;
  }
}

/** Where two branches of a template lead; an error when that is not the same place. */
export function join(a: Context, b: Context, keyword: string, location: string): Context {
  if (a.state === State.error) return a;
  if (b.state === State.error) return b;
  if (a.state === State.dead) return b;
  if (b.state === State.dead || sameContext(a, b)) return a;
  if (sameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: UrlPart.unknown };
  if (sameContext({ ...a, slash: b.slash }, b)) return { ...a, slash: Slash.unknown };
  // <p title={{if .C}}{{.}}{{end}} ends in a value in one branch and before it in the other.
  const nudgedA = nudge(a);
  const nudgedB = nudge(b);
  if (!sameContext(nudgedA, a) || !sameContext(nudgedB, b)) {
    const joined = join(nudgedA, nudgedB, keyword, location);
    if (joined.state !== State.error) return joined;
  }
  return failed(
    `{{${keyword}}} branches end in different contexts: ${describeContext(a)}, ${describeContext(b)}`,
    { location },
  );
}
