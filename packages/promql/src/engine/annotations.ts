// Infos and warnings of a query: collected while it runs, told apart by their text without the position, and
// printed with the position at the end. The texts are upstream's.
import type { Span } from '../ast.ts';
import { formatPosition } from '../parse/position.ts';

export type AnnotationLevel = 'warning' | 'info';

export interface Annotation {
  readonly level: AnnotationLevel;
  /** Without the leading "PromQL warning: " or "PromQL info: "; the part that decides equality. */
  readonly text: string;
  readonly pos: Span;
  /** Sums up what only shows in the printed form; merged when the same text comes again. */
  readonly detail?: AnnotationDetail;
}

export interface AnnotationDetail {
  /** This detail and an earlier one as one. */
  merge(earlier: AnnotationDetail): AnnotationDetail;
  /** What stands between the text and the position, with its leading space or comma. */
  print(): string;
}

export class Annotations {
  readonly #byText = new Map<string, Annotation>();
  /** Texts of storage, which have neither level nor position. */
  readonly #foreign = new Set<string>();

  get size(): number {
    return this.#byText.size + this.#foreign.size;
  }

  /** Of equal texts the last position is kept, or with details the first one, as upstream does. */
  add(annotation: Annotation): void {
    const key = `${annotation.level}:${annotation.text}`;
    const earlier = this.#byText.get(key);
    if (earlier?.detail !== undefined && annotation.detail !== undefined) {
      annotation = { ...earlier, detail: annotation.detail.merge(earlier.detail) };
    }
    this.#byText.set(key, annotation);
  }

  warn(text: string, pos: Span): void {
    this.add({ level: 'warning', text, pos });
  }

  info(text: string, pos: Span): void {
    this.add({ level: 'info', text, pos });
  }

  /** A warning that storage gave, passed on as it is. */
  addForeign(text: string): void {
    this.#foreign.add(text);
  }

  /** Adds all of another collection, as coming later. */
  merge(later: Annotations): void {
    for (const annotation of later.#byText.values()) this.add(annotation);
    for (const text of later.#foreign) this.#foreign.add(text);
  }

  /**
   * The printed texts. Above the limits (0 for none) the rest is counted in one line.
   * @param query the text that positions refer to
   */
  print(query: string, maxWarnings = 0, maxInfos = 0): { warnings: string[]; infos: string[] } {
    const warnings = [...this.#foreign];
    const infos: string[] = [];
    for (const { level, text, pos, detail } of this.#byText.values()) {
      const line = `PromQL ${level}: ${text}${detail?.print() ?? ''} (${formatPosition(query, pos.start)})`;
      (level === 'warning' ? warnings : infos).push(line);
    }
    return {
      warnings: limit(warnings, maxWarnings, 'warning'),
      infos: limit(infos, maxInfos, 'info'),
    };
  }
}

function limit(lines: string[], most: number, level: AnnotationLevel): string[] {
  if (most === 0 || lines.length <= most) return lines;
  return [...lines.slice(0, most), `${lines.length - most} more ${level} annotations omitted`];
}
