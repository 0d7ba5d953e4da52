import { expect, test } from 'vitest';
import { quoteGo } from './quote-go.ts';

test.each([
  ['', '""'],
  ['plain text', '"plain text"'],
  ['say "hi" \\ bye', '"say \\"hi\\" \\\\ bye"'],
  ['a\nb\tc\r\x07\b\f\v', '"a\\nb\\tc\\r\\a\\b\\f\\v"'],
  ['\x00\x7f', '"\\x00\\x7f"'],
  ['Ωμέγα 😀', '"Ωμέγα 😀"'],
  ['no\u00a0break', '"no\\u00a0break"'],
  ['\u200b\u{e0001}', '"\\u200b\\U000e0001"'],
  ['\ud800', '"\\ufffd"'],
])('%j', (text, quoted) => expect(quoteGo(text)).toBe(quoted));
