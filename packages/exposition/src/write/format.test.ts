import { describe, expect, test } from 'vitest';
import { contentType, isDelimitedProtobuf, negotiate, PROTOBUF, TEXT_0_0_4 } from './format.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

describe('negotiation by the Accept header', () => {
  test.each([
    [undefined, `${TEXT}; escaping=underscores`],
    ['', `${TEXT}; escaping=underscores`],
    ['text/plain', `${TEXT}; escaping=underscores`],
    ['*/*', `${TEXT}; escaping=underscores`],
    ['application/vnd.google.protobuf', `${TEXT}; escaping=underscores`],
    [
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,*/*;q=0.1',
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores',
    ],
    ['text/html,application/xhtml+xml', `${TEXT}; escaping=underscores`],
    ['application/openmetrics-text;version=1.0.0', `${OPENMETRICS}; escaping=underscores`],
    [
      'application/openmetrics-text',
      'application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores',
    ],
    [
      'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.75',
      `${TEXT}; escaping=underscores`,
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.2',
      `${OPENMETRICS}; escaping=allow-utf-8`,
    ],
    ['text/plain;version=0.0.4;escaping=bogus', `${TEXT}; escaping=underscores`],
    ['*/*;q=0.1,text/plain;version=0.0.4;q=0.1', `${TEXT}; escaping=underscores`],
    ['application/openmetrics-text;version=9.9.9;escaping=dots', `${TEXT}; escaping=dots`],
    ['garbage', `${TEXT}; escaping=underscores`],
  ])('%s', (accept, expected) => {
    expect(contentType(negotiate(accept))).toBe(expected);
  });

  test('only what is offered is chosen', () => {
    const format = negotiate('application/openmetrics-text;version=1.0.0', [TEXT_0_0_4]);
    expect(format).toEqual(TEXT_0_0_4);
  });
});

test.each([
  [contentType(PROTOBUF), true],
  ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited', true],
  ['application/vnd.google.protobuf; encoding=delimited', false],
  ['application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text', false],
  ['text/plain', false],
  ['*/*; proto=io.prometheus.client.MetricFamily; encoding=delimited', false],
  ['', false],
])('%s announces delimited protobuf: %j', (type, expected) => {
  expect(isDelimitedProtobuf(type)).toBe(expected);
});
