// What can be wrong with a template. The texts are Go's; they name the template, the line and, for execution,
// the column in bytes.
import { CodedError } from '@prometheus-ts/model';

/** A template that does not parse (`template_syntax`), fails (`template_execution`) or cannot be escaped (`template_escape`). */
export class TemplateError extends CodedError {
  declare readonly code: 'template_syntax' | 'template_execution' | 'template_escape';

  constructor(
    code: TemplateError['code'],
    message: string,
    options: { line?: number; column?: number; file?: string; hint?: string; cause?: unknown } = {},
  ) {
    const { line, column, file, hint, cause } = options;
    const place = {
      ...(file !== undefined && { file }),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    };
    super(code, message, {
      place,
      ...(hint !== undefined && { hint }),
      ...(cause !== undefined && { cause }),
    });
    this.name = 'TemplateError';
  }
}
