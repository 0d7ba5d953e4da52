// Target URLs are printed as Go's net/url prints them, because the URL is part of a target's identity and is
// shown by the API.

const PATH_UNRESERVED = /[^A-Za-z0-9\-_.~$&+,/:;=@]/gu;
const QUERY_UNRESERVED = /[^A-Za-z0-9\-_.~ ]/gu;

function percentEncode(character: string): string {
  return Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&');
}

/** Escapes a path: what may stand in a path stays, all else becomes %XX. */
export function escapePath(path: string): string {
  return path.replace(PATH_UNRESERVED, percentEncode);
}

/** Escapes one name or value of a query string; a blank becomes `+`. */
export function escapeQuery(text: string): string {
  return text.replace(QUERY_UNRESERVED, percentEncode).replaceAll(' ', '+');
}

/** A query string with names in byte order: `a=1&a=2&b=3`. */
export function encodeQuery(parameters: ReadonlyMap<string, readonly string[]>): string {
  return [...parameters.keys()]
    .sort()
    .flatMap((name) => parameters.get(name)!.map((value) => `${escapeQuery(name)}=${escapeQuery(value)}`))
    .join('&');
}

export interface TargetUrlParts {
  readonly scheme: string;
  /** Host with optional port. */
  readonly host: string;
  readonly path: string;
  readonly parameters: ReadonlyMap<string, readonly string[]>;
}

export function formatTargetUrl(parts: TargetUrlParts): string {
  const path = escapePath(parts.path);
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  const query = encodeQuery(parts.parameters);
  return `${parts.scheme}://${parts.host}${rooted}${query === '' ? '' : `?${query}`}`;
}
