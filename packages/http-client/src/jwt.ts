// The signed assertion of the jwt-bearer grant (RFC 7523).
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { resolveScalar, type YamlNode } from '@prometheus-ts/config';
import { CodedError } from '@prometheus-ts/model';
import type { OAuth2Config } from './http-config.ts';

const LIFETIME_S = 600;

/** Throws CodedError (code `oauth2`) when the key is no RSA key in PEM. */
export function signAssertion(config: OAuth2Config, key: string, nowMs: number): string {
  const algorithm = config.signature_algorithm === '' ? 'RS256' : config.signature_algorithm;
  const issuedAt = Math.floor(nowMs / 1000);
  const header = {
    alg: algorithm,
    ...(config.client_certificate_key_id === '' ? {} : { kid: config.client_certificate_key_id }),
    typ: 'JWT',
  };
  const claims = {
    iss: config.iss === '' ? config.client_id : config.iss,
    sub: config.client_id,
    jti: randomUUID(),
    aud: config.audience === '' ? config.token_url : config.audience,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_S,
    ...(config.scopes.length === 0 ? {} : { scope: config.scopes.join(' ') }),
    ...Object.fromEntries([...config.claims].map(([name, node]) => [name, node && plainValue(node)])),
  };
  const content = `${base64Url(JSON.stringify(header))}.${base64Url(JSON.stringify(claims))}`;
  return `${content}.${sign(`sha${algorithm.slice(2)}`, Buffer.from(content), rsaKey(key)).toString('base64url')}`;
}

function rsaKey(pem: string) {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {}
  throw new CodedError('oauth2', 'oauth2: the client certificate key is not an RSA private key in PEM', {
    hint: 'keys with a passphrase are not supported: openssl rsa -in key.pem -out plain.pem',
  });
}

/** A claim as JSON has it: YAML's numbers, booleans and nulls keep their types. */
function plainValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'alias':
      return plainValue(node.target);
    case 'sequence':
      return node.items.map(plainValue);
    case 'mapping':
      return Object.fromEntries(
        node.entries.map(({ key, value }) => [key.kind === 'scalar' ? key.text : '', plainValue(value)]),
      );
    case 'scalar': {
      const meaning = resolveScalar(node);
      if (meaning.tag === '!!null') return null;
      return 'value' in meaning ? meaning.value : node.text;
    }
  }
}

function base64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
