// What is wrong with a configuration: one or more problems, each with its place, the reason, the lines around
// it and advice.
import { CodedError } from '@prometheus-ts/model';

export interface ConfigProblem {
  /** Stable: `yaml_syntax`, `unknown_field`, `duplicate_field`, `wrong_type`, `missing_field`, `invalid_value`, … */
  readonly code: string;
  /** The file as it was named, or '' for text without a file. */
  readonly file: string;
  /** 1-based; 0 when the problem is that of the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** One sentence without a final period. Upstream's words where its check is the same. */
  readonly message: string;
  readonly hint: string | undefined;
  /** Three lines of the file with a caret under the place; '' without a place. */
  readonly frame: string;
}

/** `code` and `place` are those of the first problem; the message has a line for each. */
export class ConfigError extends CodedError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options: { cause?: unknown } = {}) {
    const first = problems[0]!;
    super(first.code, problems.map(summary).join('\n'), {
      place:
        first.line === 0
          ? { file: first.file }
          : { file: first.file, line: first.line, column: first.column },
      ...(first.hint === undefined ? {} : { hint: first.hint }),
      ...options,
    });
    this.name = 'ConfigError';
    this.problems = problems;
  }

  /** Everything there is to say, for a terminal: each problem with its frame and advice. */
  report(): string {
    return this.problems
      .map((problem) => {
        const hint = problem.hint === undefined ? '' : `  ${problem.hint}\n`;
        return `${summary(problem)}\n${problem.frame}${hint}`;
      })
      .join('\n');
  }
}

function summary(problem: ConfigProblem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  return place === '' ? problem.message : `${place}: ${problem.message}`;
}
