// The page at /: what this is, where the metrics are, and which collectors cost most.
import { versionSummary } from '@prometheus-ts/cli';
import { BUILD } from './build-info.ts';
import type { CollectorReport } from './scrape.ts';

/** @param stuckPaths mounts that do not answer at the moment */
export function landingPage(
  telemetryPath: string,
  reports: readonly CollectorReport[],
  stuckPaths: readonly string[],
): string {
  const rows = [...reports]
    .sort((a, b) => b.durationSeconds - a.durationSeconds)
    .map(
      ({ name, durationSeconds, series, success, reason }) =>
        `<tr${success ? '' : ' class="failed"'}><td>${escapeHtml(name)}</td>` +
        `<td class="number">${(durationSeconds * 1000).toFixed(2)}</td><td class="number">${series}</td>` +
        `<td>${success ? 'ok' : escapeHtml(reason ?? '')}</td></tr>`,
    );
  const total = reports.reduce((sum, { series }) => sum + series, 0);
  const stuck = stuckPaths.map((path) => `<li><code>${escapeHtml(path)}</code></li>`).join('');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Node Exporter</title>
<style>
body { font-family: system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #1c1e21; background: #fff; }
header { border-bottom: 4px solid #e6522c; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.25rem 0.75rem; border-bottom: 1px solid #ddd; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.failed { background: #fdecea; }
@media (prefers-color-scheme: dark) {
  body { color: #e4e6eb; background: #18191a; }
  a { color: #8ab4f8; }
  th, td { border-color: #444; }
  .failed { background: #4a1f1a; }
}
</style>
</head>
<body>
<header><h1>Node Exporter</h1></header>
<p>Metrics of this host for Prometheus. Version ${escapeHtml(versionSummary(BUILD))}</p>
<ul><li><a href="${escapeHtml(telemetryPath)}">Metrics</a></li></ul>
${stuck === '' ? '' : `<h2>Mounts that do not answer</h2>\n<ul>${stuck}</ul>`}
<h2>Collectors in their last run, the slowest first</h2>
${
  rows.length === 0
    ? '<p>Nothing has been collected yet.</p>'
    : `<p>${total} series from ${rows.length} collectors.</p>
<table>
<thead><tr><th>Collector</th><th class="number">Milliseconds</th><th class="number">Series</th><th>State</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`
}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
