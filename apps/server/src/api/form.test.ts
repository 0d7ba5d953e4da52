import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { readForm, unescapeQuery } from './form.ts';

function request(url: string, method = 'GET', body = '', type = 'application/x-www-form-urlencoded') {
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { url, method, headers: { 'content-type': type } });
  message.push(Buffer.from(body));
  message.push(null);
  return message;
}

test('a query string gives its values in order', async () => {
  const { form } = await readForm(request('/x?a=1&b=%2B+c&a=2&empty&=noname'));
  expect(form.all('a')).toEqual(['1', '2']);
  expect(form.get('b')).toBe('+ c');
  expect(form.get('empty')).toBe('');
  expect(form.get('')).toBe('noname');
  expect(form.get('absent')).toBe('');
});

test('the body of a POST goes before the query string', async () => {
  const { form, query } = await readForm(request('/x?a=query&only=1', 'POST', 'a=body'));
  expect(form.all('a')).toEqual(['body', 'query']);
  expect(form.get('only')).toBe('1');
  expect(query.all('a')).toEqual(['query']);
});

test('the body of a GET does not count', async () => {
  expect((await readForm(request('/x?a=1', 'GET', 'a=2'))).form.all('a')).toEqual(['1']);
});

test('a body of another type does not count', async () => {
  expect((await readForm(request('/x', 'POST', 'a=2', 'text/plain'))).form.all('a')).toEqual([]);
});

test('multipart forms are read', async () => {
  const body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb c\r\n--x--\r\n';
  const { form } = await readForm(request('/x', 'POST', body, 'multipart/form-data; boundary=x'));
  expect(form.get('a')).toBe('b c');
});

test('pairs that cannot be decoded are left out and told', async () => {
  const { form } = await readForm(request('/x?a=%zz&b=2;c=3&d=4'));
  expect(form.get('a')).toBe('');
  expect(form.get('d')).toBe('4');
  expect(form.error?.message).toBe('invalid URL escape "%zz"');
});

test.each([
  ['a%20b+c', 'a b c'],
  ['%E2%82%AC', '€'],
  ['%ff€', '\ufffd€'],
])('%s becomes %j', (text, decoded) => {
  expect(unescapeQuery(text)).toBe(decoded);
});

test.each(['%', '%4', '%g1'])('%s is an error', (text) => {
  expect(() => unescapeQuery(text)).toThrow(`invalid URL escape "${text}"`);
});
