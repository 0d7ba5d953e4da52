import { gunzipSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeSync, encodingOf, errorJson, successJson } from './answer.ts';
import { ApiError } from './errors.ts';
import { timeText } from './json.ts';

test('a good answer has data, and warnings, infos and hints where there are any', () => {
  expect(successJson('[1]')).toBe('{"status":"success","data":[1]}');
  expect(successJson('1', ['w'], ['i'], [{ code: 'c', text: 't' }])).toBe(
    '{"status":"success","data":1,"warnings":["w"],"infos":["i"],"hints":[{"code":"c","text":"t"}]}',
  );
});

test('an error has its type and text, with what could end a script escaped', () => {
  expect(errorJson(new ApiError('bad_data', 'a <b> & c'))).toBe(
    '{"status":"error","errorType":"bad_data","error":"a \\u003cb\\u003e \\u0026 c"}',
  );
});

test.each([
  [undefined, 'identity'],
  ['br, gzip;q=0', 'identity'],
  ['br, gzip', 'gzip'],
  ['deflate, gzip', 'deflate'],
])('Accept-Encoding %j asks for %s', (header, encoding) => {
  expect(encodingOf(header)).toBe(encoding);
});

test('bodies are compressed as named', () => {
  const body = Buffer.from('x'.repeat(1000));
  expect(gunzipSync(encodeSync(body, 'gzip'))).toEqual(body);
  expect(inflateSync(encodeSync(body, 'deflate'))).toEqual(body);
  expect(encodeSync(body, 'identity')).toBe(body);
});

test.each([
  [0, '0001-01-01T00:00:00Z'],
  [1_433_337_718_550, '2015-06-03T13:21:58.55Z'],
  [1_433_337_718_000, '2015-06-03T13:21:58Z'],
])('%d prints as %s', (ms, text) => {
  expect(timeText(ms)).toBe(text);
});
