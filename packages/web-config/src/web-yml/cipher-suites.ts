// TLS names as Go spells them in web.yml, and as OpenSSL knows them.

/** Cipher suites up to TLS 1.2 that Go counts as secure. */
const CIPHER_SUITES: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

/** Those of TLS 1.3: always on, as in Go, whatever the configuration lists. */
const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

export const CIPHER_NAMES: readonly string[] = [...TLS13_SUITES, ...Object.keys(CIPHER_SUITES)];

export const CURVES = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
} as const;

/** OpenSSL's list; with TLS 1.0 or 1.1 allowed its security level must go down to 0. */
export function openSslCiphers(names: readonly string[], allowsOldVersions: boolean): string {
  const chosen =
    names.length === 0 ? Object.values(CIPHER_SUITES) : names.flatMap((name) => CIPHER_SUITES[name] ?? []);
  const list = [...TLS13_SUITES, ...chosen].join(':');
  return allowsOldVersions ? `${list}:@SECLEVEL=0` : list;
}

/** HTTP/2 needs one of these when ciphers are listed and TLS 1.2 is spoken. */
export function lacksHttp2Cipher(names: readonly string[]): boolean {
  return (
    names.length > 0 &&
    !names.includes('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256') &&
    !names.includes('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')
  );
}
