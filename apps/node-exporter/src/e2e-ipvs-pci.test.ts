// Upstream's expected results for collectors whose flags change the labels.
import { readFileSync, rmSync } from 'node:fs';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from './test-support/collect.ts';
import { unpackFixtures } from './test-support/fixtures.ts';
import { parseSeries } from './test-support/parse-series.ts';

describeCorpus('node_exporter', 'with flags that change labels', () => {
  let folder = '';
  beforeAll(() => {
    folder = unpackFixtures();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const expected = (file: string) =>
    parseSeries(readFileSync(corpusPath('node_exporter', file), 'utf8')).values;
  const own = (values: ReadonlyMap<string, string>, prefix: string) =>
    new Map([...values].filter(([series]) => series.startsWith(prefix)));

  test.each([
    ['local_address,local_port,remote_address,remote_port,proto,local_mark', 'ip_vs_result.txt'],
    ['local_address,local_port', 'ip_vs_result_lbs_local_address_local_port.txt'],
    ['local_port', 'ip_vs_result_lbs_local_port.txt'],
    ['', 'ip_vs_result_lbs_none.txt'],
  ])('backends of the load balancer by %s', async (labels, file) => {
    const flags = [`--path.procfs=${folder}/proc`, `--collector.ipvs.backend-labels=${labels}`];
    const { values } = await collect('ipvs', flags);
    expect(own(values, 'node_ipvs_')).toEqual(own(expected(file), 'node_ipvs_'));
  });

  test('PCI devices with their names', async () => {
    const { values } = await collect('pcidevice', [
      `--path.sysfs=${folder}/sys`,
      '--collector.pcidevice.names',
      `--collector.pcidevice.idsfile=${folder}/pci.ids`,
    ]);
    const wanted = own(expected('pcidevice-names-output.txt'), 'node_pcidevice_');
    for (const [series, value] of wanted) expect([series, values.get(series)]).toEqual([series, value]);
    expect(wanted.size).toBeGreaterThan(40);
  });
});
