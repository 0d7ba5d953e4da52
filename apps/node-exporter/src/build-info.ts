// What node_exporter_build_info and --version say.
import type { BuildInfo } from '@prometheus-ts/cli';

/** The version of node_exporter whose metrics and flags we follow, and our own release after the dash. */
export const BUILD: BuildInfo = {
  version: '1.12.1-ts0.1.0',
  revision: 'unknown',
  branch: 'main',
  buildUser: 'unknown',
  buildDate: 'unknown',
};
