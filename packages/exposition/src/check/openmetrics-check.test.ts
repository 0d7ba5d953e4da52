import { readdirSync, readFileSync } from 'node:fs';
import { CodedError } from '@prometheus-ts/model';
import { corpusFolder, corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { checkOpenMetrics } from './openmetrics-check.ts';

describeCorpus('openmetrics', 'the cases of the OpenMetrics project', () => {
  const names = readdirSync(`${corpusFolder}/openmetrics`);
  test.each(names)('%s', (name) => {
    const { shouldParse, file } = JSON.parse(
      readFileSync(corpusPath('openmetrics', name, 'test.json'), 'utf8'),
    );
    const body = readFileSync(corpusPath('openmetrics', name, file));
    if (shouldParse) checkOpenMetrics(body);
    else expect(() => checkOpenMetrics(body)).toThrow(CodedError);
  });
});

test.each([
  ['# TYPE a counter\na_total -1\n', 'a counter counts up from zero, total is -1', 2],
  ['# TYPE a gauge\na 1 2\na 1 1\n', 'time goes back', 3],
  ['# TYPE a gauge\na 1\n# HELP a text\n', 'metadata come before the samples of their family', 3],
  ['a 1\nb 1\na{x="y"} 1\n', 'another family has taken the name a', 3],
  [
    '# TYPE a histogram\na_bucket{le="1"} 1\n# TYPE b gauge\n',
    'a histogram needs a bucket with le="+Inf"',
    3,
  ],
])('%j: %s', (body, message, line) => {
  try {
    checkOpenMetrics(Buffer.from(`${body}# EOF\n`));
  } catch (error) {
    expect((error as CodedError).message).toBe(message);
    expect((error as CodedError).place.line).toBe(line);
    return;
  }
  expect.fail('nothing was found');
});
