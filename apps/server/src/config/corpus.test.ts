// Every configuration of the corpus: the good ones load, the bad ones fail for the reason in their name.
import { readdirSync } from 'node:fs';
import { ConfigError } from '@prometheus-ts/config';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { DEFAULT_RETENTION } from './storage-schema.ts';

const options = { retention: DEFAULT_RETENTION, env: {}, warn: () => {} };

/** File without `.bad.yml`, and what upstream says. */
const REASONS: readonly (readonly [string, string])[] = [
  ['jobname', 'job_name is empty'],
  ['jobname_dup', 'found multiple scrape configs with job name "prometheus"'],
  ['scrape_interval', 'scrape timeout greater than scrape interval'],
  ['labelname', '"\\xff" is not a valid label name'],
  ['labelvalue', '"\\xff" is not a valid label value'],
  ['regex', 'error parsing regexp'],
  ['modulus_missing', 'relabel configuration for hashmod requires non-zero modulus'],
  ['labelkeep', "labelkeep action requires only 'regex', and no other fields"],
  ['labelkeep2', "labelkeep action requires only 'regex', and no other fields"],
  ['labelkeep3', "labelkeep action requires only 'regex', and no other fields"],
  ['labelkeep4', "labelkeep action requires only 'regex', and no other fields"],
  ['labelkeep5', "labelkeep action requires only 'regex', and no other fields"],
  ['labeldrop', "labeldrop action requires only 'regex', and no other fields"],
  ['labeldrop2', "labeldrop action requires only 'regex', and no other fields"],
  ['labeldrop3', "labeldrop action requires only 'regex', and no other fields"],
  ['labeldrop4', "labeldrop action requires only 'regex', and no other fields"],
  ['labeldrop5', "labeldrop action requires only 'regex', and no other fields"],
  ['dropequal', "relabel configuration for dropequal action requires 'target_label' value"],
  ['dropequal1', "dropequal action requires only 'source_labels' and `target_label`, and no other fields"],
  ['keepequal', "relabel configuration for keepequal action requires 'target_label' value"],
  ['keepequal1', "keepequal action requires only 'source_labels' and `target_label`, and no other fields"],
  ['labelmap', '!!binary value contains invalid base64 data'],
  ['lowercase', "relabel configuration for lowercase action requires 'target_label' value"],
  ['lowercase3', "'replacement' can not be set for lowercase action"],
  ['uppercase', "relabel configuration for uppercase action requires 'target_label' value"],
  ['uppercase3', "'replacement' can not be set for uppercase action"],
  ['rules', 'invalid rule file path'],
  ['unknown_attr', 'field consult_sd_configs not found in type'],
  ['bearertoken', 'at most one of bearer_token & bearer_token_file must be configured'],
  [
    'bearertoken_basicauth',
    'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
  ],
  [
    'kubernetes_http_config_without_api_server',
    "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
  ],
  [
    'kubernetes_kubeconfig_with_own_namespace',
    "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously",
  ],
  [
    'kubernetes_api_server_with_own_namespace',
    "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously",
  ],
  ['kubernetes_kubeconfig_with_apiserver', "cannot use 'kubeconfig_file' and 'api_server' simultaneously"],
  [
    'kubernetes_kubeconfig_with_http_config',
    "cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
  ],
  ['kubernetes_bearertoken', 'at most one of bearer_token & bearer_token_file must be configured'],
  ['kubernetes_role', 'role'],
  ['kubernetes_selectors_endpoints', 'endpoints role supports only pod, service, endpoints selectors'],
  ['kubernetes_selectors_ingress', 'ingress role supports only ingress selectors'],
  ['kubernetes_selectors_node', 'node role supports only node selectors'],
  ['kubernetes_selectors_pod', 'pod role supports only pod, node selectors'],
  ['kubernetes_selectors_service', 'service role supports only service selectors'],
  ['kubernetes_namespace_discovery', 'field foo not found in type kubernetes.plain'],
  ['kubernetes_selectors_duplicated_role', 'duplicated selector role: pod'],
  [
    'kubernetes_selectors_incorrect_selector',
    "invalid selector: 'metadata.status-Running'; can't understand 'metadata.status-Running'",
  ],
  [
    'kubernetes_bearertoken_basicauth',
    'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
  ],
  [
    'kubernetes_authorization_basicauth',
    'at most one of basic_auth, oauth2 & authorization must be configured',
  ],
  ['marathon_no_servers', 'marathon_sd: must contain at least one Marathon server'],
  [
    'marathon_authtoken_authtokenfile',
    'marathon_sd: at most one of auth_token & auth_token_file must be configured',
  ],
  [
    'marathon_authtoken_basicauth',
    'marathon_sd: at most one of basic_auth, auth_token & auth_token_file must be configured',
  ],
  [
    'marathon_authtoken_bearertoken',
    'marathon_sd: at most one of bearer_token, bearer_token_file, auth_token & auth_token_file must be configured',
  ],
  [
    'marathon_authtoken_authorization',
    'marathon_sd: at most one of auth_token, auth_token_file & authorization must be configured',
  ],
  ['openstack_role', 'unknown OpenStack SD role'],
  ['openstack_availability', 'unknown availability invalid, must be one of admin, internal or public'],
  ['url_in_targetgroup', '"http://bad" is not a valid hostname'],
  ['target_label_missing', "relabel configuration for replace action requires 'target_label' value"],
  ['target_label_hashmod_missing', "relabel configuration for hashmod action requires 'target_label' value"],
  ['unknown_global_attr', 'field nonexistent_field not found in type config.plain'],
  ['remote_read_url_missing', 'url for remote_read is empty'],
  ['remote_write_header', 'x-prometheus-remote-write-version is a reserved header. It must not be changed'],
  ['remote_read_header', 'x-prometheus-remote-write-version is a reserved header. It must not be changed'],
  [
    'remote_write_authorization_header',
    'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter',
  ],
  [
    'remote_write_wrong_msg',
    'invalid protobuf_message value: unknown type for remote write protobuf message io.prometheus.writet.v2.Request, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request',
  ],
  ['remote_write_url_missing', 'url for remote_write is empty'],
  ['remote_write_dup', 'found multiple remote write configs with job name "queue1"'],
  [
    'remote_write_queue_max_samples_per_send_zero',
    'remote write queue max_samples_per_send must be positive',
  ],
  ['remote_write_queue_max_shards_zero', 'remote write queue max_shards must be positive'],
  ['remote_write_queue_min_shards_zero', 'remote write queue min_shards must be positive'],
  ['remote_write_queue_capacity_zero', 'remote write queue capacity must be positive'],
  [
    'remote_write_queue_min_shards_greater_than_max',
    'remote write queue min_shards must not be greater than max_shards',
  ],
  [
    'remote_write_queue_max_backoff_less_than_min',
    'remote write queue max_backoff must not be less than min_backoff',
  ],
  ['remote_read_dup', 'found multiple remote read configs with job name "queue1"'],
  ['ec2_filters_empty_values', 'EC2 SD configuration filter values cannot be empty'],
  ['ec2_token_file', 'at most one of bearer_token & bearer_token_file must be configured'],
  ['lightsail_token_file', 'at most one of bearer_token & bearer_token_file must be configured'],
  ['section_key_dup', 'field scrape_configs already set in type config.plain'],
  ['azure_client_id_missing', 'azure SD configuration requires a client_id'],
  ['azure_client_secret_missing', 'azure SD configuration requires a client_secret'],
  ['azure_subscription_id_missing', 'azure SD configuration requires a subscription_id'],
  ['azure_tenant_id_missing', 'azure SD configuration requires a tenant_id'],
  [
    'azure_authentication_method',
    'unknown authentication_type "invalid". Supported types are "OAuth", "ManagedIdentity", "SDK" or "WorkloadIdentity"',
  ],
  [
    'oci_authentication_method',
    'oci_sd: unknown auth method "invalid", expected "api_key" or "instance_principal"',
  ],
  [
    'azure_bearertoken_basicauth',
    'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
  ],
  ['empty_scrape_config', 'empty or null scrape config section'],
  ['empty_rw_config', 'empty or null remote write config section'],
  ['empty_rr_config', 'empty or null remote read config section'],
  ['empty_target_relabel_config', 'empty or null target relabeling rule'],
  ['empty_metric_relabel_config', 'empty or null metric relabeling rule'],
  ['empty_alert_relabel_config', 'empty or null alert relabeling rule'],
  ['empty_alertmanager_relabel_config', 'empty or null Alertmanager target relabeling rule'],
  ['empty_rw_relabel_config', 'empty or null relabeling rule in remote write config'],
  ['empty_static_config', 'empty or null section in static_configs'],
  ['puppetdb_no_query', 'query missing'],
  ['puppetdb_no_url', 'URL is missing'],
  ['puppetdb_bad_url', 'host is missing in URL'],
  ['puppetdb_no_scheme', "URL scheme must be 'http' or 'https'"],
  ['puppetdb_token_file', 'at most one of bearer_token & bearer_token_file must be configured'],
  ['hetzner_role', 'unknown role'],
  ['eureka_no_server', 'empty or null eureka server'],
  ['eureka_invalid_server', 'invalid eureka server URL'],
  ['scaleway_role', 'unknown role "invalid"'],
  ['scaleway_no_secret', 'one of secret_key & secret_key_file must be configured'],
  ['scaleway_two_secrets', 'at most one of secret_key & secret_key_file must be configured'],
  ['outscale_no_region', 'outscale SD configuration requires a region'],
  ['outscale_no_secret', 'one of secret_key & secret_key_file must be configured'],
  ['outscale_two_secrets', 'at most one of secret_key & secret_key_file must be configured'],
  ['scrape_body_size_limit', 'units: unknown unit  in 100'],
  ['http_url_no_scheme', "URL scheme must be 'http' or 'https'"],
  ['http_url_no_host', 'host is missing in URL'],
  ['http_token_file', 'at most one of bearer_token & bearer_token_file must be configured'],
  ['http_url_bad_scheme', "URL scheme must be 'http' or 'https'"],
  ['empty_scrape_config_action', 'relabel action cannot be empty'],
  ['tracing_missing_endpoint', 'tracing endpoint must be set'],
  [
    'tracing_invalid_header',
    'x-prometheus-remote-write-version is a reserved header. It must not be changed',
  ],
  ['tracing_invalid_authorization_header', 'authorization header configuration is not yet supported'],
  ['tracing_invalid_compression', 'invalid compression type foo provided, valid options: gzip'],
  ['uyuni_no_server', 'Uyuni SD configuration requires server host'],
  ['uyuni_token_file', 'at most one of bearer_token & bearer_token_file must be configured'],
  ['ionos_datacenter', "datacenter id can't be empty"],
  ['ovhcloud_no_secret', 'application secret can not be empty'],
  ['ovhcloud_bad_service', 'unknown service: fakeservice'],
  ['scrape_config_files_glob', 'invalid scrape config file path "scrape_configs/*/*"'],
  [
    'scrape_config_files_scrape_protocols',
    'scrape_protocols: unknown scrape protocol prometheusproto, supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0] for scrape config with job name "node"',
  ],
  [
    'scrape_config_files_scrape_protocols2',
    'duplicated protocol in scrape_protocols, got [OpenMetricsText1.0.0 PrometheusProto OpenMetricsText1.0.0] for scrape config with job name "node"',
  ],
  [
    'scrape_config_files_fallback_scrape_protocol1',
    'invalid fallback_scrape_protocol for scrape config with job name "node": unknown scrape protocol prometheusproto, supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0]',
  ],
  ['scrape_config_files_fallback_scrape_protocol2', 'cannot unmarshal !!seq into config.ScrapeProtocol'],
  ['otlp_allow_utf8', 'unsupported OTLP translation strategy "Invalid"'],
  [
    'otlp_ignore_resource_attributes_without_promote_all',
    "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
  ],
  [
    'otlp_promote_all_resource_attributes',
    "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
  ],
  ['otlp_sanitize_ignore_resource_attributes', "invalid 'ignore_resource_attributes'"],
  ['otlp_sanitize_promote_resource_attributes', 'duplicated promoted OTel resource attribute "k8s.job.name"'],
  ['scrape_config_files', 'scrape timeout greater than scrape interval'],
  ['scrape_config_files_double_import', 'found multiple scrape configs with job name "prometheus"'],
  ['scrape_config_files_duplicate', 'first found in main config file'],
  ['scrape_config_files_global', 'scrape timeout greater than scrape interval'],
  ['scrape_config_files_global_duplicate', 'first found in main config file'],
  ['static_config', 'field targets not found in type config.plain'],

  ['scrape_config_utf8_conflicting', 'utf8 metric names requested but validation scheme is not set to UTF8'],
  ['stackit_endpoint', 'invalid endpoint'],
  ['tsdb_retention_time', 'not a valid duration string: "-1h"'],
  ['tsdb_retention_size', "'storage.tsdb.retention.size' must be greater than or equal to 0"],
  ['tsdb_retention_percentage', "'storage.tsdb.retention.percentage' must be in the range [0, 100]"],
  ['tsdb_retention_percentage_negative', "'storage.tsdb.retention.percentage' must be in the range [0, 100]"],
  [
    'tsdb_chunk_encoding_floats',
    `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got "xor3"`,
  ],
  [
    'tsdb_chunk_encoding_floats_wrong_case',
    `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got "XOR"`,
  ],
  [
    'tsdb_chunk_encoding_floats_wrong_case_xor2',
    `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got "XOR2"`,
  ],
  ['metric_name_validation_scheme', 'unrecognized ValidationScheme: "invalid_scheme"'],
];

describeCorpus('config', 'configurations of the corpus', () => {
  const files = readdirSync(corpusPath('config')).filter((name) => name.endsWith('.yml'));

  test.each(files.filter((name) => name.endsWith('.good.yml')))('%s loads', (name) => {
    const { config } = loadConfig(corpusPath('config', name), options);
    expect(config.global.scrape_interval).toBeGreaterThan(0);
  });

  test.each(REASONS)('%s.bad.yml is refused', (name, reason) => {
    let message = '';
    try {
      loadConfig(corpusPath('config', `${name}.bad.yml`), options);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as ConfigError).message;
    }
    expect(message).toContain(reason);
  });

  test('no bad configuration is left out', () => {
    const covered = new Set(REASONS.map(([name]) => `${name}.bad.yml`));
    expect(files.filter((name) => name.endsWith('.bad.yml') && !covered.has(name))).toEqual([]);
  });
});
