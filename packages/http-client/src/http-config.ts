// The schema of upstream's HTTP client settings (`http_config`): the fields stand inline in scrape_configs,
// remote_write and others, which spread `httpClientFields` into their own and call `checkHttpClient`.
import {
  boolean,
  converted,
  enumeration,
  field,
  list,
  map,
  object,
  optional,
  originOf,
  path,
  type Reporter,
  raw,
  rememberOrigin,
  Secret,
  secret,
  string,
  type TypeOf,
  type ValuesOfFields,
  type YamlNode,
} from '@prometheus-ts/config';
import { url } from './http-url.ts';
import { atMostOne, refuseRefs, tlsConfigSchema } from './tls-config.ts';

export const basicAuthSchema = object('config.BasicAuth', {
  username: field(string()),
  username_file: field(path()),
  username_ref: field(string()),
  password: field(secret()),
  password_file: field(path()),
  password_ref: field(string()),
});

export const authorizationSchema = object('config.Authorization', {
  type: field(string()),
  credentials: field(secret()),
  credentials_file: field(path()),
  credentials_ref: field(string()),
});

/** The fields of a proxy; inline too. */
export const proxyFields = {
  proxy_url: field(url()),
  no_proxy: field(string()),
  proxy_from_environment: field(boolean()),
  proxy_connect_header: field(map(list(secret()))),
};

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const SIGNATURE_ALGORITHMS = ['RS256', 'RS384', 'RS512'] as const;

export const oauth2Schema = object(
  'config.OAuth2',
  {
    client_id: field(string()),
    client_secret: field(secret()),
    client_secret_file: field(path()),
    client_secret_ref: field(string()),
    client_certificate_key_id: field(string()),
    client_certificate_key: field(secret()),
    client_certificate_key_file: field(path()),
    client_certificate_key_ref: field(string()),
    grant_type: field(string()),
    signature_algorithm: field(
      enumeration(SIGNATURE_ALGORITHMS, () => 'valid signature algorithms are RS256, RS384 and RS512'),
    ),
    iss: field(string()),
    audience: field(string()),
    claims: field(map(raw())),
    scopes: field(list(string())),
    token_url: field(string()),
    endpoint_params: field(map(string())),
    tls_config: field(tlsConfigSchema),
    ...proxyFields,
  },
  {
    check(value, report) {
      checkProxy(value, report);
      return undefined;
    },
  },
);

/** Headers that the programs set themselves; configuring them is refused. */
const RESERVED_HEADERS = new Set([
  'Authorization',
  'Host',
  'Content-Encoding',
  'Content-Length',
  'Content-Type',
  'User-Agent',
  'Connection',
  'Keep-Alive',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Www-Authenticate',
  'Accept-Encoding',
  'X-Prometheus-Remote-Write-Version',
  'X-Prometheus-Remote-Read-Version',
  'X-Prometheus-Scrape-Timeout-Seconds',
  'X-Amz-Date',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
]);

const headerSchema = object('config.Header', {
  values: field(list(string())),
  secrets: field(list(secret())),
  files: field(list(path())),
});

const httpHeadersSchema = converted(map(headerSchema), {
  to(headers, context, node) {
    for (const name of headers.keys()) {
      const canonical = canonicalHeader(name);
      if (RESERVED_HEADERS.has(canonical)) {
        context.report(
          keyNode(headers, name) ?? node,
          'invalid_value',
          `setting header "${canonical}" is not allowed`,
        );
      }
    }
    return headers;
  },
  back: (headers) => headers,
  zero: noHeaders,
});

function noHeaders(): ReadonlyMap<string, TypeOf<typeof headerSchema>> {
  return new Map();
}

/** In the order in which upstream prints them. */
export const httpClientFields = {
  basic_auth: field(optional(basicAuthSchema)),
  authorization: field(optional(authorizationSchema)),
  oauth2: field(optional(oauth2Schema)),
  bearer_token: field(secret()),
  bearer_token_file: field(path()),
  tls_config: field(tlsConfigSchema),
  follow_redirects: field(boolean(), { default: true, omitEmpty: false }),
  enable_http2: field(boolean(), { default: true, omitEmpty: false }),
  ...proxyFields,
  http_headers: field(httpHeadersSchema),
};

export type HttpClientConfig = ValuesOfFields<typeof httpClientFields>;
export type BasicAuthConfig = TypeOf<typeof basicAuthSchema>;
export type AuthorizationConfig = TypeOf<typeof authorizationSchema>;
export type OAuth2Config = TypeOf<typeof oauth2Schema>;
export type ProxyConfig = ValuesOfFields<typeof proxyFields>;

/** On its own, for `http_config:` sections. */
export const httpClientConfigSchema = object('config.HTTPClientConfig', httpClientFields, {
  check: checkHttpClient,
});

/** Settings that change nothing. */
export function defaultHttpClientConfig(): HttpClientConfig {
  return httpClientConfigSchema.defaults();
}

/**
 * The checks across fields; returns the settings with `bearer_token` turned into `authorization`, as upstream
 * prints and uses them.
 */
export function checkHttpClient<T extends HttpClientConfig>(value: T, report: Reporter): T | undefined {
  const hasBearer = !value.bearer_token.isEmpty || value.bearer_token_file !== '';
  if (!value.bearer_token.isEmpty && value.bearer_token_file !== '') {
    report('bearer_token', 'at most one of bearer_token & bearer_token_file must be configured');
  }
  if ((value.basic_auth || value.oauth2) && hasBearer) {
    report(
      undefined,
      'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
    );
  }
  if (value.basic_auth) checkBasicAuth(value.basic_auth, report);
  const authorization = checkAuthorization(value, hasBearer, report);
  if (value.oauth2) checkOAuth2(value.oauth2, value, report);
  checkProxy(value, report);
  if (authorization === value.authorization) return undefined;
  return { ...value, authorization, bearer_token: new Secret(''), bearer_token_file: '' };
}

function checkBasicAuth(value: BasicAuthConfig, report: Reporter): void {
  atMostOne(
    [value.username, value.username_file, value.username_ref],
    'basic_auth',
    'at most one of basic_auth username, username_file & username_ref must be configured',
    report,
  );
  atMostOne(
    [value.password.isEmpty ? '' : 'set', value.password_file, value.password_ref],
    'basic_auth',
    'at most one of basic_auth password, password_file & password_ref must be configured',
    report,
  );
  refuseRefs(value, ['username_ref', 'password_ref'], (_name, message, hint) =>
    report('basic_auth', message, hint),
  );
}

function checkAuthorization(
  value: HttpClientConfig,
  hasBearer: boolean,
  report: Reporter,
): AuthorizationConfig | undefined {
  const given = value.authorization;
  if (!given) {
    if (!hasBearer) return undefined;
    return {
      type: 'Bearer',
      credentials: value.bearer_token,
      credentials_file: value.bearer_token_file,
      credentials_ref: '',
    };
  }
  if (hasBearer) {
    report('authorization', 'authorization is not compatible with bearer_token & bearer_token_file');
  }
  atMostOne(
    [given.credentials.isEmpty ? '' : 'set', given.credentials_file, given.credentials_ref],
    'authorization',
    'at most one of authorization credentials & credentials_file must be configured',
    report,
  );
  refuseRefs(given, ['credentials_ref'], (_name, message, hint) => report('authorization', message, hint));
  const type = given.type.trim() === '' ? 'Bearer' : given.type.trim();
  if (type.toLowerCase() === 'basic') {
    report('authorization', 'authorization type cannot be set to "basic", use "basic_auth" instead');
  }
  if (value.basic_auth || value.oauth2) {
    report('authorization', 'at most one of basic_auth, oauth2 & authorization must be configured');
  }
  if (type === given.type) return given;
  const typed = { ...given, type };
  const origin = originOf(given);
  if (origin) rememberOrigin(typed, origin);
  return typed;
}

function checkOAuth2(value: OAuth2Config, client: HttpClientConfig, report: Reporter): void {
  const fail = (message: string, hint?: string) => report('oauth2', message, hint);
  if (client.basic_auth) fail('at most one of basic_auth, oauth2 & authorization must be configured');
  if (value.client_id === '') fail('oauth2 client_id must be configured');
  if (value.token_url === '') fail('oauth2 token_url must be configured');
  if (value.grant_type === JWT_BEARER) {
    atMostOne(
      [
        value.client_certificate_key.isEmpty ? '' : 'set',
        value.client_certificate_key_file,
        value.client_certificate_key_ref,
      ],
      'oauth2',
      `at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=${JWT_BEARER}`,
      report,
    );
  } else {
    atMostOne(
      [value.client_secret.isEmpty ? '' : 'set', value.client_secret_file, value.client_secret_ref],
      'oauth2',
      'at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials',
      report,
    );
  }
  refuseRefs(value, ['client_secret_ref', 'client_certificate_key_ref'], (_name, message, hint) =>
    fail(message, hint),
  );
}

function checkProxy(value: ProxyConfig, report: Reporter): void {
  if (value.proxy_connect_header.size > 0 && !value.proxy_from_environment && value.proxy_url === '') {
    report(
      'proxy_connect_header',
      'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
    );
  }
  if (value.proxy_from_environment && value.proxy_url !== '') {
    report('proxy_url', 'if proxy_from_environment is configured, proxy_url must not be configured');
  }
  if (value.proxy_from_environment && value.no_proxy !== '') {
    report('no_proxy', 'if proxy_from_environment is configured, no_proxy must not be configured');
  }
  if (value.proxy_url === '' && value.no_proxy !== '' && !value.proxy_from_environment) {
    report('no_proxy', 'if no_proxy is configured, proxy_url must also be configured');
  }
}

/** Go's canonical form of a header name: `x-api-key` is `X-Api-Key`. */
export function canonicalHeader(name: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function keyNode(value: object, name: string): YamlNode | undefined {
  const origin = originOf(value);
  if (origin?.kind !== 'mapping') return undefined;
  return origin.entries.find(({ key }) => key.kind === 'scalar' && key.text === name)?.key;
}
