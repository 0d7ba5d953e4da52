// The file format of `--web.config.file`, as exporter-toolkit defines it.
import {
  boolean,
  enumeration,
  field,
  goDuration,
  integer,
  list,
  map,
  object,
  path,
  type Reporter,
  secret,
  string,
  type TypeOf,
} from '@prometheus-ts/config';
import { bcryptProblem } from './bcrypt-hash.ts';
import { CIPHER_NAMES, CURVES, lacksHttp2Cipher } from './cipher-suites.ts';

export const TLS_VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
export type TlsVersionName = keyof typeof TLS_VERSIONS;

const version = () =>
  enumeration(Object.keys(TLS_VERSIONS) as TlsVersionName[], (written) => `unknown TLS version: ${written}`);

const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

const tlsSchema = object(
  'web.TLSConfig',
  {
    cert: field(string()),
    key: field(secret()),
    client_ca: field(string()),
    cert_file: field(path()),
    key_file: field(path()),
    client_auth_type: field(enumeration(CLIENT_AUTH_TYPES, (written) => `invalid ClientAuth: ${written}`)),
    client_ca_file: field(path()),
    cipher_suites: field(list(enumeration(CIPHER_NAMES, (written) => `unknown cipher: ${written}`))),
    curve_preferences: field(
      list(
        enumeration(Object.keys(CURVES) as (keyof typeof CURVES)[], (written) => `unknown curve: ${written}`),
      ),
    ),
    min_version: field(version(), { default: 'TLS12' }),
    max_version: field(version(), { default: 'TLS13' }),
    prefer_server_cipher_suites: field(boolean(), { default: true }),
    client_allowed_sans: field(list(string())),
  },
  {
    check(value, report) {
      if (!isTlsEnabled(value)) return undefined;
      if (value.cert === '' && value.cert_file === '') report(undefined, 'missing one of cert or cert_file');
      if (value.key.isEmpty && value.key_file === '') report(undefined, 'missing one of key or key_file');
      const hasPolicy = value.client_auth_type !== '' && value.client_auth_type !== 'NoClientCert';
      if ((value.client_ca !== '' || value.client_ca_file !== '') && !hasPolicy) {
        report(
          value.client_ca_file === '' ? 'client_ca' : 'client_ca_file',
          "client CA's have been configured without a Client Auth Policy",
          'set client_auth_type, to RequireAndVerifyClientCert for instance',
        );
      }
      return undefined;
    },
  },
);

/** Headers that may be set, and the values of those that have only some. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'Strict-Transport-Security': [],
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': [],
  'Content-Security-Policy': [],
};

const httpSchema = object(
  'web.HTTPConfig',
  {
    http2: field(boolean(), { default: true }),
    headers: field(map(string())),
  },
  {
    check(value, report) {
      for (const [name, text] of value.headers) checkHeader(name, text, report);
      return undefined;
    },
  },
);

function checkHeader(name: string, text: string, report: Reporter): void {
  const allowed = HEADERS[name];
  if (allowed === undefined) {
    report(
      'headers',
      `HTTP header ${JSON.stringify(name)} can not be configured`,
      `one of ${Object.keys(HEADERS).join(', ')}`,
    );
  } else if (allowed.length > 0 && !allowed.includes(text)) {
    const choices = allowed.map((choice) => JSON.stringify(choice)).join(' ');
    report(
      'headers',
      `invalid value for ${name}. Expected one of: [${choices}], but got: ${JSON.stringify(text)}`,
    );
  }
}

export const webYmlSchema = object(
  'web.Config',
  {
    tls_server_config: field(tlsSchema, { default: tlsSchema.defaults }),
    http_server_config: field(httpSchema, { default: httpSchema.defaults }),
    rate_limit: field(
      object('web.RateLimiterConfig', { burst: field(integer()), interval: field(goDuration()) }),
    ),
    basic_auth_users: field(map(secret())),
  },
  {
    check(value, report) {
      for (const [user, hash] of value.basic_auth_users) {
        const problem = bcryptProblem(hash.reveal());
        if (problem !== undefined) {
          report(
            'basic_auth_users',
            `the password of ${JSON.stringify(user)}: ${problem}`,
            'this is not a bcrypt hash; make one with `promtool hash-password` or `htpasswd -nBC 10 ""`',
          );
        }
      }
      const tls = value.tls_server_config;
      if (isTlsEnabled(tls) && value.http_server_config.http2 && lacksHttp2Cipher(tls.cipher_suites)) {
        report(
          'tls_server_config',
          'http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 or TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)',
          'add one of them to cipher_suites, or set http2: false in http_server_config',
        );
      }
      return undefined;
    },
  },
);

export type WebYml = TypeOf<typeof webYmlSchema>;
export type WebYmlTls = TypeOf<typeof tlsSchema>;

/** Whether the section asks for TLS at all. */
export function isTlsEnabled(tls: WebYmlTls): boolean {
  return (
    tls.cert_file !== '' ||
    tls.cert !== '' ||
    tls.key_file !== '' ||
    !tls.key.isEmpty ||
    tls.client_ca_file !== '' ||
    tls.client_ca !== '' ||
    tls.client_auth_type !== ''
  );
}
