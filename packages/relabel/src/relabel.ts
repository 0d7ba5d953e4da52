// Rules at work: each looks at the labels that the one before it left.
import { createHash } from 'node:crypto';
import {
  isValidLabelName,
  type LabelSet,
  NameScheme,
  toSimpleLowerCase,
  toSimpleUpperCase,
} from '@prometheus-ts/model';
import { DEFAULT_REGEX, type RelabelConfig } from './config.ts';
import { WorkingLabels } from './working-labels.ts';

/**
 * Applies rules in their order.
 * @param scheme which names a `replace` may make; a name that is not valid leaves the labels as they are
 * @returns undefined when a rule drops the labels; the same object when no rule changed anything
 */
export function relabel(
  labels: LabelSet,
  rules: readonly RelabelConfig[],
  scheme: NameScheme = NameScheme.utf8,
): LabelSet | undefined {
  if (rules.length === 0) return labels;
  const working = new WorkingLabels(labels);
  for (const rule of rules) if (!apply(rule, working, scheme)) return undefined;
  return working.finish();
}

/** What is left after a rule; `labels` is undefined from the rule on that drops them. */
export interface RelabelStep {
  readonly rule: RelabelConfig;
  readonly labels: LabelSet | undefined;
}

/** Applies rules and tells what each of them does. */
export function relabelSteps(
  labels: LabelSet,
  rules: readonly RelabelConfig[],
  scheme: NameScheme = NameScheme.utf8,
): RelabelStep[] {
  let current: LabelSet | undefined = labels;
  return rules.map((rule) => {
    current &&= relabel(current, [rule], scheme);
    return { rule, labels: current };
  });
}

/** False when the rule drops the labels. */
function apply(rule: RelabelConfig, labels: WorkingLabels, scheme: NameScheme): boolean {
  const { action, target_label: target } = rule;
  const { regexp } = rule.regex;
  switch (action) {
    case 'keep':
      return regexp.matches(sourceOf(rule, labels));
    case 'drop':
      return !regexp.matches(sourceOf(rule, labels));
    case 'keepequal':
      return labels.get(target) === sourceOf(rule, labels);
    case 'dropequal':
      return labels.get(target) !== sourceOf(rule, labels);
    case 'replace':
      replace(rule, labels, scheme);
      return true;
    case 'lowercase':
      labels.set(target, toSimpleLowerCase(sourceOf(rule, labels)));
      return true;
    case 'uppercase':
      labels.set(target, toSimpleUpperCase(sourceOf(rule, labels)));
      return true;
    case 'hashmod':
      labels.set(target, hashModulo(sourceOf(rule, labels), rule.modulus));
      return true;
    case 'labelmap':
      for (const [name, value] of labels.entries()) {
        if (regexp.matches(name)) labels.set(regexp.replaceAll(name, rule.replacement), value);
      }
      return true;
    case 'labeldrop':
    case 'labelkeep':
      for (const [name] of labels.entries()) {
        if (regexp.matches(name) === (action === 'labeldrop')) labels.delete(name);
      }
      return true;
    default:
      throw new Error('a rule without an action was not checked with relabelProblem');
  }
}

function sourceOf(rule: RelabelConfig, labels: WorkingLabels): string {
  const names = rule.source_labels;
  if (names.length === 1) return labels.get(names[0]!);
  return names.map((name) => labels.get(name)).join(rule.separator);
}

function replace(rule: RelabelConfig, labels: WorkingLabels, scheme: NameScheme): void {
  const { regexp } = rule.regex;
  const source = sourceOf(rule, labels);
  const fixed = !rule.target_label.includes('$') && !rule.replacement.includes('$');
  if (fixed && (rule.regex === DEFAULT_REGEX || regexp.matches(source))) {
    if (isValidLabelName(rule.target_label, scheme)) labels.set(rule.target_label, rule.replacement);
    return;
  }
  const groups = regexp.groups(source);
  if (!groups) return;
  const target = regexp.expand(rule.target_label, source, groups);
  if (isValidLabelName(target, scheme)) labels.set(target, regexp.expand(rule.replacement, source, groups));
}

/** The last eight bytes of the MD5, as a big-endian number, modulo the modulus. */
function hashModulo(text: string, modulus: number): string {
  const hash = createHash('md5').update(text).digest().readBigUInt64BE(8);
  return String(hash % BigInt(modulus));
}
