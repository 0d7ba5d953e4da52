// Relabelling rules as configuration files write them, with upstream's defaults and checks.
import { field, integer, list, object, string, text, ValueProblem } from '@prometheus-ts/config';
import { isValidLabelName, NameScheme, nearestName, quoteGo } from '@prometheus-ts/model';
import { compileEnclosed, type Regexp, RegexpError } from '@prometheus-ts/regexp';

export const ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;
export type RelabelAction = (typeof ACTIONS)[number];

/** An expression of a rule. Two of the same source are different things when one is written and one the default. */
export interface RelabelRegex {
  readonly source: string;
  /** Matches whole values. */
  readonly regexp: Regexp;
}

export interface RelabelConfig {
  readonly source_labels: readonly string[];
  readonly separator: string;
  readonly regex: RelabelRegex;
  /** 0 where none is set. */
  readonly modulus: number;
  readonly target_label: string;
  readonly replacement: string;
  /** '' only in a configuration that `relabelProblem` refuses. */
  readonly action: RelabelAction | '';
}

export const DEFAULT_REGEX: RelabelRegex = relabelRegex('(.*)');
const DEFAULT_SEPARATOR = ';';
const DEFAULT_REPLACEMENT = '$1';

/** Throws RegexpError. */
export function relabelRegex(source: string): RelabelRegex {
  return { source, regexp: compileEnclosed(source) };
}

const labelName = text<string>({
  typeName: 'model.LabelName',
  zero: () => '',
  parse(written) {
    if (!isValidLabelName(written)) throw new ValueProblem(`${quoteGo(written)} is not a valid label name`);
    return written;
  },
});

const regex = text<RelabelRegex>({
  typeName: 'relabel.Regexp',
  zero: () => relabelRegex(''),
  isZero: (value) => value === DEFAULT_REGEX,
  format: (value) => value.source,
  parse(written) {
    try {
      return relabelRegex(written);
    } catch (error) {
      if (error instanceof RegexpError) throw new ValueProblem(error.message, error.hint);
      throw error;
    }
  },
});

const action = text<RelabelAction | ''>({
  typeName: 'relabel.Action',
  zero: () => '',
  parse(written) {
    const known = ACTIONS.find((name) => name === written.toLowerCase());
    if (known) return known;
    const nearest = nearestName(written, ACTIONS);
    const hint = nearest === undefined ? `one of ${ACTIONS.join(', ')}` : `did you mean ${quoteGo(nearest)}?`;
    throw new ValueProblem(`unknown relabel action ${quoteGo(written)}`, hint);
  },
});

/** One rule. Checks that depend on the name validation of the surroundings are in `relabelProblem`. */
export const relabelConfigSchema = object('relabel.Config', {
  source_labels: field(list(labelName, { flow: true })),
  separator: field(string(), { default: DEFAULT_SEPARATOR, omitEmpty: false }),
  regex: field(regex, { default: () => DEFAULT_REGEX }),
  modulus: field(integer({ typeName: 'uint64', min: 0 })),
  target_label: field(string()),
  replacement: field(string(), { default: DEFAULT_REPLACEMENT, omitEmpty: false }),
  action: field(action, { default: 'replace' as const }),
});

/** A rule with upstream's defaults for what is left out, for rules that come from code. */
export function relabelConfig(
  parts: Partial<Omit<RelabelConfig, 'regex'>> & { readonly regex?: string },
): RelabelConfig {
  const { regex: source, ...fields } = parts;
  const written = source === undefined ? {} : { regex: relabelRegex(source) };
  return { ...relabelConfigSchema.defaults(), ...fields, ...written };
}

/** Legacy names with `$1`, `$name` and `${name}` between their letters. */
const LEGACY_TEMPLATE = /^(?:[a-zA-Z_]|\$(?:\{\w+\}|\w))(?:\w|\$(?:\{\w+\}|\w))*$/;
const NEEDS_TARGET = new Set<string>([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);

/** What is wrong with a rule where names are valid by `scheme`, in upstream's words; undefined when nothing is. */
export function relabelProblem(rule: RelabelConfig, scheme: NameScheme): string | undefined {
  const { action, target_label: target, replacement } = rule;
  if (action === '') return 'relabel action cannot be empty';
  if (action === 'hashmod' && rule.modulus === 0) {
    return 'relabel configuration for hashmod requires non-zero modulus';
  }
  if (NEEDS_TARGET.has(action) && target === '') {
    return `relabel configuration for ${action} action requires 'target_label' value`;
  }
  const template = action === 'replace' && target.includes('$');
  if (
    NEEDS_TARGET.has(action) &&
    !(template ? isValidTemplate(target, scheme) : isValidLabelName(target, scheme))
  ) {
    return `${quoteGo(target)} is invalid 'target_label' for ${action} action`;
  }
  const replaces = replacement !== DEFAULT_REPLACEMENT;
  switch (action) {
    case 'lowercase':
    case 'uppercase':
    case 'keepequal':
    case 'dropequal':
      if (replaces) return `'replacement' can not be set for ${action} action`;
      if (action.endsWith('equal') && (rule.regex !== DEFAULT_REGEX || sets(rule))) {
        return `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`;
      }
      return undefined;
    case 'labelmap':
      return isValidTemplate(replacement, scheme)
        ? undefined
        : `${quoteGo(replacement)} is invalid 'replacement' for ${action} action`;
    case 'labeldrop':
    case 'labelkeep':
      return rule.source_labels.length > 0 || target !== '' || replaces || sets(rule)
        ? `${action} action requires only 'regex', and no other fields`
        : undefined;
    default:
      return undefined;
  }
}

function sets({ modulus, separator }: RelabelConfig): boolean {
  return modulus !== 0 || separator !== DEFAULT_SEPARATOR;
}

function isValidTemplate(template: string, scheme: NameScheme): boolean {
  return scheme === NameScheme.utf8 ? isValidLabelName(template, scheme) : LEGACY_TEMPLATE.test(template);
}
