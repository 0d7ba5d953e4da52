// The schema of `tls_config`: upstream's fields, defaults and checks.
import {
  boolean,
  enumeration,
  field,
  object,
  path,
  type Reporter,
  secret,
  string,
  type TypeOf,
} from '@prometheus-ts/config';

/** Upstream's spelling to Node's. */
export const TLS_VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
export type TlsVersion = keyof typeof TLS_VERSIONS;
const TLS_VERSION_NAMES = Object.keys(TLS_VERSIONS) as TlsVersion[];

export function tlsVersion() {
  return enumeration(TLS_VERSION_NAMES, (written) => `unknown TLS version: ${written}`);
}

export const tlsConfigSchema = object(
  'config.TLSConfig',
  {
    ca: field(string()),
    cert: field(string()),
    key: field(secret()),
    ca_file: field(path()),
    cert_file: field(path()),
    key_file: field(path()),
    ca_ref: field(string()),
    cert_ref: field(string()),
    key_ref: field(string()),
    server_name: field(string()),
    insecure_skip_verify: field(boolean(), { omitEmpty: false }),
    min_version: field(tlsVersion()),
    max_version: field(tlsVersion()),
  },
  {
    check(value, report) {
      refuseRefs(value, ['ca_ref', 'cert_ref', 'key_ref'], report);
      atMostOne(
        [value.ca, value.ca_file, value.ca_ref],
        'ca',
        'at most one of ca, ca_file & ca_ref must be configured',
        report,
      );
      atMostOne(
        [value.cert, value.cert_file, value.cert_ref],
        'cert',
        'at most one of cert, cert_file & cert_ref must be configured',
        report,
      );
      const key = value.key.isEmpty ? '' : 'set';
      atMostOne(
        [key, value.key_file, value.key_ref],
        'key',
        'at most one of key and key_file must be configured',
        report,
      );
      const hasCert = value.cert !== '' || value.cert_file !== '';
      const hasKey = key !== '' || value.key_file !== '';
      if (hasCert && !hasKey) {
        report(
          undefined,
          'exactly one of key or key_file must be configured when a client certificate is configured',
        );
      }
      if (hasKey && !hasCert) {
        report(
          undefined,
          'exactly one of cert or cert_file must be configured when a client key is configured',
        );
      }
      if (TLS_VERSION_NAMES.indexOf(value.max_version as TlsVersion) >= 0) {
        const inverted =
          TLS_VERSION_NAMES.indexOf(value.max_version as TlsVersion) <
          TLS_VERSION_NAMES.indexOf(value.min_version as TlsVersion);
        if (inverted) {
          report(
            'max_version',
            'tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified',
          );
        }
      }
      return undefined;
    },
  },
);

export type TlsConfig = TypeOf<typeof tlsConfigSchema>;

/** Reports when more than one of the values is set. */
export function atMostOne(values: readonly string[], name: string, message: string, report: Reporter): void {
  if (values.filter((value) => value !== '').length > 1) report(name, message);
}

/** `*_ref` fields name secrets in a secret manager, which upstream's programs do not have either. */
export function refuseRefs<T extends Readonly<Record<string, unknown>>>(
  value: T,
  names: readonly (keyof T & string)[],
  report: Reporter,
): void {
  for (const name of names) {
    if (value[name] !== '') {
      report(name, 'cannot use secret ref without manager', `use ${name.replace(/_ref$/, '_file')}`);
    }
  }
}
