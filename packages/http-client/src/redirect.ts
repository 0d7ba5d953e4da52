// Which request follows an answer that points elsewhere, by Go's rules: at most ten, POST becomes GET where
// browsers do so, and credentials stay behind once the chain has left the first host and its subdomains.

export const MAX_REDIRECTS = 10;

export interface RedirectStep {
  readonly url: URL;
  readonly method: string;
  readonly keepsBody: boolean;
}

/** Undefined when the answer is final. */
export function nextStep(
  status: number,
  location: string | undefined,
  url: URL,
  method: string,
): RedirectStep | undefined {
  if (location === undefined) return undefined;
  let keepsMethod: boolean;
  if (status === 301 || status === 302 || status === 303) keepsMethod = method === 'GET' || method === 'HEAD';
  else if (status === 307 || status === 308) keepsMethod = true;
  else return undefined;
  const next = URL.parse(location, url);
  if (!next || !/^https?:$/.test(next.protocol)) return undefined;
  return { url: next, method: keepsMethod ? method : 'GET', keepsBody: keepsMethod && method !== 'GET' };
}

/** Whether credentials meant for `origin` may go to `host`: the host itself or a name below it. */
export function mayHaveCredentials(host: string, origin: string): boolean {
  const name = host.toLowerCase();
  const parent = origin.toLowerCase();
  if (name === parent) return true;
  if (/[:%]/.test(name) || /^[\d.]+$/.test(name)) return false;
  return name.endsWith(`.${parent}`);
}

const SENSITIVE = new Set([
  'authorization',
  'www-authenticate',
  'cookie',
  'cookie2',
  'proxy-authorization',
  'proxy-authenticate',
]);

/** Headers that must not go to another host. */
export function isSensitiveHeader(name: string): boolean {
  return SENSITIVE.has(name.toLowerCase());
}
