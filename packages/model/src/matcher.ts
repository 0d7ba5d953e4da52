// Label matchers, as selectors, silences and routes write them.
import { compileAnchored, type Regexp } from '@prometheus-ts/regexp';

export const MatchType = { equal: '=', notEqual: '!=', regexp: '=~', notRegexp: '!~' } as const;
export type MatchType = (typeof MatchType)[keyof typeof MatchType];

/** One condition on one label. An absent label is matched as the empty string. */
export class Matcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
  /** The compiled expression of the two regexp types. */
  readonly regexp: Regexp | undefined;

  /** Throws RegexpError (package regexp) when a regexp type has a value that is no RE2 expression. */
  constructor(type: MatchType, name: string, value: string) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.regexp = type === '=~' || type === '!~' ? compileAnchored(value) : undefined;
  }

  matches(value: string): boolean {
    switch (this.type) {
      case '=':
        return value === this.value;
      case '!=':
        return value !== this.value;
      case '=~':
        return this.regexp!.matches(value);
      case '!~':
        return !this.regexp!.matches(value);
    }
  }

  /** Whether a series without the label satisfies the matcher. */
  get matchesEmpty(): boolean {
    return this.matches('');
  }
}
