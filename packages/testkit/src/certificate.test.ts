import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeCertificate } from './certificate.ts';

test('names, issuer and validity', () => {
  const authority = makeCertificate({ commonName: 'authority', isAuthority: true });
  const server = makeCertificate({
    commonName: 'server',
    names: ['localhost', '127.0.0.1', '::1', 'a@example.com', 'spiffe://example.com/x'],
    issuer: authority,
  });
  const parsed = new X509Certificate(server.cert);
  expect(parsed.subjectAltName).toBe(
    'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, email:a@example.com, URI:spiffe://example.com/x',
  );
  expect(parsed.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
  expect(parsed.checkIssued(new X509Certificate(authority.cert))).toBe(true);
  expect(new X509Certificate(authority.cert).ca).toBe(true);
  expect(new X509Certificate(makeCertificate().cert).subjectAltName).toBeUndefined();
});
