// Pieces of a line that both text formats share: names, labels, escapes.

import { isLegacyMetricName } from '@prometheus-ts/model';
import type { LabelPairs } from '../metric-family.ts';

const TEXT_ESCAPES = /[\\\n]/g;
const QUOTED_ESCAPES = /[\\\n"]/g;

function escapeCharacter(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

/** Help text of the classic format: backslash and newline escaped. */
export function escapeHelp(text: string): string {
  return text.replace(TEXT_ESCAPES, escapeCharacter);
}

/** The inside of a quoted string: backslash, newline and double quote escaped. */
export function escapeQuoted(text: string): string {
  return text.replace(QUOTED_ESCAPES, escapeCharacter);
}

/** A name as it is, or in quotes where its alphabet needs them. */
export function printName(name: string): string {
  return isLegacyMetricName(name) ? name : `"${escapeQuoted(name)}"`;
}

/**
 * `name{label="value"}`, or `{"odd name",label="value"}`, or only the braces for an empty name.
 * @param extra a last label that is printed as it is, like `le="0.5"`; '' for none
 */
export function printSeries(name: string, labels: LabelPairs, extra: string): string {
  let text = '';
  let separator = '{';
  if (name !== '') {
    if (isLegacyMetricName(name)) text = name;
    else {
      text = `{"${escapeQuoted(name)}"`;
      separator = ',';
    }
  }
  for (let i = 0; i < labels.length; i += 2) {
    text += `${separator}${printName(labels[i]!)}="${escapeQuoted(labels[i + 1]!)}"`;
    separator = ',';
  }
  if (extra !== '') {
    text += separator + extra;
    separator = ',';
  }
  return separator === '{' ? text : `${text}}`;
}
