// Mechanisms that ask a registry of services, or a file, DNS and plain HTTP.
import {
  boolean,
  duration,
  field,
  integer,
  list,
  map,
  object,
  path,
  Secret,
  secret,
  string,
} from '@prometheus-ts/config';
import { httpClientFields, tlsConfigSchema } from '@prometheus-ts/http-client';
import { quoteGo } from '@prometheus-ts/model';
import {
  firstEmpty,
  httpMechanism,
  httpUrlProblem,
  mechanism,
  type Problem,
  port,
  refresh,
  SECOND_MS,
  shownRefresh,
  shownText,
  urlParts,
} from './mechanism.ts';

export const dns = mechanism(
  'dns',
  {
    names: field(list(string()), { omitEmpty: false }),
    refresh_interval: refresh(30),
    type: shownText('SRV'),
    port: field(integer(), { omitEmpty: false }),
  },
  ({ names, type, port: given }): Problem => {
    if (names.length === 0) return ['names', 'DNS-SD config must contain at least one SRV record name'];
    const kind = type.toUpperCase();
    if (kind === 'SRV') return undefined;
    if (!['A', 'AAAA', 'MX', 'NS'].includes(kind)) return ['type', `invalid DNS-SD records type ${type}`];
    if (given !== 0) return undefined;
    return ['port', 'a port is required in DNS-SD configs for all record types except SRV'];
  },
);

/** A star only in the name of the file; JSON or YAML. */
const FILE_PATTERN = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;

export const file = mechanism(
  'file',
  { files: field(list(path()), { omitEmpty: false }), refresh_interval: refresh(300) },
  ({ files }): Problem => {
    if (files.length === 0) {
      return ['files', 'file service discovery config must contain at least one path name'];
    }
    const bad = files.find((name) => !FILE_PATTERN.test(name));
    return bad === undefined
      ? undefined
      : ['files', `path name ${quoteGo(bad)} is not valid for file discovery`];
  },
);

export const http = httpMechanism(
  'http',
  { ...httpClientFields, refresh_interval: refresh(60), url: shownText() },
  ({ url }) => httpUrlProblem('url', url),
);

export const consul = httpMechanism(
  'consul',
  {
    server: field(string(), { default: 'localhost:8500' }),
    path_prefix: field(string()),
    token: field(secret()),
    datacenter: field(string()),
    namespace: field(string()),
    partition: field(string()),
    tag_separator: field(string(), { default: ',' }),
    scheme: field(string(), { default: 'http' }),
    username: field(string()),
    password: field(secret()),
    allow_stale: field(boolean(), { default: true, omitEmpty: false }),
    refresh_interval: refresh(30),
    services: field(list(string())),
    tags: field(list(string())),
    node_meta: field(map(string())),
    filter: field(string()),
    health_filter: field(string()),
    ...httpClientFields,
  },
  (value): Problem => {
    if (value.server.trim() === '') return ['server', 'consul SD configuration requires a server address'];
    if ((value.username !== '' || !value.password.isEmpty) && value.basic_auth) {
      return [
        'basic_auth',
        'at most one of consul SD configuration username and password and basic auth can be configured',
      ];
    }
    if (!value.token.isEmpty && (value.authorization || value.oauth2)) {
      return ['token', 'at most one of consul SD token, authorization, or oauth2 can be configured'];
    }
    return undefined;
  },
);

export const nomad = httpMechanism(
  'nomad',
  {
    allow_stale: field(boolean(), { default: true, omitEmpty: false }),
    ...httpClientFields,
    namespace: shownText('default'),
    refresh_interval: shownRefresh(60),
    region: shownText('global'),
    server: shownText('http://localhost:4646'),
    tag_separator: field(string(), { default: ',' }),
  },
  ({ server }) =>
    server.trim() === '' ? ['server', 'nomad SD configuration requires a server address'] : undefined,
);

export const eureka = httpMechanism(
  'eureka',
  { server: field(string()), ...httpClientFields, refresh_interval: refresh(30) },
  ({ server }): Problem => {
    if (server === '') return ['server', 'eureka_sd: empty or null eureka server'];
    const { scheme, host } = urlParts(server);
    return scheme === '' || host === '' ? ['server', 'eureka_sd: invalid eureka server URL'] : undefined;
  },
);

export const kuma = httpMechanism(
  'xds',
  {
    ...httpClientFields,
    refresh_interval: refresh(15),
    fetch_timeout: field(duration(), { default: 120 * SECOND_MS }),
    server: field(string()),
    client_id: field(string()),
  },
  ({ server }): Problem => {
    if (server === '') return ['server', 'kuma SD server must not be empty: '];
    const { scheme, host } = urlParts(server);
    if (scheme !== '' && host !== '') return undefined;
    return ['server', `kuma SD server must not be empty and have a scheme: ${server}`];
  },
);

export const marathon = httpMechanism(
  'marathon',
  {
    servers: field(list(string())),
    refresh_interval: refresh(30),
    auth_token: field(secret()),
    auth_token_file: field(path()),
    ...httpClientFields,
  },
  (value): Problem => {
    if (value.servers.length === 0) {
      return ['servers', 'marathon_sd: must contain at least one Marathon server'];
    }
    const token = !value.auth_token.isEmpty;
    const tokenFile = value.auth_token_file !== '';
    const refuse = (name: string, names: string): Problem => [
      name,
      `marathon_sd: at most one of ${names} must be configured`,
    ];
    if (token && tokenFile) return refuse('auth_token', 'auth_token & auth_token_file');
    if (!token && !tokenFile) return undefined;
    if (value.basic_auth) return refuse('basic_auth', 'basic_auth, auth_token & auth_token_file');
    if (!value.bearer_token.isEmpty || value.bearer_token_file !== '') {
      return refuse('auth_token', 'bearer_token, bearer_token_file, auth_token & auth_token_file');
    }
    if (value.authorization) {
      return refuse('authorization', 'auth_token, auth_token_file & authorization');
    }
    return undefined;
  },
);

const dockerFilter = object('moby.Filter', {
  name: shownText(),
  values: field(list(string()), { omitEmpty: false }),
});

export const docker = httpMechanism(
  'moby',
  {
    ...httpClientFields,
    host: shownText(),
    port: port(),
    filters: field(list(dockerFilter), { omitEmpty: false }),
    host_networking_host: shownText('localhost'),
    refresh_interval: shownRefresh(60),
    match_first_network: field(boolean(), { default: true, omitEmpty: false }),
  },
  ({ host }) => firstEmpty(['host', host, 'host missing']),
);

export const dockerswarm = httpMechanism(
  'moby',
  {
    ...httpClientFields,
    host: shownText(),
    role: shownText(),
    port: port(),
    filters: field(list(dockerFilter), { omitEmpty: false }),
    refresh_interval: shownRefresh(60),
  },
  ({ host, role }): Problem => {
    if (host === '') return ['host', 'host missing'];
    if (role === '') return ['role', 'role missing (one of: tasks, services, nodes)'];
    if (['services', 'nodes', 'tasks'].includes(role)) return undefined;
    return ['role', `invalid role ${role}, expected tasks, services, or nodes`];
  },
);

export const puppetdb = httpMechanism(
  'puppetdb',
  {
    ...httpClientFields,
    refresh_interval: refresh(60),
    url: shownText(),
    query: shownText(),
    include_parameters: field(boolean(), { omitEmpty: false }),
    port: port(),
  },
  ({ url, query }) => httpUrlProblem('url', url) ?? firstEmpty(['query', query, 'query missing']),
);

export const triton = mechanism(
  'triton',
  {
    account: shownText(),
    role: shownText('container'),
    dns_suffix: shownText(),
    endpoint: shownText(),
    groups: field(list(string())),
    port: port(9163),
    refresh_interval: refresh(60),
    tls_config: field(tlsConfigSchema),
    version: field(integer(), { default: 1, omitEmpty: false }),
  },
  (value): Problem => {
    if (value.role !== 'container' && value.role !== 'cn') {
      return ['role', "triton SD configuration requires role to be 'container' or 'cn'"];
    }
    if (value.refresh_interval <= 0) {
      return [
        'refresh_interval',
        'triton SD configuration requires RefreshInterval to be a positive integer',
      ];
    }
    return firstEmpty(
      ['account', value.account, 'triton SD configuration requires an account'],
      ['dns_suffix', value.dns_suffix, 'triton SD configuration requires a dns_suffix'],
      ['endpoint', value.endpoint, 'triton SD configuration requires an endpoint'],
    );
  },
);

export const uyuni = httpMechanism(
  'uyuni',
  {
    server: shownText(),
    username: shownText(),
    password: field(secret(), { omitEmpty: false, default: () => new Secret('') }),
    ...httpClientFields,
    entitlement: field(string(), { default: 'monitoring_entitled' }),
    separator: field(string(), { default: ',' }),
    refresh_interval: refresh(60),
  },
  (value) =>
    firstEmpty(
      ['server', value.server, 'Uyuni SD configuration requires server host'],
      ['username', value.username, 'Uyuni SD configuration requires a username'],
      ['password', value.password.reveal(), 'Uyuni SD configuration requires a password'],
    ),
);

function zookeeper(name: string) {
  return mechanism(
    'zookeeper',
    {
      servers: field(list(string()), { omitEmpty: false }),
      paths: field(list(string()), { omitEmpty: false }),
      timeout: field(duration(), { default: 10 * SECOND_MS }),
    },
    ({ servers, paths }): Problem => {
      if (servers.length === 0) {
        return ['servers', `${name} SD config must contain at least one Zookeeper server`];
      }
      if (paths.length === 0) return ['paths', `${name} SD config must contain at least one path`];
      const bad = paths.find((written) => !written.startsWith('/'));
      return bad === undefined ? undefined : ['paths', `${name} SD config paths must begin with '/': ${bad}`];
    },
  );
}

export const nerve = zookeeper('nerve');
export const serverset = zookeeper('serverset');
