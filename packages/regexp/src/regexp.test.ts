import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileAnchored, compileEnclosed, compileUnanchored } from './compile.ts';
import { compileProgram } from './compiler.ts';
import { GroupFinder } from './group-finder.ts';
import { parse } from './parser.ts';
import { RegexpError } from './regexp-error.ts';
import { StepSearch } from './step-search.ts';

describe('syntax', () => {
  test.each([
    // expression, inputs it matches as a whole, inputs it does not
    ['', [''], ['a']],
    ['a.c', ['abc', 'a\nc', 'a😀c'], ['ac', 'abbc']],
    ['(?-s)a.c', ['abc'], ['a\nc']],
    ['a|b*|cd', ['a', '', 'bbb', 'cd'], ['ab', 'c']],
    ['a{2,3}b{2}c{1,}d{0}', ['aabbc', 'aaabbcc'], ['abbc', 'aaaabbc', 'aabbcd']],
    ['a{,2}', ['a{,2}'], ['', 'aa']],
    ['a{01}x{', ['a{01}x{'], ['ax{']],
    ['[a-c^-]+', ['abc^-'], ['d', '']],
    ['[^a-c]', ['d', '\n', '😀'], ['a', '']],
    ['[]a]+', [']a'], ['b']],
    ['[[:alpha:][:^ascii:]]+', ['abÉ'], ['1']],
    ['\\d\\D\\s\\S\\w\\W', ['1a b_-'], ['1a b_c']],
    ['\\pL\\p{Greek}\\P{Lu}\\p{^Lu}[\\pN]', ['éΩab1'], ['1Ωab1', 'éAab1', 'éΩAb1']],
    ['\\p{letter}\\p{Old_Italic}', ['a\u{10300}'], ['1\u{10300}']],
    ['\\x41\\x{1F600}\\101\\07\\n\\t\\.', ['A😀A\x07\n\t.'], []],
    ['\\Qa.b*\\Ec*', ['a.b*', 'a.b*cc'], ['axb*']],
    ['a\\Q+', ['a+'], ['aa+']],
    ['(?i)straße|k', ['STRAßE', 'straẞe', 'K', '\u212a'], ['STRASSE', 'l']],
    ['(?i:a)b', ['ab', 'Ab'], ['aB']],
    ['a(?i)b|c', ['aB', 'C'], ['Ab']],
    ['\\bfoo\\b.*\\Bx', ['foo yx'], ['food yx', 'foo x']],
    ['^a$', ['a'], ['a\n']],
    ['(?m)^a$\\n^b$', ['a\nb'], ['ab']],
    ['(?U)a+?', ['aa'], ['']],
    ['(a*)*b', ['b', 'aab'], ['a']],
    ['é+', ['éé'], ['e\u0301']],
  ] as const)('%s', (source, matching, other) => {
    const regexp = compileAnchored(source);
    for (const input of matching) expect(regexp.matches(input), input).toBe(true);
    for (const input of other) expect(regexp.matches(input), input).toBe(false);
  });

  test.each([
    ['a)', 'unexpected ): `a)`'],
    ['(a', 'missing closing ): `(a`'],
    ['[a', 'missing closing ]: `[a`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a+?*', 'invalid nested repetition operator: `+?*`'],
    ['x{2}{3}', 'invalid nested repetition operator: `{2}{3}`'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['a|+', 'missing argument to repetition operator: `+`'],
    ['(?i)?', 'missing argument to repetition operator: `?`'],
    ['x{1001}', 'invalid repeat count: `{1001}`'],
    ['x{2,1}', 'invalid repeat count: `{2,1}`'],
    ['((x{10}){10}){11}', 'invalid repeat count: `{11}`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['[[:foo:]]', 'invalid character class range: `[:foo:]`'],
    ['\\p{Klingon}', 'invalid character class range: `\\p{Klingon}`'],
    ['\\C', 'invalid escape sequence: `\\C`'],
    ['\\1', 'invalid escape sequence: `\\1`'],
    ['\\x{110000}', 'invalid escape sequence: `\\x{110000`'],
    ['a\\', 'trailing backslash at end of expression: ``'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?i-)a', 'invalid or unsupported Perl syntax: `(?i-)`'],
    ['(?P<a b>x)', 'invalid named capture: `(?P<a b>`'],
    ['(?<!a)b', 'invalid named capture: `(?<!a)b`'],
  ])('%s is refused', (source, message) => {
    expect(() => compileAnchored(source)).toThrow(RegexpError);
    expect(() => compileAnchored(source)).toThrow(`error parsing regexp: ${message}`);
  });

  test('enclosed expressions quote what was compiled', () => {
    expect(() => compileEnclosed('(')).toThrow('missing closing ): `^(?s:()$`');
    expect(compileEnclosed('a.b').matches('a\nb')).toBe(true);
    expect(compileEnclosed('a').matches('ab')).toBe(false);
  });

  test('advice travels beside the message', () => {
    expect(() => compileAnchored('(?=a)')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('linear time') }),
    );
  });
});

describe('shortcuts for what people write', () => {
  test.each([
    ['foo', ['foo'], 'foo'],
    ['foo|bar|foo', ['bar', 'foo'], ''],
    ['^(?:foo|bar)$', ['bar', 'foo'], ''],
    ['fo[ox]|(?:a|b)c?', ['a', 'ac', 'b', 'bc', 'foo', 'fox'], ''],
    ['foo_(?:a|b)', ['foo_a', 'foo_b'], 'foo_'],
    ['foo_a.*|foo_b', undefined, 'foo_'],
    ['foo.*', undefined, 'foo'],
    ['(?i)foo', undefined, ''],
    ['(?i)12', ['12'], '12'],
    ['[a-z]+', undefined, ''],
    ['[a-p][a-p]|[a-p]x|[a-p]y', undefined, ''],
    ['\u{1f600}|\u{1f601}|\uffff', ['\uffff', '\u{1f600}', '\u{1f601}'], ''],
  ])('%s', (source, literals, prefix) => {
    const regexp = compileAnchored(source);
    expect(regexp.literals).toEqual(literals);
    expect(regexp.prefix).toBe(prefix);
  });
});

describe('groups', () => {
  test.each([
    ['(a+)(b*)', 'aab', [0, 3, 0, 2, 2, 3]],
    ['(a)|(b)', 'b', [0, 1, -1, -1, 0, 1]],
    ['(a|ab)(c|bcd)(d*)', 'abcd', [0, 4, 0, 1, 1, 4, 4, 4]],
    ['(?:(a)|b)*', 'ab', [0, 2, 0, 1]],
    ['(.*?)(.*)', 'xy', [0, 2, 0, 0, 0, 2]],
    ['(.*)-(.*)', 'é-😀', [0, 4, 0, 1, 2, 4]],
    ['(a*)+', 'b', undefined],
    ['(|a)*', 'aa', [0, 2, 1, 2]],
  ])('%s on %s', (source, input, expected) => {
    const groups = compileEnclosed(source).groups(input);
    expect(groups && [...groups]).toEqual(expected);
  });

  test('have names', () => {
    expect(compileAnchored('(?P<first>a)(b)(?<third>c)').groupNames).toEqual(['', 'first', '', 'third']);
  });

  test.each([
    ['$1-$2', 'ab-cd'],
    [`\${1}x$1x`, 'abx'],
    ['$left$$right', 'ab$right'],
    [`\${left}\${right}`, 'abcd'],
    [`$9$nope\${nope}`, ''],
    ['$', '$'],
    ['${1', '${1'],
    [`$ \${}`, `$ \${}`],
    ['$01', ''],
    ['$1é', ''],
  ])('expand %s', (template, expected) => {
    const regexp = compileAnchored('(?P<left>..)(?P<right>..)');
    expect(regexp.expand(template, 'abcd', regexp.groups('abcd')!)).toBe(expected);
  });

  test.each([
    ['b', 'abcb', 'x', 'axcx'],
    ['', 'ab', '-', '-a-b-'],
    ['a*', 'baac', 'x', 'xbxcx'],
    ['(\\w)\\b', 'ab cd', '<$1>', 'a<b> c<d>'],
    ['^', 'aé', '|', '|aé'],
    ['(?m)^', 'a\nb', '> ', '> a\n> b'],
    ['😀?', '😀a', '.', '.a.'],
  ])('replace every %s in %s', (source, input, template, expected) => {
    expect(compileUnanchored(source).replaceAll(input, template)).toBe(expected);
  });
});

describe('time and memory', () => {
  /** Processor time of this thread, so that a busy machine makes no difference. */
  const milliseconds = (action: () => void) => {
    const before = process.threadCpuUsage();
    action();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  };
  const long = 'a'.repeat(100_000);

  test('(a+)+$ takes no time at all', () => {
    const regexp = compileAnchored('(a+)+$');
    expect(milliseconds(() => expect(regexp.matches(`${long}b`)).toBe(false))).toBeLessThan(100);
  });

  test.each([
    ['(a|a)*b', long],
    ['(?:a?){500}a{500}', 'a'.repeat(499)],
    ['(.*)(.*)(.*)(.*)(.*)x', long],
    ['[ab]*a[ab]{200}x', long],
  ])('%s, which is exponential or worse elsewhere, takes linear time', (source, input) => {
    const regexp = compileAnchored(source);
    expect(milliseconds(() => expect(regexp.matches(input)).toBe(false))).toBeLessThan(3000);
  });

  test('groups of a long input take linear time', () => {
    const regexp = compileAnchored('(a|aa)+(a*)');
    const spent = milliseconds(() => {
      expect([...regexp.groups(long)!]).toEqual([0, 100_000, 99_999, 100_000, 100_000, 100_000]);
    });
    expect(spent).toBeLessThan(3000);
  });

  test('an expression with very many states does not keep them', () => {
    let input = '';
    for (let i = 0, x = 1; i < 5000; i++) {
      x = (x * 1103515245 + 12345) & 0x7fffffff;
      input += (x >> 16) & 1 ? 'a' : 'b';
    }
    const expected = input.at(-101) === 'a';
    expect(compileAnchored('[ab]*a[ab]{100}').matches(input)).toBe(expected);
  });

  test.each([
    ['('.repeat(1001) + ')'.repeat(1001), 'expression nests too deeply'],
    ['(?:[a-z]{1000})'.repeat(4000), 'expression too large'],
    ['(?:(?:x{500}|y){2}){1}'.repeat(4000), 'expression too large'],
  ])('limits, %#', (source, message) => {
    expect(() => compileAnchored(source)).toThrow(`error parsing regexp: ${message}`);
  });

  test('compiled expressions are shared, and only so many are kept', () => {
    const first = compileAnchored('kept');
    expect(compileAnchored('kept')).toBe(first);
    for (let i = 0; i < 600; i++) compileAnchored(`filler-${i}`);
    expect(compileAnchored('kept')).not.toBe(first);
  });

  test('one that is as large as many pushes the others out', () => {
    const first = compileAnchored('small');
    expect(compileAnchored('small')).toBe(first);
    compileAnchored('(?:x{1000}|y)'.repeat(2100));
    expect(compileAnchored('small')).not.toBe(first);
  });
});

describe('against V8, on expressions that mean the same there', () => {
  const atom = fc.constantFrom('a', 'b', 'é', '😀', '.', '[ab]', '[^a]', '\\w', '\\d', '\\pL');
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      atom,
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
      fc
        .tuple(atom, fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}'))
        .map(([a, op]) => a + op),
      tie('node').map((a) => `(${a})`),
    ),
  }));
  const input = fc
    .array(fc.constantFrom('a', 'b', 'é', '😀', '1', '\n', '-'), { maxLength: 8 })
    .map((all) => all.join(''));
  const forV8 = (source: string) => new RegExp(`^(?:${source.replaceAll('\\pL', '\\p{L}')})$`, 'dsu');

  test('matches and groups agree', () => {
    fc.assert(
      fc.property(node, input, (source, text) => {
        const match = forV8(source).exec(text);
        const expected = match?.indices?.flatMap((span) => span ?? [-1, -1]);
        const groups = compileAnchored(source).groups(text);
        expect(groups && [...groups]).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('the search for large inputs finds what the one for small inputs finds', () => {
    fc.assert(
      fc.property(node, input, fc.boolean(), (source, text, anywhere) => {
        const { root, groupNames } = parse(source, true);
        const program = compileProgram(root, groupNames.length, anywhere);
        const small = new GroupFinder(program, source).find(text, 0);
        expect(new StepSearch(program).find(text, 0)).toEqual(small);
      }),
      { numRuns: 2000 },
    );
  });
});
