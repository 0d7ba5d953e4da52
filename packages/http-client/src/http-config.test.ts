import { type ConfigError, decode, parseYaml, toYaml } from '@prometheus-ts/config';
import { describe, expect, test } from 'vitest';
import { canonicalHeader, httpClientConfigSchema } from './http-config.ts';
import { checkUrl, redactUrl } from './http-url.ts';

const read = (yaml: string) => decode(httpClientConfigSchema, parseYaml(yaml, 'conf/http.yml'));
const printed = (yaml: string) => toYaml(read(yaml), httpClientConfigSchema);

const ONE_OF_FOUR = 'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured';

// The words are upstream's (prometheus/common, config/http_config.go).
test.each([
  [
    '{bearer_token: a, bearer_token_file: b}',
    'at most one of bearer_token & bearer_token_file must be configured',
  ],
  ['{basic_auth: {username: a}, bearer_token: b}', ONE_OF_FOUR],
  ['{oauth2: {client_id: a, token_url: b}, bearer_token_file: b}', ONE_OF_FOUR],
  [
    'basic_auth: {password: a, password_file: b}',
    'at most one of basic_auth password, password_file & password_ref must be configured',
  ],
  [
    'basic_auth: {username: a, username_file: b}',
    'at most one of basic_auth username, username_file & username_ref must be configured',
  ],
  ['basic_auth: {password_ref: a}', 'cannot use secret ref without manager'],
  [
    'authorization: {credentials: a, credentials_file: b}',
    'at most one of authorization credentials & credentials_file must be configured',
  ],
  ['authorization: {type: Basic}', 'authorization type cannot be set to "basic", use "basic_auth" instead'],
  [
    '{authorization: {credentials: a}, bearer_token: b}',
    'authorization is not compatible with bearer_token & bearer_token_file',
  ],
  [
    '{authorization: {}, basic_auth: {}}',
    'at most one of basic_auth, oauth2 & authorization must be configured',
  ],
  ['oauth2: {token_url: b}', 'oauth2 client_id must be configured'],
  ['oauth2: {client_id: b}', 'oauth2 token_url must be configured'],
  [
    'oauth2: {client_id: a, token_url: b, client_secret: c, client_secret_file: d}',
    'at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials',
  ],
  [
    'oauth2: {client_id: a, token_url: b, grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", signature_algorithm: HS256}',
    'valid signature algorithms are RS256, RS384 and RS512',
  ],
  ['no_proxy: a', 'if no_proxy is configured, proxy_url must also be configured'],
  [
    '{proxy_from_environment: true, proxy_url: "http://a"}',
    'if proxy_from_environment is configured, proxy_url must not be configured',
  ],
  [
    '{proxy_from_environment: true, no_proxy: a}',
    'if proxy_from_environment is configured, no_proxy must not be configured',
  ],
  [
    'proxy_connect_header: {a: [b]}',
    'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
  ],
  ['http_headers: {authorization: {values: [a]}}', 'setting header "Authorization" is not allowed'],
  ['http_headers: {x-amz-date: {values: [a]}}', 'setting header "X-Amz-Date" is not allowed'],
  ['tls_config: {ca: a, ca_file: b}', 'at most one of ca, ca_file & ca_ref must be configured'],
  [
    'tls_config: {cert_file: a}',
    'exactly one of key or key_file must be configured when a client certificate is configured',
  ],
  [
    'tls_config: {key: a}',
    'exactly one of cert or cert_file must be configured when a client key is configured',
  ],
  ['tls_config: {min_version: TLS14}', 'unknown TLS version: TLS14'],
  [
    'tls_config: {min_version: TLS13, max_version: TLS12}',
    'tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified',
  ],
  ['tls_config: {notevenclose: x}', 'field notevenclose not found in type config.TLSConfig'],
  ['proxy_url: "http://a:b:c"', 'invalid port ":c" after host'],
])('%s is refused', (yaml, message) => {
  try {
    read(yaml);
    expect.unreachable();
  } catch (error) {
    expect((error as ConfigError).problems.map((problem) => problem.message).join('\n')).toContain(message);
  }
});

describe('printing', () => {
  test('the defaults', () => {
    expect(printed('')).toBe('follow_redirects: true\nenable_http2: true\n');
  });

  test('secrets hidden, paths resolved, bearer_token as authorization', () => {
    expect(
      printed(`
bearer_token_file: token
tls_config: {ca_file: ca.pem, insecure_skip_verify: yes, min_version: TLS12}
follow_redirects: off
proxy_url: http://user:pw@proxy:3128
proxy_connect_header: {Proxy-Authorization: [a, b]}
http_headers: {X-B: {secrets: [s], files: [f]}, X-A: {values: [v]}}
`),
    ).toBe(`authorization:
  type: Bearer
  credentials_file: conf/token
tls_config:
  ca_file: conf/ca.pem
  insecure_skip_verify: true
  min_version: TLS12
follow_redirects: false
enable_http2: true
proxy_url: http://user:xxxxx@proxy:3128
proxy_connect_header:
  Proxy-Authorization:
  - <secret>
  - <secret>
http_headers:
  X-A:
    values:
    - v
  X-B:
    secrets:
    - <secret>
    files:
    - conf/f
`);
  });

  test('an authorization without a type is Bearer', () => {
    expect(printed('authorization: {credentials: x}')).toContain('  type: Bearer\n  credentials: <secret>\n');
  });
});

test.each([
  ['x-api-key', 'X-Api-Key'],
  ['X-API-KEY', 'X-Api-Key'],
  ['www-authenticate', 'Www-Authenticate'],
  ['not a header', 'not a header'],
])('%s is canonically %s', (name, canonical) => {
  expect(canonicalHeader(name)).toBe(canonical);
});

describe('URLs', () => {
  test.each([
    [':9090', 'missing protocol scheme'],
    ['http://a b/', 'invalid character " " in host name'],
    ['http://a:x/', 'invalid port ":x" after host'],
    ['http://a/%zz', 'invalid URL escape "%zz"'],
    ['http://a\n', 'invalid control character in URL'],
    ['1.2.3.4:80/x', 'first path segment in URL cannot contain colon'],
  ])('%j is refused: %s', (written, message) => {
    expect(() => checkUrl(written)).toThrow(message);
  });

  test.each(['http://a:9090/x?y=z#f', 'http://[::1]:80', '/relative', 'unix:///run/x', 'http://u:p@h'])(
    '%s passes',
    (written) => {
      expect(() => checkUrl(written)).not.toThrow();
    },
  );

  test('passwords are not shown', () => {
    expect(redactUrl('https://u:p@h/x')).toBe('https://u:xxxxx@h/x');
    expect(redactUrl('https://u@h/x')).toBe('https://u@h/x');
  });
});
