// Templates whose output is HTML: every value is escaped as the place where it stands asks for.
import { quoteGo } from '@prometheus-ts/model';
import { TemplateError } from './errors.ts';
import { execute } from './execute/executor.ts';
import type { FunctionTable } from './execute/functions.ts';
import { ESCAPE_FUNCTIONS } from './html/escape-functions.ts';
import { HtmlEscaper } from './html/escaper.ts';
import { TextTemplate } from './template.ts';
import type { GoValue } from './values/values.ts';

/** Go's html/template. Sources are added before the first execution. */
export class HtmlTemplate extends TextTemplate {
  readonly #escaped = new Map<string, TemplateError | undefined>();
  #escaper: HtmlEscaper | undefined;
  #allFunctions: FunctionTable | undefined;

  override parse(text: string, name = this.name): this {
    if (this.#escaper) {
      throw new TemplateError('template_escape', 'html/template: cannot Parse after Execute');
    }
    return super.parse(text, name);
  }

  /** Escapes a template the first time it is run. Throws TemplateError (`template_escape`, `template_execution`). */
  override execute(data: GoValue, name = this.name): string {
    this.#escape(name);
    this.#allFunctions ??= new Map([...this.functions, ...ESCAPE_FUNCTIONS]);
    const { missingKey, limits, trees } = this;
    return execute({ trees, functions: this.#allFunctions, missingKey, limits }, trees.get(name)!, data);
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
