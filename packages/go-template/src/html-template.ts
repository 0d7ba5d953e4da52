// Templates whose output is HTML: every value is escaped as the place where it stands asks for.
import { quoteGo } from '@prometheus-ts/model';
import { TemplateError } from './errors.ts';
import { execute } from './execute/executor.ts';
import { ESCAPE_FUNCTIONS } from './html/escape-functions.ts';
import { HtmlEscaper } from './html/escaper.ts';
import { TextTemplate } from './template.ts';
import type { GoValue } from './values/values.ts';

/** Go's html/template. Sources are added before the first execution. */
export class HtmlTemplate extends TextTemplate {
  readonly #escaped = new Map<string, TemplateError | undefined>();
  #escaper: HtmlEscaper | undefined;

  override parse(text: string, name = this.name): this {
    if (this.#escaper) {
      throw new TemplateError('template_escape', 'html/template: cannot Parse after Execute');
    }
    return super.parse(text, name);
  }

  /** Escapes a template the first time it is run. Throws TemplateError (`template_escape`, `template_execution`). */
  override execute(data: GoValue, name = this.name, functions = this.functions): string {
    this.#escape(name);
    const { missingKey, limits, trees } = this;
    const all = new Map([...functions, ...ESCAPE_FUNCTIONS]);
    return execute({ trees, functions: all, missingKey, limits }, trees.get(name)!, data);
  }

  #escape(name: string): void {
    if (this.#escaped.has(name)) {
      const failure = this.#escaped.get(name);
      if (failure) throw failure;
      return;
    }
    if (!this.trees.has(name)) {
      throw new TemplateError('template_escape', `html/template: ${quoteGo(name)} is undefined`);
    }
    this.#escaper ??= new HtmlEscaper(this.trees);
    try {
      this.#escaper.escape(name);
      this.#escaped.set(name, undefined);
    } catch (error) {
      if (error instanceof TemplateError) this.#escaped.set(name, error);
      throw error;
    }
  }
}
