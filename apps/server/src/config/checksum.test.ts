import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { configChecksum } from './checksum.ts';

test('the checksum changes with the file and with the files that it names', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, 'scrape_config_files: ["jobs-*.yml"]\n');
  const sums = [configChecksum(file)];
  const note = () => sums.push(configChecksum(file));
  writeFileSync(join(folder, 'jobs-a.yml'), 'scrape_configs: []\n');
  note();
  writeFileSync(join(folder, 'jobs-a.yml'), 'scrape_configs: [{job_name: a}]\n');
  note();
  writeFileSync(join(folder, 'other.yml'), 'x');
  expect(configChecksum(file)).toBe(sums[2]);
  writeFileSync(file, 'scrape_config_files: ["jobs-*.yml"] # more\n');
  note();
  expect(new Set(sums).size).toBe(4);
});
