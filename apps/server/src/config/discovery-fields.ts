// The fields of service discovery that scrape configurations and Alertmanagers share, in the order in which
// they are printed.
import { field } from '@prometheus-ts/config';
import { staticConfigs } from './static-schema.ts';

export function discoveryFields() {
  return {
    static_configs: field(staticConfigs()),
  };
}
