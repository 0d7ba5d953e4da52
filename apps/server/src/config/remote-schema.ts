// remote_write and remote_read.
import {
  boolean,
  duration,
  field,
  integer,
  list,
  map,
  object,
  optional,
  string,
  type TypeOf,
  text,
  ValueProblem,
} from '@prometheus-ts/config';
import { checkHttpClient, httpClientFields, url } from '@prometheus-ts/http-client';
import { relabelConfigSchema } from '@prometheus-ts/relabel';
import { azureAdSchema, googleIamSchema, sigv4Schema } from './cloud-auth-schema.ts';
import { remoteHeaderProblem } from './headers.ts';
import { labels } from './label-map.ts';

const MESSAGES = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'] as const;

const protobufMessage = () =>
  text<string>({
    zero: () => '',
    parse(written) {
      if ((MESSAGES as readonly string[]).includes(written)) return written;
      throw new ValueProblem(
        `invalid protobuf_message value: unknown type for remote write protobuf message ${written}, supported: ${MESSAGES.join(', ')}`,
      );
    },
  });

const queue = object(
  'config.QueueConfig',
  {
    capacity: field(integer(), { default: 10_000 }),
    max_shards: field(integer(), { default: 50 }),
    min_shards: field(integer(), { default: 1 }),
    max_samples_per_send: field(integer(), { default: 2000 }),
    batch_send_deadline: field(duration(), { default: 5000 }),
    min_backoff: field(duration(), { default: 30 }),
    max_backoff: field(duration(), { default: 5000 }),
    retry_on_http_429: field(boolean()),
    sample_age_limit: field(duration()),
  },
  {
    nullMeans: 'zero',
    check(value, report) {
      for (const name of ['max_shards', 'min_shards', 'max_samples_per_send', 'capacity'] as const) {
        if (value[name] <= 0) report(name, `remote write queue ${name} must be positive`);
      }
      if (value.max_shards > 0 && value.min_shards > value.max_shards) {
        report('min_shards', 'remote write queue min_shards must not be greater than max_shards');
      }
      if (value.max_backoff < value.min_backoff) {
        report('max_backoff', 'remote write queue max_backoff must not be less than min_backoff');
      }
      return undefined;
    },
  },
);

const metadata = object(
  'config.MetadataConfig',
  {
    send: field(boolean(), { default: true, omitEmpty: false }),
    send_interval: field(duration(), { default: 60_000, omitEmpty: false }),
    max_samples_per_send: field(integer(), { default: 2000 }),
  },
  { nullMeans: 'zero' },
);

export const remoteWriteSchema = object(
  'config.plain',
  {
    url: field(url(), { omitEmpty: false }),
    remote_timeout: field(duration(), { default: 30_000 }),
    headers: field(map(string())),
    write_relabel_configs: field(
      list(relabelConfigSchema, { refuseNull: 'empty or null relabeling rule in remote write config' }),
    ),
    name: field(string()),
    send_exemplars: field(boolean()),
    send_native_histograms: field(boolean()),
    round_robin_dns: field(boolean()),
    protobuf_message: field(protobufMessage(), { default: MESSAGES[0] }),
    failed_request_logging: field(boolean()),
    ...httpClientFields,
    enable_http2: field(boolean(), { default: false, omitEmpty: false }),
    queue_config: field(queue, { default: () => queue.defaults() }),
    metadata_config: field(metadata, { default: () => metadata.defaults() }),
    sigv4: field(optional(sigv4Schema)),
    azuread: field(optional(azureAdSchema)),
    google_iam: field(optional(googleIamSchema)),
  },
  {
    check(value, report) {
      if (value.url === '') report('url', 'url for remote_write is empty');
      const problem = remoteHeaderProblem(value.headers.keys());
      if (problem !== undefined) report('headers', problem);
      const checked = checkHttpClient(value, report);
      const normal = checked ?? value;
      const used = (
        ['basic_auth', 'authorization', 'oauth2', 'sigv4', 'azuread', 'google_iam'] as const
      ).filter((name) => normal[name] !== undefined);
      if (used.length > 1) {
        report(
          used[1],
          `at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [${used.join(' ')}]`,
        );
      }
      return checked;
    },
  },
);
export type RemoteWriteConfig = TypeOf<typeof remoteWriteSchema>;

const CHUNKED_READ_LIMIT = 50_000_000;

export const remoteReadSchema = object(
  'config.plain',
  {
    url: field(url(), { omitEmpty: false }),
    remote_timeout: field(duration(), { default: 60_000 }),
    chunked_read_limit: field(integer({ min: 0, typeName: 'uint64' }), { default: CHUNKED_READ_LIMIT }),
    headers: field(map(string())),
    read_recent: field(boolean()),
    name: field(string()),
    ...httpClientFields,
    required_matchers: field(labels()),
    filter_external_labels: field(boolean(), { default: true }),
  },
  {
    check(value, report) {
      if (value.url === '') report('url', 'url for remote_read is empty');
      const problem = remoteHeaderProblem(value.headers.keys());
      if (problem !== undefined) report('headers', problem);
      const checked = checkHttpClient(value, report);
      return checked;
    },
  },
);
export type RemoteReadConfig = TypeOf<typeof remoteReadSchema>;
