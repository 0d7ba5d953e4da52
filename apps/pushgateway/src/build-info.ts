// What pushgateway_build_info and --version say.
import type { BuildInfo } from '@prometheus-ts/cli';

/** The version of the Pushgateway whose interface we follow, and our own release after the dash. */
export const BUILD: BuildInfo = {
  version: '1.11.3-ts0.1.0',
  revision: 'unknown',
  branch: 'main',
  buildUser: 'unknown',
  buildDate: 'unknown',
};
