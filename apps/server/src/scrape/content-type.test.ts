import { CodedError } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { expositionOf } from './content-type.ts';

const NO_FALLBACK = 'no fallback_scrape_protocol';

describe('what a Content-Type says', () => {
  test.each([
    ['text/plain', 'text/plain'],
    ['text/plain; version=0.0.4; charset=utf-8', 'text/plain'],
    ['Text/Plain;Version="0.0.4" ; ', 'text/plain'],
    [
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
      'application/openmetrics-text',
    ],
    [
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
      'application/vnd.google.protobuf',
    ],
  ])('%s', (header, type) => {
    expect(expositionOf(header, '')).toEqual({ type, note: undefined });
  });

  test.each([
    ['', `non-compliant scrape target sending blank Content-Type and ${NO_FALLBACK} specified for target`],
    ['text/html', `received unsupported Content-Type "text/html" and ${NO_FALLBACK} specified for target`],
    ['text', `received unsupported Content-Type "text" and ${NO_FALLBACK} specified for target`],
    [
      'text/plain; charset',
      `cannot parse Content-Type "text/plain; charset" and ${NO_FALLBACK} for target\nmime: invalid media parameter`,
    ],
    [
      'text/plain; a=1; a=2',
      `cannot parse Content-Type "text/plain; a=1; a=2" and ${NO_FALLBACK} for target\nmime: duplicate parameter name`,
    ],
    [
      'text/',
      `cannot parse Content-Type "text/" and ${NO_FALLBACK} for target\nmime: expected token after slash`,
    ],
    [
      'text/plain x',
      `cannot parse Content-Type "text/plain x" and ${NO_FALLBACK} for target\nmime: unexpected content after media subtype`,
    ],
    [
      'a b',
      `cannot parse Content-Type "a b" and ${NO_FALLBACK} for target\nmime: expected slash after first token`,
    ],
    [';', `cannot parse Content-Type ";" and ${NO_FALLBACK} for target\nmime: no media type`],
  ])('%j fails without a fallback', (header, message) => {
    try {
      expositionOf(header, '');
    } catch (error) {
      expect((error as CodedError).message).toBe(message);
      expect(error).toBeInstanceOf(CodedError);
      return;
    }
    expect.fail('nothing was thrown');
  });

  test.each([
    [
      '',
      'non-compliant scrape target sending blank Content-Type, using fallback_scrape_protocol "text/plain"',
    ],
    ['x/y', 'received unsupported Content-Type "x/y", using fallback_scrape_protocol "text/plain"'],
    [
      'x/',
      'could not parse received Content-Type "x/", using fallback_scrape_protocol "text/plain"\nmime: expected token after slash',
    ],
  ])('%j takes the fallback and says so', (header, note) => {
    expect(expositionOf(header, 'text/plain')).toEqual({ type: 'text/plain', note });
  });

  test('an HTML page is called one', () => {
    try {
      expositionOf('text/html; charset=utf-8', '');
    } catch (error) {
      expect((error as CodedError).hint).toMatch(/this is an HTML page, not metrics/);
      return;
    }
    expect.fail('nothing was thrown');
  });
});
