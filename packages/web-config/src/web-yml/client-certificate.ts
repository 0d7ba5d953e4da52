// What Node's TLS server does not judge by itself: certificates that must be there but need no authority,
// that are checked only when given, and whose alternative names must be on a list.
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientPolicy } from './tls-material.ts';

/** Why the client may not come in; undefined when it may. The handshake is over. */
export function clientRefusal(socket: TLSSocket, policy: ClientPolicy): string | undefined {
  const raw = presentedCertificate(socket);
  if (!raw) return policy.mustPresent ? "tls: client didn't provide a certificate" : undefined;
  if (policy.verifyIfGiven && !socket.authorized) {
    return `tls: failed to verify certificate: ${String(socket.authorizationError)}`;
  }
  if (policy.allowedSans === undefined) return undefined;
  const names = alternativeNames(new X509Certificate(raw));
  const allowed = policy.allowedSans.map(canonicalName);
  if (names.some((name) => allowed.includes(name))) return undefined;
  return `could not find allowed SANs in client cert, found: ${policy.allowedSans.join(', ')}`;
}

function presentedCertificate(socket: TLSSocket): Buffer | undefined {
  const peer = socket.getPeerCertificate();
  return peer && 'raw' in peer ? peer.raw : undefined;
}

/** DNS names, mail addresses, IP addresses and URIs, in canonical form. */
export function alternativeNames(certificate: X509Certificate): string[] {
  const text = certificate.subjectAltName ?? '';
  const names: string[] = [];
  // Values with odd characters are JSON strings.
  for (const match of text.matchAll(/(DNS|email|IP Address|URI):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)) {
    const value = match[2]!;
    names.push(canonicalName(value.startsWith('"') ? (JSON.parse(value) as string) : value));
  }
  return names;
}

/** IPv6 addresses have many spellings; everything else is compared as it is. */
function canonicalName(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]/`).hostname : name;
}
