// Certificates and keys of the server: read, checked against each other, and turned into Node's options.
// Every failure names the file and says what is wrong with it.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { CodedError } from '@prometheus-ts/model';
import { CURVES, openSslCiphers } from './cipher-suites.ts';
import { TLS_VERSIONS, type WebYml, type WebYmlTls } from './schema.ts';

export interface TlsMaterial {
  readonly options: TlsOptions;
  readonly certificate: X509Certificate;
  readonly http2: boolean;
  readonly policy: ClientPolicy;
}

/** What is asked of clients' certificates beyond what Node checks by itself. */
export interface ClientPolicy {
  readonly mustPresent: boolean;
  /** A certificate that is presented must come from a known authority. */
  readonly verifyIfGiven: boolean;
  /** Undefined: any; otherwise one alternative name of a presented certificate must be among these. */
  readonly allowedSans: readonly string[] | undefined;
}

/** Throws CodedError (code `tls_material`). The file asks for TLS. */
export function loadTlsMaterial(config: WebYml): TlsMaterial {
  const tls = config.tls_server_config;
  const cert = tls.cert_file === '' ? tls.cert : readMaterial('cert_file', tls.cert_file);
  const key = tls.key_file === '' ? tls.key.reveal() : readMaterial('key_file', tls.key_file);
  const certificate = parseCertificate(cert, tls.cert_file);
  const privateKey = parseKey(key, tls.key_file);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw keyPairError(
      'tls: private key does not match public key',
      `${describe(tls.key_file)} belongs to another certificate than ${describe(tls.cert_file)}`,
    );
  }
  const { http2 } = config.http_server_config;
  const auth = tls.client_auth_type;
  const minVersion = TLS_VERSIONS[tls.min_version === '' ? 'TLS12' : tls.min_version];
  return {
    certificate,
    http2,
    policy: {
      mustPresent: auth === 'RequireAnyClientCert' || auth === 'RequireClientCert',
      verifyIfGiven: auth === 'VerifyClientCertIfGiven',
      allowedSans: tls.client_allowed_sans.length === 0 ? undefined : tls.client_allowed_sans,
    },
    options: {
      cert,
      key,
      ...clientAuthorities(tls),
      requestCert: auth !== '' && auth !== 'NoClientCert',
      rejectUnauthorized: auth === 'RequireAndVerifyClientCert',
      minVersion,
      maxVersion: TLS_VERSIONS[tls.max_version === '' ? 'TLS13' : tls.max_version],
      ciphers: openSslCiphers(tls.cipher_suites, minVersion === 'TLSv1' || minVersion === 'TLSv1.1'),
      honorCipherOrder: tls.prefer_server_cipher_suites,
      ...(tls.curve_preferences.length === 0
        ? {}
        : { ecdhCurve: tls.curve_preferences.map((name) => CURVES[name as keyof typeof CURVES]).join(':') }),
      ALPNProtocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
    },
  };
}

/** What an administrator should hear about a certificate that works all the same. */
export function certificateWarnings(
  certificate: X509Certificate,
  nowMs: number,
): { message: string; hint: string }[] {
  const warnings: { message: string; hint: string }[] = [];
  if (certificate.subjectAltName === undefined) {
    warnings.push({
      message:
        'The certificate has a common name but no alternative name: Prometheus and other Go clients refuse it',
      hint: 'make one with alternative names: openssl req -x509 … -addext "subjectAltName=DNS:host.example.com"',
    });
  }
  if (Date.parse(certificate.validTo) < nowMs) {
    warnings.push({
      message: `The certificate expired on ${certificate.validTo}`,
      hint: 'renew it: clients refuse it',
    });
  }
  return warnings;
}

/** Files that the material came from, for noticing changes. */
export function materialFiles(tls: WebYmlTls): string[] {
  return [tls.cert_file, tls.key_file, tls.client_ca_file].filter((file) => file !== '');
}

function clientAuthorities(tls: WebYmlTls): { ca?: string } {
  if (tls.client_ca_file !== '') return { ca: readMaterial('client_ca_file', tls.client_ca_file) };
  return tls.client_ca === '' ? {} : { ca: tls.client_ca };
}

function readMaterial(field: string, file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'no such file or directory'
        : code === 'EACCES'
          ? 'permission denied'
          : (error as Error).message;
    throw new CodedError('tls_material', `failed to read ${field} (${file}): open ${file}: ${reason}`, {
      place: { file },
      hint:
        code === 'EACCES'
          ? 'let the user that runs this program read it'
          : 'paths begin at the folder of the web configuration',
      cause: error,
    });
  }
}

function parseCertificate(pem: string, file: string): X509Certificate {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw keyPairError(
      'tls: failed to find any PEM data in certificate input',
      `${describe(file)} must hold a certificate in PEM`,
    );
  }
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw keyPairError(
      'x509: malformed certificate',
      `${describe(file)} cannot be read as a certificate`,
      error,
    );
  }
}

function parseKey(pem: string, file: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw keyPairError(
      'tls: failed to find any PEM data in key input',
      `${describe(file)} must hold a private key in PEM`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw keyPairError(
      'tls: failed to parse private key',
      `${describe(file)} cannot be read as a private key; keys with a passphrase are not supported`,
      error,
    );
  }
}

function keyPairError(reason: string, hint: string, cause?: unknown): CodedError {
  return new CodedError('tls_material', `failed to load X509KeyPair: ${reason}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

function describe(file: string): string {
  return file === '' ? 'the inline text' : file;
}
