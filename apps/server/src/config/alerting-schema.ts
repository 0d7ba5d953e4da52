// The section `alerting`: the Alertmanagers and what is done to alerts on their way.
import {
  duration,
  field,
  list,
  object,
  optional,
  string,
  type TypeOf,
  text,
  ValueProblem,
} from '@prometheus-ts/config';
import { checkHttpClient, httpClientFields } from '@prometheus-ts/http-client';
import { relabelConfigSchema } from '@prometheus-ts/relabel';
import { sigv4Schema } from './cloud-auth-schema.ts';
import { discoveryFields } from './discovery-fields.ts';
import { addressProblem } from './static-schema.ts';

const apiVersion = () =>
  text({
    typeName: 'config.AlertmanagerAPIVersion',
    zero: () => '',
    parse(written) {
      if (written === 'v2') return written;
      throw new ValueProblem(`expected Alertmanager api version to be one of [v2] but got ${written}`);
    },
  });

const alertmanager = object(
  'config.AlertmanagerConfig',
  {
    ...httpClientFields,
    sigv4: field(optional(sigv4Schema)),
    scheme: field(string(), { default: 'http' }),
    path_prefix: field(string()),
    timeout: field(duration(), { default: 10_000 }),
    api_version: field(apiVersion(), { default: 'v2', omitEmpty: false }),
    relabel_configs: field(
      list(relabelConfigSchema, { refuseNull: 'empty or null Alertmanager target relabeling rule' }),
    ),
    alert_relabel_configs: field(
      list(relabelConfigSchema, { refuseNull: 'empty or null Alertmanager alert relabeling rule' }),
    ),
    ...discoveryFields,
  },
  {
    check(value, report) {
      const checked = checkHttpClient(value, report);
      if ((value.basic_auth || value.authorization || value.oauth2) && value.sigv4) {
        report('sigv4', 'at most one of basic_auth, authorization, oauth2, & sigv4 must be configured');
      }
      if (value.relabel_configs.length === 0) {
        for (const address of value.static_configs.flatMap((group) => group.targets)) {
          const problem = addressProblem(address);
          if (problem !== undefined) report('static_configs', problem);
        }
      }
      return checked;
    },
  },
);

export const alertingSchema = object('config.plain', {
  alert_relabel_configs: field(
    list(relabelConfigSchema, { refuseNull: 'empty or null alert relabeling rule' }),
  ),
  alertmanagers: field(list(alertmanager)),
});
export type AlertingConfig = TypeOf<typeof alertingSchema>;
