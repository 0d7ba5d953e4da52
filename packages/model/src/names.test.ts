import { describe, expect, test } from 'vitest';
import { CodedError } from './errors.ts';
import { EscapingScheme, escapeName, parseEscapingScheme, unescapeName } from './name-escaping.ts';
import { isValidLabelName, isValidMetricName, NameScheme } from './names.ts';

describe('validity', () => {
  test.each([
    // name, legacy metric, legacy label, UTF-8
    ['up', true, true, true],
    ['job:rate:5m', true, false, true],
    ['_a9', true, true, true],
    ['9a', false, false, true],
    ['my.metric', false, false, true],
    ['é', false, false, true],
    ['a b', false, false, true],
    ['', false, false, false],
    ['half \ud800', false, false, false],
  ])('%j', (name, legacyMetric, legacyLabel, utf8) => {
    expect(isValidMetricName(name, NameScheme.legacy)).toBe(legacyMetric);
    expect(isValidLabelName(name, NameScheme.legacy)).toBe(legacyLabel);
    expect(isValidMetricName(name)).toBe(utf8);
    expect(isValidLabelName(name)).toBe(utf8);
  });
});

describe('escaping', () => {
  test.each([
    ['plain', 'plain', 'plain', 'plain'],
    ['with_under', 'with_under', 'with__under', 'with_under'],
    ['a.b', 'a_b', 'a_dot_b', 'U__a_2e_b'],
    ['a.b_c', 'a_b_c', 'a_dot_b__c', 'U__a_2e_b__c'],
    ['9.1', '__1', '___dot_1', 'U___39__2e_1'],
    ['no 😀', 'no__', 'no____', 'U__no_20__1f600_'],
  ])('%j', (name, underscores, dots, values) => {
    expect(escapeName(name, EscapingScheme.allowUtf8)).toBe(name);
    expect(escapeName(name, EscapingScheme.underscores)).toBe(underscores);
    expect(escapeName(name, EscapingScheme.dots)).toBe(dots);
    expect(escapeName(name, EscapingScheme.values)).toBe(values);
    expect(unescapeName(values, EscapingScheme.values)).toBe(name);
  });

  test.each(['U__a_', 'U__a_2e', 'U__a_xyz_', 'U__a_d800_', 'U__a_1234567_', 'a_2e_b'])(
    '%s is nobody\u2019s escaped name and stays as it is',
    (name) => expect(unescapeName(name, EscapingScheme.values)).toBe(name),
  );

  test('dots come back', () => expect(unescapeName('a_dot_b__c', EscapingScheme.dots)).toBe('a.b_c'));

  test('scheme names', () => {
    expect(parseEscapingScheme('values')).toBe(EscapingScheme.values);
    expect(() => parseEscapingScheme('')).toThrow('got empty string instead of escaping scheme');
    expect(() => parseEscapingScheme('utf8')).toThrow(CodedError);
  });
});
