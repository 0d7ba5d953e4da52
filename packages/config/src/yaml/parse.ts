// YAML text to nodes with places. js-yaml reads the text into events that refer to it by offset; here they
// become a tree, anchors are given their nodes, and errors are said in plain words.
import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import { ConfigError } from '../config-error.ts';
import { detachComment, indentContinuations } from './loose-indentation.ts';
import {
  emptyScalar,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
  type YamlValueNode,
} from './nodes.ts';
import { YamlSource } from './source.ts';
import { explainSyntaxError } from './syntax-error.ts';

/** Collections inside collections; deeper documents are refused. */
const MAX_DEPTH = 200;
/** Each mends one place, or all that stand at a wrong column. */
const MAX_ATTEMPTS = 20;

/**
 * The first document of `text`; further ones are left aside, as upstream does. An empty document is a null
 * scalar. Throws ConfigError (code `yaml_syntax`, `encoding`, `too_large`).
 */
export function parseYaml(text: string | Uint8Array, fileName: string): YamlValueNode {
  return parseYamlDocuments(text, fileName)[0]!;
}

/** All documents of `text`, at least one. */
export function parseYamlDocuments(text: string | Uint8Array, fileName: string): YamlValueNode[] {
  const source =
    typeof text === 'string' ? new YamlSource(fileName, text) : YamlSource.fromBytes(fileName, text);
  const documents = readTree(source, fileName);
  return documents.length === 0 ? [emptyScalar(source, 0)] : documents;
}

/** js-yaml keeps to YAML 1.2; what go-yaml takes beyond that is put right and tried again. */
function readTree(source: YamlSource, fileName: string): YamlValueNode[] {
  const options = { filename: fileName, maxDepth: MAX_DEPTH };
  let { text } = source;
  let place = (offset: number) => offset;
  let first: YAMLException | undefined;
  let isIndented = false;
  for (let attempt = 0; ; attempt++) {
    try {
      return new TreeBuilder(source, text, place).build(parseEvents(text, options));
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      first ??= error;
      const misplaced = error.reason === 'deficient indentation';
      const mended = misplaced ? indentContinuations(text) : detachComment(text, error.mark?.position ?? 0);
      if (!mended || attempt === MAX_ATTEMPTS || (misplaced && isIndented)) {
        throw new ConfigError([explainSyntaxError(source, first)], { cause: first });
      }
      isIndented ||= misplaced;
      const before = place;
      place = (offset) => before(mended.original(offset));
      ({ text } = mended);
    }
  }
}

/** From the end of one node to behind the dash or colon of the next. */
const NEXT_DASH = /(?:[\s\]}'",]|#[^\r\n]*)*-?/y;
const NEXT_COLON = /[ \t'"]*:?/y;

/** A collection whose end has not come yet. */
type Open =
  | { readonly node: YamlSequence; readonly items: YamlNode[] }
  | { readonly node: YamlMapping; readonly entries: YamlEntry[]; key: YamlNode | undefined };

class TreeBuilder {
  readonly #source: YamlSource;
  readonly #text: string;
  readonly #place: (offset: number) => number;
  readonly #documents: YamlValueNode[] = [];
  readonly #open: Open[] = [];
  #anchors = new Map<string, YamlValueNode>();
  /** End of the last thing read: where an empty node is said to be. */
  #end = 0;

  /** `text` is what the events refer to; `place` turns its offsets into the source's. */
  constructor(source: YamlSource, text: string, place: (offset: number) => number) {
    this.#source = source;
    this.#text = text;
    this.#place = place;
  }

  build(events: readonly Event[]): YamlValueNode[] {
    let openDocument: 'no' | 'empty' | 'filled' = 'no';
    for (const event of events) {
      switch (event.type) {
        case EVENT_ID.DOCUMENT:
          openDocument = 'empty';
          this.#anchors = new Map();
          break;
        case EVENT_ID.POP:
          if (this.#open.length > 0) this.#open.pop();
          else {
            if (openDocument === 'empty')
              this.#documents.push(emptyScalar(this.#source, this.#place(this.#end)));
            openDocument = 'no';
          }
          break;
        case EVENT_ID.SCALAR:
          openDocument = 'filled';
          this.#add(this.#scalar(event), event);
          break;
        case EVENT_ID.SEQUENCE: {
          openDocument = 'filled';
          const items: YamlNode[] = [];
          const node: YamlSequence = { kind: 'sequence', ...this.#base(event.start, event), items };
          this.#add(node, event);
          this.#open.push({ node, items });
          break;
        }
        case EVENT_ID.MAPPING: {
          openDocument = 'filled';
          const entries: YamlEntry[] = [];
          const node: YamlMapping = { kind: 'mapping', ...this.#base(event.start, event), entries };
          this.#add(node, event);
          this.#open.push({ node, entries, key: undefined });
          break;
        }
        case EVENT_ID.ALIAS:
          openDocument = 'filled';
          this.#add(this.#alias(event.anchorStart, event.anchorEnd));
          break;
      }
    }
    return this.#documents;
  }

  #base(offset: number, event: { readonly tagStart: number; readonly tagEnd: number }) {
    const tag = event.tagStart < 0 ? '' : shortTag(this.#text.slice(event.tagStart, event.tagEnd));
    this.#end = Math.max(this.#end, offset);
    return { source: this.#source, offset: this.#place(offset), tag };
  }

  #scalar(event: ScalarEvent): YamlScalar {
    const text = this.#text;
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    let offset = event.valueStart;
    if (offset < 0) offset = this.#emptyPlace(event);
    else if (quoted) offset -= 1;
    else if (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK) {
      offset = blockContent(text, offset);
    }
    const node: YamlScalar = {
      kind: 'scalar',
      ...this.#base(offset, event),
      text: getScalarValue(text, event),
      plain: event.style === SCALAR_STYLE.PLAIN,
    };
    this.#end = Math.max(this.#end, event.valueEnd);
    return node;
  }

  /** An empty node stands at its tag or anchor, else behind what came before it. */
  #emptyPlace(event: ScalarEvent): number {
    const written = [event.tagStart, event.anchorStart].filter((start) => start >= 0);
    if (written.length > 0) return Math.min(...written);
    const parent = this.#open.at(-1);
    const mark = parent && 'items' in parent ? NEXT_DASH : NEXT_COLON;
    mark.lastIndex = this.#end;
    return mark.test(this.#text) ? Math.max(this.#end, mark.lastIndex) : this.#end;
  }

  #alias(start: number, end: number): YamlNode {
    const name = this.#text.slice(start, end);
    const target = this.#anchors.get(name);
    this.#end = end;
    if (!target) {
      throw new ConfigError([
        this.#source.problem(this.#place(start - 1), 'yaml_syntax', `unknown anchor '${name}' referenced`, {
          hint: `an anchor &${name} must stand before *${name}; a text that begins with * must be quoted`,
        }),
      ]);
    }
    return { kind: 'alias', source: this.#source, offset: this.#place(start - 1), tag: '', name, target };
  }

  #add(node: YamlNode, event?: { readonly anchorStart: number; readonly anchorEnd: number }): void {
    if (event && event.anchorStart >= 0 && node.kind !== 'alias') {
      this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), node);
    }
    const parent = this.#open.at(-1);
    if (!parent) {
      this.#documents.push(node.kind === 'alias' ? node.target : node);
    } else if ('items' in parent) {
      parent.items.push(node);
    } else if (parent.key === undefined) {
      parent.key = node;
    } else {
      parent.entries.push({ key: parent.key, value: node });
      parent.key = undefined;
    }
  }
}

function shortTag(tag: string): string {
  const verbatim = /^!<tag:yaml\.org,2002:(.*)>$/.exec(tag);
  return verbatim ? `!!${verbatim[1]}` : tag;
}

/** Past the indentation of a block scalar's first line. */
function blockContent(text: string, offset: number): number {
  const blank = /[ \r\n]*/y;
  blank.lastIndex = offset;
  blank.exec(text);
  return blank.lastIndex < text.length ? blank.lastIndex : offset;
}
