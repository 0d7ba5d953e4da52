// The server's first page in a real browser, on data that was really scraped.
import { rmSync } from 'node:fs';
import { describePeers, eventually, freePort, makeTemporaryFolder } from '@prometheus-ts/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { PrometheusUnderTest } from '../support/prometheus.ts';

describePeers(['chromium'], 'the first page', () => {
  const folder = makeTemporaryFolder();
  let browser: Browser;
  let page: Page;
  let server: PrometheusUnderTest;
  const requests: string[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    const config = `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`;
    server = await PrometheusUnderTest.start({ flavour: 'source', folder, config, port });
    await eventually(
      async () => expect(await server.number('count_over_time(up[1m])')).toBeGreaterThan(3),
      20_000,
    );
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('request', (request) => requests.push(new URL(request.url()).host));
    page.on('pageerror', (error) => problems.push(String(error)));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.daemon.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a typed query is drawn, and the drawing changes with the query', async () => {
    await page.goto(`${server.url}/query`);
    const result = page.locator('#result');
    await page.fill('#expression', 'prometheus_tsdb_head_samples_appended_total');
    await page.click('button[type=submit]');
    await result.locator('svg, canvas').first().waitFor();
    const first = await result.screenshot();
    await page.fill('#expression', 'scrape_duration_seconds');
    await page.click('button[type=submit]');
    await eventually(async () => expect((await result.screenshot()).equals(first)).toBe(false));
    expect(await page.locator('#message').textContent()).toContain('1 series');
  });

  test('the table shows the value of an instant query', async () => {
    await page.selectOption('#view', '1');
    await page.fill('#expression', 'sum(up) + 41');
    await page.click('button[type=submit]');
    await eventually(async () => expect(await page.locator('#result').textContent()).toContain('42'));
  });

  test('an error is told with its place', async () => {
    await page.fill('#expression', 'rate(up');
    await page.click('button[type=submit]');
    await eventually(async () =>
      expect(await page.locator('#message').textContent()).toContain('1:8: parse error'),
    );
  });

  test('a link to a query runs it', async () => {
    await page.goto(`${server.url}/graph?g0.expr=${encodeURIComponent('up')}&g0.tab=1`);
    await eventually(async () => expect(await page.locator('#result').textContent()).toContain('up{'));
  });

  test('the page asks no other host and has no script error', () => {
    expect(new Set(requests)).toEqual(new Set([new URL(server.url).host]));
    expect(problems).toEqual([]);
  });
});
