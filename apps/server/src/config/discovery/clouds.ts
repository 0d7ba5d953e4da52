// Mechanisms that ask the API of a cloud.
import {
  boolean,
  field,
  integer,
  list,
  optional,
  path,
  type Secret,
  secret,
  string,
} from '@prometheus-ts/config';
import { checkUrl, httpClientFields, tlsConfigSchema } from '@prometheus-ts/http-client';
import { formatDuration, quoteGo } from '@prometheus-ts/model';
import {
  firstEmpty,
  httpMechanism,
  mechanism,
  type Problem,
  port,
  refresh,
  role,
  shownRefresh,
  shownText,
} from './mechanism.ts';

const shownSecret = () => field(secret(), { omitEmpty: false });

const AZURE_METHODS = ['OAuth', 'ManagedIdentity', 'SDK', 'WorkloadIdentity'];

export const azure = httpMechanism(
  'azure',
  {
    environment: field(string(), { default: 'AzurePublicCloud' }),
    port: port(),
    subscription_id: shownText(),
    tenant_id: field(string()),
    client_id: field(string()),
    client_secret: field(secret()),
    refresh_interval: refresh(300),
    authentication_method: field(string(), { default: 'OAuth' }),
    resource_group: field(string()),
    ...httpClientFields,
  },
  (value): Problem => {
    const needed = (name: string, text: string) =>
      [name, text, `azure SD configuration requires a ${name}`] as const;
    const subscription = needed('subscription_id', value.subscription_id);
    const missing =
      value.authentication_method === 'OAuth'
        ? firstEmpty(
            subscription,
            needed('tenant_id', value.tenant_id),
            needed('client_id', value.client_id),
            needed('client_secret', value.client_secret.reveal()),
          )
        : firstEmpty(subscription);
    if (missing || AZURE_METHODS.includes(value.authentication_method)) return missing;
    const [oauth, managed, sdk, workload] = AZURE_METHODS.map(quoteGo);
    return [
      'authentication_method',
      `unknown authentication_type ${quoteGo(value.authentication_method)}. Supported types are ${oauth}, ${managed}, ${sdk} or ${workload}`,
    ];
  },
);

export const gce = mechanism(
  'gce',
  {
    project: shownText(),
    zone: shownText(),
    filter: field(string()),
    refresh_interval: refresh(60),
    port: port(),
    tag_separator: field(string(), { default: ',' }),
  },
  ({ project, zone }) =>
    firstEmpty(
      ['project', project, 'GCE SD configuration requires a project'],
      ['zone', zone, 'GCE SD configuration requires a zone'],
    ),
);

export const digitalocean = httpMechanism(
  'digitalocean',
  {
    ...httpClientFields,
    refresh_interval: shownRefresh(60),
    port: port(),
    role: role(['droplets', 'databases'], (written) => `unknown DigitalOcean SD role ${written}`, 'droplets'),
    // A variable of upstream's that shows when the configuration is printed.
    httpclient: field(optional(string()), { omitEmpty: false }),
  },
  (value) => firstEmpty(['role', value.role, 'role missing (one of: droplets, databases)']),
);

export const hetzner = httpMechanism(
  'hetzner',
  {
    ...httpClientFields,
    refresh_interval: shownRefresh(60),
    port: port(),
    role: role(['robot', 'hcloud'], (written) => `unknown role ${written}`),
    label_selector: field(string()),
  },
  (value) => firstEmpty(['role', value.role, 'role missing (one of: robot, hcloud)']),
);

export const ionos = httpMechanism(
  'ionos',
  {
    datacenter_id: shownText(),
    ...httpClientFields,
    refresh_interval: shownRefresh(60),
    port: port(),
  },
  (value) => firstEmpty(['datacenter_id', value.datacenter_id, "datacenter id can't be empty"]),
);

export const linode = httpMechanism('linode', {
  ...httpClientFields,
  refresh_interval: shownRefresh(60),
  port: port(),
  tag_separator: field(string(), { default: ',' }),
  region: field(string()),
});

const API_KEY = 'api_key';
const INSTANCE_PRINCIPAL = 'instance_principal';

export const oci = httpMechanism(
  'oci',
  {
    auth: field(string(), { default: API_KEY }),
    tenancy: field(string()),
    user: field(string()),
    fingerprint: field(string()),
    key_file: field(path()),
    key_passphrase: field(secret()),
    key_passphrase_file: field(path()),
    region: shownText(),
    compartments: field(list(string())),
    ...httpClientFields,
    port: port(),
    refresh_interval: shownRefresh(60),
  },
  (value): Problem => {
    if (value.region === '') return ['region', 'oci_sd: region is required'];
    const problem = ociAuthProblem(value);
    if (problem) return problem;
    const empty = value.compartments.indexOf('');
    if (empty >= 0) return ['compartments', `oci_sd: compartments[${empty}] must not be empty`];
    if (value.refresh_interval > 0) return undefined;
    const shown = formatDuration(value.refresh_interval);
    return ['refresh_interval', `oci_sd: refresh_interval must be positive, got ${shown}`];
  },
);

interface OciAuth {
  readonly auth: string;
  readonly tenancy: string;
  readonly user: string;
  readonly fingerprint: string;
  readonly key_file: string;
  readonly key_passphrase: Secret;
  readonly key_passphrase_file: string;
}

function ociAuthProblem(value: OciAuth): Problem {
  const passphrase = !value.key_passphrase.isEmpty;
  const names = ['tenancy', 'user', 'fingerprint', 'key_file'] as const;
  if (value.auth === API_KEY) {
    const missing = names.find((name) => value[name] === '');
    if (missing) return [missing, `oci_sd: api_key auth requires ${missing}`];
    if (!passphrase || value.key_passphrase_file === '') return undefined;
    return [
      'key_passphrase',
      'oci_sd: at most one of key_passphrase and key_passphrase_file must be configured',
    ];
  }
  if (value.auth !== INSTANCE_PRINCIPAL) {
    const expected = `${quoteGo(API_KEY)} or ${quoteGo(INSTANCE_PRINCIPAL)}`;
    return ['auth', `oci_sd: unknown auth method ${quoteGo(value.auth)}, expected ${expected}`];
  }
  const given = names.find((name) => value[name] !== '');
  if (given === undefined && !passphrase && value.key_passphrase_file === '') return undefined;
  return [
    given ?? 'key_passphrase',
    'oci_sd: instance_principal auth must not have tenancy, user, fingerprint, key_file, key_passphrase, or key_passphrase_file set',
  ];
}

export const openstack = mechanism(
  'openstack',
  {
    identity_endpoint: shownText(),
    username: shownText(),
    userid: shownText(),
    password: shownSecret(),
    project_name: shownText(),
    project_id: shownText(),
    domain_name: shownText(),
    domain_id: shownText(),
    application_credential_name: shownText(),
    application_credential_id: shownText(),
    application_credential_secret: shownSecret(),
    role: role(
      ['hypervisor', 'instance', 'loadbalancer'],
      (written) => `unknown OpenStack SD role ${written}`,
    ),
    region: shownText(),
    refresh_interval: shownRefresh(60),
    port: port(),
    all_tenants: field(boolean()),
    tls_config: field(tlsConfigSchema),
    availability: field(string(), { default: 'public' }),
  },
  (value): Problem => {
    if (!['public', 'internal', 'admin'].includes(value.availability)) {
      return [
        'availability',
        `unknown availability ${value.availability}, must be one of admin, internal or public`,
      ];
    }
    return firstEmpty(
      ['role', value.role, 'role missing (one of: instance, hypervisor, loadbalancer)'],
      ['region', value.region, 'openstack SD configuration requires a region'],
    );
  },
);

/** A secret that stands in the file or in a file of its own. */
function secretKeyProblem(key: Secret, file: string): Problem {
  if (key.isEmpty && file === '') {
    return ['secret_key', 'one of secret_key & secret_key_file must be configured'];
  }
  if (key.isEmpty || file === '') return undefined;
  return ['secret_key', 'at most one of secret_key & secret_key_file must be configured'];
}

export const outscale = httpMechanism(
  'outscale',
  {
    endpoint: field(string()),
    region: shownText('eu-west-2'),
    access_key: shownText(),
    secret_key: shownSecret(),
    secret_key_file: field(path(), { omitEmpty: false }),
    refresh_interval: refresh(60),
    port: port(),
    ...httpClientFields,
  },
  (value) =>
    firstEmpty(
      ['region', value.region, 'outscale SD configuration requires a region'],
      ['access_key', value.access_key, 'outscale SD configuration requires access_key'],
    ) ?? secretKeyProblem(value.secret_key, value.secret_key_file),
);

export const ovhcloud = mechanism(
  'ovhcloud',
  {
    endpoint: shownText('ovh-eu'),
    application_key: shownText(),
    application_secret: shownSecret(),
    consumer_key: shownSecret(),
    refresh_interval: shownRefresh(60),
    service: shownText(),
  },
  (value): Problem => {
    const missing = firstEmpty(
      ['endpoint', value.endpoint, 'endpoint can not be empty'],
      ['application_key', value.application_key, 'application key can not be empty'],
      ['application_secret', value.application_secret.reveal(), 'application secret can not be empty'],
      ['consumer_key', value.consumer_key.reveal(), 'consumer key can not be empty'],
    );
    if (missing || ['dedicated_server', 'vps'].includes(value.service)) return missing;
    return ['service', `unknown service: ${value.service}`];
  },
);

export const scaleway = httpMechanism(
  'scaleway',
  {
    project_id: shownText(),
    api_url: field(string(), { default: 'https://api.scaleway.com' }),
    zone: shownText('fr-par-1'),
    access_key: shownText(),
    secret_key: shownSecret(),
    secret_key_file: field(path(), { omitEmpty: false }),
    name_filter: field(string()),
    tags_filter: field(list(string())),
    ...httpClientFields,
    refresh_interval: shownRefresh(60),
    port: port(),
    role: role(['instance', 'baremetal'], (written) => `unknown role ${written}`),
  },
  (value) =>
    firstEmpty(
      ['role', value.role, 'role missing (one of: instance, baremetal)'],
      ['project_id', value.project_id, 'project_id is mandatory'],
    ) ??
    secretKeyProblem(value.secret_key, value.secret_key_file) ??
    firstEmpty(['access_key', value.access_key, 'access_key is mandatory']),
);

export const stackit = httpMechanism(
  'stackit',
  {
    ...httpClientFields,
    project: shownText(),
    refresh_interval: refresh(60),
    port: field(integer(), { default: 80 }),
    region: field(string(), { default: 'eu01' }),
    endpoint: field(string()),
    service_account_key: field(secret()),
    private_key: field(secret()),
    service_account_key_path: field(string()),
    private_key_path: field(string()),
    credentials_file_path: field(string()),
  },
  ({ endpoint, region }): Problem => {
    if (endpoint === '' && region === '') return ['endpoint', 'stackit_sd: endpoint and region missing'];
    try {
      if (endpoint !== '') checkUrl(endpoint);
      return undefined;
    } catch (error) {
      const reason = (error as Error).message;
      return ['endpoint', `stackit_sd: invalid endpoint ${quoteGo(endpoint)}: ${reason}`];
    }
  },
);

export const vultr = httpMechanism('vultr', {
  ...httpClientFields,
  refresh_interval: shownRefresh(60),
  port: port(),
});
