import { expect, test } from 'vitest';
import { acceptHeader, mediaType, PROTOBUF_FIRST_PROTOCOLS, TEXT_PROTOCOLS } from './accept.ts';

test('the header of the text protocols is that of upstream', () => {
  expect(acceptHeader(TEXT_PROTOCOLS, 'allow-utf-8')).toBe(
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,' +
      'application/openmetrics-text;version=0.0.1;q=0.4,' +
      'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
  );
});

test('protobuf comes first for native histograms', () => {
  expect(acceptHeader(PROTOBUF_FIRST_PROTOCOLS, 'underscores')).toMatch(
    /^application\/vnd\.google\.protobuf;proto=io\.prometheus\.client\.MetricFamily;encoding=delimited;q=0\.6,/,
  );
});

test('the media type has no parameters', () => {
  expect(mediaType('PrometheusText0.0.4')).toBe('text/plain');
  expect(mediaType('')).toBe('');
});
