// Headers of remote storage and tracing that the server itself must set.

const RESERVED = new Set([
  'host',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'accept-encoding',
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
]);

/** What is wrong with setting the header, or undefined. */
export function reservedHeader(name: string): string | undefined {
  return RESERVED.has(name.toLowerCase())
    ? `${name} is a reserved header. It must not be changed`
    : undefined;
}

/** The same for remote storage, where authorization has settings of its own. */
export function remoteHeaderProblem(names: Iterable<string>): string | undefined {
  for (const name of names) {
    if (name.toLowerCase() === 'authorization') {
      return 'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter';
    }
    const problem = reservedHeader(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
