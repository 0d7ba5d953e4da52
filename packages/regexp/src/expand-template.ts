// Go's Regexp.Expand: `$1`, `${1}`, `$name`, `${name}`, `$$`. A dollar that begins none of these stands for itself.

/** @param groups spans as `[start, end, …]`, -1 for groups that took no part; these expand to nothing */
export function expandTemplate(
  template: string,
  input: string,
  groups: Int32Array,
  groupNames: readonly string[],
): string {
  if (!template.includes('$')) return template;
  return template.replaceAll(REFERENCE, (_, name: string | undefined, braced: string | undefined) => {
    const reference = name ?? braced;
    if (reference === undefined) return '$';
    const index = groupIndex(reference, groups, groupNames);
    return index < 0 ? '' : input.slice(groups[2 * index], groups[2 * index + 1]);
  });
}

/** `$$`; or a name; or a name in braces. */
const REFERENCE = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/** The number of the group that took part in the match, or -1. */
function groupIndex(reference: string, groups: Int32Array, groupNames: readonly string[]): number {
  if (/^(?:0|[1-9][0-9]{0,7})$/.test(reference)) {
    const index = Number(reference);
    return 2 * index < groups.length && groups[2 * index]! >= 0 ? index : -1;
  }
  return groupNames.findIndex((name, i) => i > 0 && name === reference && groups[2 * i]! >= 0);
}
