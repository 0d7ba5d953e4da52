// The page at /: what this is, where the metrics are, and which collectors cost most.
import { versionSummary } from '@prometheus-ts/cli';
import { escapeHtml, renderLandingPage } from '@prometheus-ts/web-config';
import { BUILD } from './build-info.ts';
import type { CollectorReport } from './scrape.ts';

/** @param stuckPaths mounts that do not answer at the moment */
export function landingPage(
  telemetryPath: string,
  reports: readonly CollectorReport[],
  stuckPaths: readonly string[],
): string {
  return renderLandingPage(
    {
      name: 'Node Exporter',
      description: 'Metrics of this host for Prometheus',
      version: versionSummary(BUILD),
      links: [{ address: telemetryPath, text: 'Metrics' }],
      extraHtml: stuckList(stuckPaths) + ranking(reports),
    },
    '/',
  );
}

function stuckList(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const items = paths.map((path) => `<li><code>${escapeHtml(path)}</code></li>`).join('');
  return `<h2>Mounts that do not answer</h2>\n<ul>${items}</ul>\n`;
}

/** The collectors by time, the slowest first. */
function ranking(reports: readonly CollectorReport[]): string {
  if (reports.length === 0) return '<p>Nothing has been collected yet.</p>';
  const total = reports.reduce((sum, { series }) => sum + series, 0);
  const rows = [...reports].sort((a, b) => b.durationSeconds - a.durationSeconds).map(row);
  return `<h2>Collectors in their last run: ${total} series from ${reports.length} collectors</h2>
<table>
<thead><tr><th>Collector</th><th>Milliseconds</th><th>Series</th><th>State</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function row({ name, durationSeconds, series, success, reason }: CollectorReport): string {
  const milliseconds = (durationSeconds * 1000).toFixed(2);
  const state = success ? 'ok' : escapeHtml(reason ?? 'failed');
  return `<tr><td>${escapeHtml(name)}</td><td class="number">${milliseconds}</td><td class="number">${series}</td><td>${state}</td></tr>`;
}
