import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { TestGateway } from '../test-support/gateway.ts';

const flagsFor = (file: string): string[] => [`--persistence.file=${file}`, '--persistence.interval=5m'];

const BODY = `# HELP m With "quotes", a \\\\ and a €.
# TYPE m gauge
m{x="nan"} NaN
m{x="inf"} +Inf
m{x="minus"} -Inf
m{x="zero"} -0
m{x="line\\nbreak"} 0.1
# TYPE c counter
c 9.007199254740993e+15
u 5e-324
# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="+Inf"} 2
h_sum NaN
h_count 2
# TYPE s summary
s{quantile="0.5"} -Inf
s_sum 3
s_count 2
`;
const NAMES = ['m', 'c', 'u', 'h_bucket', 'h_sum', 'h_count', 's', 's_sum', 's_count'];
const TIMES = ['push_time_seconds', 'push_failure_time_seconds'];

test('groups are there again after a restart, with their values, times, pushers and expiry', async () => {
  const file = join(temporaryFolder(), 'metrics');
  const clock = new ManualClock();
  const before = await TestGateway.start(flagsFor(file), clock);
  await before.push('/job/a/path@base64/L3Zhci90bXA', BODY, { 'pushgateway-ttl': '1h' });
  await before.push('/job/b', 'n 1 1\n');
  const samples = await before.samples(...NAMES, ...TIMES);
  const groups = await before.groups();
  expect(samples).toHaveLength(5 + 2 + 4 + 3 + 4);
  await before.stop();

  const after = await TestGateway.start(flagsFor(file), clock);
  expect(await after.samples(...NAMES, ...TIMES)).toEqual(samples);
  expect(await after.groups()).toEqual(groups);
  expect((await after.push('/job/c', '# TYPE m counter\nm 1\n')).status).toBe(400);
  clock.advance(3_602_000);
  expect(await after.samples(...NAMES)).toEqual([]);
});

test('the file is written an interval after the last writing, and then only after changes', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'metrics');
  const gateway = await TestGateway.start(flagsFor(file));
  gateway.clock.advance(60_000);
  await gateway.push('/job/a', 'm 1\n');
  gateway.clock.advance(239_999);
  expect(existsSync(file)).toBe(false);
  gateway.clock.advance(1);
  await expect.poll(() => gateway.log).toContain('metrics persisted');
  expect(readdirSync(folder)).toEqual(['metrics']);
  const first = readFileSync(file, 'utf8');
  gateway.clock.advance(3_600_000);
  await gateway.send('DELETE', '/metrics/job/a');
  gateway.clock.advance(0);
  await expect.poll(() => readFileSync(file, 'utf8')).not.toBe(first);
  expect(readFileSync(file, 'utf8')).toBe('prometheus-ts-pushgateway 1\ncrc32 0201f903\n');
});

test('an unwritable file is told, and the program serves on', async () => {
  const gateway = await TestGateway.start(flagsFor(join(temporaryFolder(), 'absent', 'metrics')));
  await gateway.push('/job/a', 'm 1\n');
  gateway.clock.advance(300_000);
  await expect.poll(() => gateway.log).toContain('error persisting metrics');
  expect(await gateway.samples('m')).toHaveLength(1);
  await expect(gateway.stop()).rejects.toThrow('ENOENT');
});

describe('a file that is not whole is refused, and stays as it is', () => {
  async function written(): Promise<string> {
    const file = join(temporaryFolder(), 'metrics');
    const gateway = await TestGateway.start(flagsFor(file));
    await gateway.push('/job/a', BODY);
    await gateway.push('/job/b', 'n 1\n');
    await gateway.stop();
    return file;
  }

  test.each<[string, (whole: Buffer) => Buffer, string]>([
    ['empty', () => Buffer.alloc(0), 'line 1: the file is empty'],
    ['cut in the header', (whole) => whole.subarray(0, 10), 'line 1: the file is cut off'],
    ['cut in a group', (whole) => whole.subarray(0, 100), 'line 2: the file is cut off'],
    ['without its last line', (whole) => whole.subarray(0, -15), 'line 3: the file is cut off'],
    ['without the last byte', (whole) => whole.subarray(0, -1), 'line 4: the file is cut off'],
    ['with more at its end', (whole) => Buffer.concat([whole, Buffer.from('x\n')]), 'line 5: there is more'],
    [
      'with another value',
      (whole) => Buffer.from(whole.toString().replace('0.1', '0.2')),
      'line 4: the checksum does not fit',
    ],
    [
      'with a broken line',
      (whole) => Buffer.from(whole.toString().replace('"families"', 'families')),
      'line 2: it is not JSON',
    ],
    [
      'of a later version',
      (whole) => Buffer.from(whole.toString().replace('pushgateway 1', 'pushgateway 2')),
      'line 1: it has version 2 of the format',
    ],
    // How a gob stream of Go begins: the length of a message, a negative type number, a type's name.
    [
      'of another program',
      () => Buffer.from('1f7f040102ff8000010c01ff820000', 'hex'),
      'it is not a persistence file',
    ],
  ])('%s', async (_name, change, message) => {
    const file = await written();
    const damaged = change(readFileSync(file));
    writeFileSync(file, damaged);
    const error: unknown = await TestGateway.start(flagsFor(file)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'persistence-file', place: { file }, hint: expect.any(String) });
    expect((error as Error).message).toContain(`persistence file ${file}, line `);
    expect((error as Error).message).toContain(message);
    expect(readFileSync(file)).toEqual(damaged);
  });
});
