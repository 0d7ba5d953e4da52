// What this build calls itself. The version begins with that of the Prometheus whose behaviour it follows,
// because clients such as Grafana choose features by it.
import { type BuildInfo, versionText } from '@prometheus-ts/cli';

export const buildInfo: BuildInfo = {
  version: '3.14.0-ts.0.1.0',
  revision: 'unknown',
  branch: 'main',
  buildUser: 'prometheus-ts',
  buildDate: 'unknown',
};

/** The text of --version. */
export const versionOutput = versionText('prometheus', buildInfo);

/** What scrapes and other requests of ours say they come from. */
export const USER_AGENT = `Prometheus/${buildInfo.version}`;
