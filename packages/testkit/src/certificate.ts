// Certificates for tests, made on the spot: X.509 v3 in DER, signed with ECDSA P-256. Only what TLS tests need.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface CertificateOptions {
  readonly commonName?: string;
  /** DNS names, IP addresses, `user@host` and `scheme://…`; none: no alternative names at all. */
  readonly names?: readonly string[];
  /** Who signs; default: itself. */
  readonly issuer?: Certificate;
  readonly isAuthority?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  readonly commonName: string;
}

const DAY_MS = 86_400_000;

export function makeCertificate(options: CertificateOptions = {}): Certificate {
  const commonName = options.commonName ?? 'test';
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const signer = options.issuer ? createPrivateKey(options.issuer.key) : privateKey;
  const body = certificateBody(options, commonName, publicKey);
  const der = sequence(body, ECDSA_SHA256, bitString(sign('sha256', body, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  const cert = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  return { cert, key, commonName };
}

function certificateBody(options: CertificateOptions, commonName: string, publicKey: KeyObject): Buffer {
  const now = Date.now();
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    name(options.issuer?.commonName ?? commonName),
    sequence(
      time(options.notBefore ?? new Date(now - DAY_MS)),
      time(options.notAfter ?? new Date(now + 30 * DAY_MS)),
    ),
    name(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(options))),
  );
}

function extensions(options: CertificateOptions): Buffer[] {
  const isAuthority = options.isAuthority ?? false;
  const basic = isAuthority ? sequence(tagged(0x01, Buffer.from([0xff]))) : sequence();
  const list = [extension('551d13', basic, true)];
  if (options.names && options.names.length > 0) {
    list.push(extension('551d11', sequence(...options.names.map(alternativeName)), false));
  }
  return list;
}

function alternativeName(text: string): Buffer {
  if (isIP(text) === 4) return tagged(0x87, Buffer.from(text.split('.').map(Number)));
  if (isIP(text) === 6) return tagged(0x87, ipv6Bytes(text));
  if (text.includes('://')) return tagged(0x86, Buffer.from(text));
  return tagged(text.includes('@') ? 0x81 : 0x82, Buffer.from(text));
}

function ipv6Bytes(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...Array(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

const ECDSA_SHA256 = sequence(tagged(0x06, Buffer.from('2a8648ce3d040302', 'hex')));

function name(commonName: string): Buffer {
  const attribute = sequence(objectId('550403'), tagged(0x0c, Buffer.from(commonName)));
  return sequence(tagged(0x31, attribute));
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  const flag = critical ? [tagged(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...flag, tagged(0x04, value));
}

function time(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** Tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}
