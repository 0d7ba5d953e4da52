// Why a request failed, in words that Prometheus's users know (those of Go's net/http), with the likely cause
// and what to change beside them.
import { CodedError } from '@prometheus-ts/model';
import { redactUrl } from './http-url.ts';

interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** The error of a request to `url`; CodedErrors of our own are passed on as they are. */
export function explainFailure(error: unknown, method: string, url: string): CodedError {
  if (error instanceof CodedError) return prefixed(error, method, url);
  const cause = rootCause(error);
  const found = explain(cause, new URL(url));
  return new CodedError(found.code, `${verb(method)} ${JSON.stringify(redactUrl(url))}: ${found.message}`, {
    place: { target: redactUrl(url) },
    ...(found.hint === undefined ? {} : { hint: found.hint }),
    cause: error,
  });
}

/** Timeouts and the like get Go's prefix too; limits do not. */
function prefixed(error: CodedError, method: string, url: string): CodedError {
  if (error.code !== 'timeout' && error.code !== 'canceled') return error;
  return new CodedError(error.code, `${verb(method)} ${JSON.stringify(redactUrl(url))}: ${error.message}`, {
    place: { target: redactUrl(url) },
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** Go writes methods as words: `Get`, `Post`. */
function verb(method: string): string {
  return method.charAt(0) + method.slice(1).toLowerCase();
}

interface SystemError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly reason?: string;
  readonly cert?: { readonly subjectaltname?: string };
}

/** Undici and happy eyeballs wrap what happened. */
function rootCause(error: unknown): SystemError {
  let cause = error as SystemError & { readonly errors?: readonly SystemError[] };
  for (let depth = 0; depth < 5; depth++) {
    const inner = cause.errors?.[0] ?? (cause.code === undefined ? cause.cause : undefined);
    if (!(inner instanceof Error)) break;
    cause = inner as SystemError;
  }
  return cause;
}

function explain(error: SystemError, url: URL): Explanation {
  const dialed = error.address === undefined ? url.host : `${bracketed(error.address)}:${error.port}`;
  const code = error.code ?? '';
  switch (code) {
    case 'ECONNREFUSED':
      return {
        code: 'refused',
        message: `dial tcp ${dialed}: connect: connection refused`,
        hint: 'nothing listens there, or a firewall rejects the connection',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'no_such_host',
        message: `dial tcp: lookup ${url.hostname}: ${code === 'ENOTFOUND' ? 'no such host' : 'server misbehaving'}`,
        hint:
          code === 'ENOTFOUND'
            ? 'the name cannot be resolved: is it spelled right?'
            : 'the DNS server does not answer',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        code: 'unreachable',
        message: `dial tcp ${dialed}: connect: ${code === 'EHOSTUNREACH' ? 'no route to host' : 'network is unreachable'}`,
        hint: 'this machine has no way to that network',
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return {
        code: 'connection_lost',
        message: error.message.includes('other side closed') ? 'EOF' : 'read: connection reset by peer',
        hint:
          url.protocol === 'http:'
            ? 'the connection was cut: does the server speak TLS? Then set scheme: https'
            : 'the connection was cut by the server or something between',
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return {
        code: 'timeout',
        message: `dial tcp ${dialed}: i/o timeout`,
        hint: 'nothing answered: is the host up, does a firewall drop packets?',
      };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { code: 'malformed', message: 'net/http: server response headers exceeded the limit' };
  }
  if (error.name === 'HTTPParserError' || code.startsWith('HPE_')) {
    return {
      code: 'malformed',
      message: `net/http: HTTP/1.x transport connection broken: malformed HTTP response`,
      hint: 'what listens there does not speak HTTP; if it speaks TLS, set scheme: https',
    };
  }
  return explainTls(error, code, url) ?? { code: 'request', message: error.message };
}

const VERIFY = 'tls: failed to verify certificate: x509: ';

function explainTls(error: SystemError, code: string, url: URL): Explanation | undefined {
  switch (code) {
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_HTTP_REQUEST':
    case 'EPROTO':
      if (code === 'EPROTO' && !/wrong version|packet length/i.test(error.message)) break;
      return {
        code: 'plain_http',
        message: 'http: server gave HTTP response to HTTPS client',
        hint: 'the server does not speak TLS: set scheme: http',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const names = alternativeNames(error.cert?.subjectaltname ?? '');
      return {
        code: 'certificate_name',
        message: `${VERIFY}certificate is valid for ${names.join(', ')}, not ${url.hostname}`,
        hint: `set server_name in tls_config to one of: ${names.join(', ')}`,
      };
    }
    case 'ERR_TLS_COMMON_NAME_ONLY':
      return {
        code: 'certificate_name',
        message: `tls: failed to verify certificate: ${error.message}`,
        hint: `make one with alternative names: openssl req -x509 … -addext "subjectAltName=DNS:${url.hostname}"`,
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_UNTRUSTED':
      return {
        code: 'certificate_authority',
        message: `${VERIFY}certificate signed by unknown authority`,
        hint: 'set ca_file in tls_config to the authority that signed it',
      };
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return {
        code: 'certificate_time',
        message: `${VERIFY}certificate has expired or is not yet valid`,
        hint: 'renew the certificate, or set the clock',
      };
  }
  if (code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' || /certificate required/i.test(error.message)) {
    return {
      code: 'certificate_required',
      message: 'remote error: tls: certificate required',
      hint: 'the server wants a client certificate: set cert_file and key_file in tls_config',
    };
  }
  if (/alert bad certificate|alert unknown ca/i.test(error.message)) {
    return {
      code: 'certificate_refused',
      message: `remote error: tls: ${/unknown ca/i.test(error.message) ? 'unknown certificate authority' : 'bad certificate'}`,
      hint: 'the server does not accept our client certificate',
    };
  }
  if (/unsupported protocol|alert protocol version|no protocols available/i.test(error.message)) {
    return {
      code: 'tls_version',
      message: 'tls: protocol version not supported',
      hint: 'the server speaks another TLS version: see min_version and max_version in tls_config',
    };
  }
  if (/handshake failure|no shared cipher/i.test(error.message)) {
    return { code: 'tls_handshake', message: 'remote error: tls: handshake failure' };
  }
  return undefined;
}

/** `DNS:a, IP Address:1.2.3.4` to the names alone. */
function alternativeNames(text: string): string[] {
  return text.split(', ').map((part) => part.replace(/^(DNS|IP Address|URI|email):/, ''));
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
